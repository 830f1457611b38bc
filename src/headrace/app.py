"""The composition root: takes settings, wires the rooms together, and hides them from the faces."""

from __future__ import annotations

import gc
import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec

from headrace.desktop.opening import looks_like_path, split_reference
from headrace.desktop.source import open_source
from headrace.errors import ChatNotFound, ConfigError, NotSignedIn, UsageError
from headrace.importer.export import ExportImporter, plan_export
from headrace.importer.plan import described, plan_import
from headrace.importer.ranges import wanted_range
from headrace.importer.reparse import reparse as reparse_chats
from headrace.importer.run import Importer
from headrace.importer.status import status_of
from headrace.model.chat import Chat
from headrace.model.coverage import HISTORY
from headrace.model.job import Control, Progress, ProgressSink, Unattended
from headrace.model.plan import ImportOptions, ImportReport, Pace
from headrace.pages.message import message_view, where
from headrace.settings import Settings
from headrace.store.access import AccessBook
from headrace.store.archive import find as find_archive
from headrace.store.open import open_archive
from headrace.store.owner import owner_name
from headrace.store.store import ArchiveStore
from headrace.telegram.calls import Patience
from headrace.telegram.client import Application, ServerAddress, open_client
from headrace.telegram.clock import SystemClock
from headrace.telegram.convert.again import convert_again
from headrace.telegram.pace_book import PaceBook
from headrace.telegram.private_files import make_private_folder
from headrace.telegram.refs import Reference, parse_reference
from headrace.telegram.session import Session, load_session, locked, save_session
from headrace.telegram.source import TelegramSource


async def import_chat(
    settings: Settings,
    ref: str,
    options: ImportOptions,
    progress: ProgressSink,
    control: Control | None = None,
    *,
    of_export: str = "",
) -> ImportReport:
    """Import what ``ref`` names; ``of_export``: which chat, where it is the path of an export.

    The archive is looked at before Telegram is asked, and made only after Telegram has answered.
    """
    if of_export or looks_like_path(ref):
        return await _import_export(settings, ref, of_export, options, progress, control)
    parse_reference(ref)
    _set_long_lived_objects_aside()
    clock = SystemClock()
    started = clock.monotonic()
    progress.update(Progress(state="running", stage="discover", started=int(clock.now())))
    async with AsyncExitStack() as stack:
        store = None
        if find_archive(settings.archive) is not None:
            store = await stack.enter_async_context(open_archive(settings.archive))
        source = await stack.enter_async_context(_open_source(settings, options.pace))
        chat, peers = await source.resolve(ref)
        if store is None:
            store = await stack.enter_async_context(
                open_archive(settings.archive, database_url=settings.database_url)
            )
        importer = Importer(source=source, store=store, clock=clock, owner=owner_name())
        return await importer.run(
            ref, chat, peers, options, progress, control or Unattended(), started=started
        )


async def _import_export(
    settings: Settings,
    ref: str,
    which: str,
    options: ImportOptions,
    progress: ProgressSink,
    control: Control | None,
) -> ImportReport:
    """The same with a Telegram Desktop export: no account, no network."""
    clock = SystemClock()
    started = clock.monotonic()
    path, named = split_reference(ref)
    progress.update(Progress(state="running", stage="discover", started=int(clock.now())))
    source = await open_source(path, which or named)
    async with open_archive(settings.archive, database_url=settings.database_url) as store:
        importer = ExportImporter(source=source, store=store, clock=clock, owner=owner_name())
        return await importer.run(options, progress, control or Unattended(), started=started)


async def plan_chat(settings: Settings, ref: str, options: ImportOptions) -> dict[str, Any]:
    """What an import would read; nothing is written."""
    if looks_like_path(ref):
        return await plan_export(await open_source(*split_reference(ref)), options)
    parse_reference(ref)
    async with AsyncExitStack() as stack:
        covered, failures = [], []
        store = None
        if find_archive(settings.archive) is not None:
            store = await stack.enter_async_context(open_archive(settings.archive, create=False))
        source = await stack.enter_async_context(_open_source(settings, options.pace))
        chat, _ = await source.resolve(ref)
        probe = await source.probe(chat)
        span = await wanted_range(source, chat, probe, options)
        if store is not None:
            covered = await store.coverage(chat.id, HISTORY, source.name)
            failures = await store.failures(chat.id, HISTORY)
        plan = plan_import(
            chat,
            probe,
            [span] if span else [],
            covered=covered,
            failures=failures,
            pace=options.pace,
        )
    return described(plan, options)


async def status(settings: Settings, ref: str | None) -> dict[str, Any]:
    """What the archive holds: all chats, one, or one message."""
    async with open_archive(settings.archive, create=False) as store:
        if ref is None:
            chats = sorted(await store.chats(), key=lambda chat: chat.title)
            return {"chats": [await status_of(store, chat) for chat in chats]}
        parsed = parse_reference(ref)
        chat = await _stored_chat(store, parsed, ref, settings)
        if parsed.message_id is None:
            return await status_of(store, chat)
        found = await store.whereabouts(chat.id, parsed.message_id)
        return where(chat.id, parsed.message_id, found)


async def show(settings: Settings, ref: str) -> dict[str, Any]:
    """One message with all that belongs to it, or else what became of its id; no network."""
    parsed = parse_reference(ref)
    if parsed.message_id is None:
        raise UsageError(f"{ref!r} names no message.", hint="Name one, for example: @name/123")
    async with open_archive(settings.archive, create=False) as store:
        chat = await _stored_chat(store, parsed, ref, settings)
        found = await store.surroundings(chat.id, parsed.message_id)
        state = await store.whereabouts(chat.id, parsed.message_id)
    return message_view(chat, parsed.message_id, found, state)


async def chats(settings: Settings) -> list[dict[str, Any]]:
    """The chats in the archive, by title."""
    async with open_archive(settings.archive, create=False) as store:
        found = sorted(await store.chats(), key=lambda chat: chat.title)
    return [builtins_of(chat) for chat in found]


async def reparse(settings: Settings, ref: str | None) -> dict[str, Any]:
    """Read again, from the bytes that were kept, what was not understood; no network."""
    async with open_archive(settings.archive, create=False) as store:
        if ref is None:
            chosen = await store.chats()
        else:
            chosen = [await _stored_chat(store, parse_reference(ref), ref, settings)]
        found: dict[str, Any] = builtins_of(
            await reparse_chats(store, chosen, convert_again, owner_name())
        )
    return found


async def digest(settings: Settings) -> dict[str, Any]:
    """One hash of the archive, and one of each table."""
    async with open_archive(settings.archive, create=False) as store:
        found = await store.digest()
    return {"digest": found.sha256, "tables": found.tables, "rows": found.rows}


async def content(settings: Settings, line: Callable[[str], None]) -> None:
    """Hand on the canonical content, a line at a time."""
    async with open_archive(settings.archive, create=False) as store:
        async for text in store.content_lines():
            line(text)


async def login(settings: Settings) -> dict[str, Any]:
    """Check the session given as a setting and keep it as an account of headrace's own."""
    session = _session(settings)
    application = _application(settings, session)
    async with _open_client(settings, session, Pace.GENTLE) as client:
        kept = msgspec.structs.replace(
            session,
            user_id=client.user_id,
            api_id=application.api_id,
            api_hash=application.api_hash,
        )
    folder = settings.config / "accounts" / settings.account
    make_private_folder(folder)
    save_session(folder / "session.json", kept)
    return {"account": settings.account, "id": client.user_id, "name": f"user {client.user_id}"}


def builtins_of(value: Any) -> Any:
    """A noun as plain dictionaries and lists, ready for JSON."""
    return msgspec.to_builtins(value)


async def _stored_chat(
    store: ArchiveStore, parsed: Reference, ref: str, settings: Settings
) -> Chat:
    """The chat in the archive that a reference means; no network."""
    found = [await store.chat(chat_id) for chat_id in parsed.chat_ids]
    if parsed.username:
        found.append(await store.chat_by_username(parsed.username))
    chat = next((one for one in found if one is not None), None)
    if chat is None:
        raise ChatNotFound(
            f"{ref} is not in the archive {settings.archive}.",
            hint=f"Bring it in: headrace import {ref}   What is there: headrace chats",
        )
    return chat


def _set_long_lived_objects_aside() -> None:
    """Spare the collector what lives as long as the process: a full pass over it takes 60 ms.

    Messages hold no cycles and go by themselves, so the rest is looked at less often.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@asynccontextmanager
async def _open_source(settings: Settings, pace: Pace) -> AsyncIterator[TelegramSource]:
    session = _session(settings)
    async with _open_client(settings, session, pace) as client:
        with AccessBook(_account_folder(settings, session) / "access.db") as access:
            yield TelegramSource(client.gate, access)


@asynccontextmanager
async def _open_client(settings: Settings, session: Session, pace: Pace) -> AsyncIterator[Any]:
    folder = _account_folder(settings, session)
    make_private_folder(folder)
    with locked(folder / "session.json"):
        async with open_client(
            session,
            _application(settings, session),
            server=_server(settings),
            pace=pace,
            book=PaceBook(folder / "pace.json"),
            patience=Patience(max_wait=settings.max_wait, answer=settings.call_timeout),
        ) as client:
            yield client


def _session(settings: Settings) -> Session:
    if settings.session is not None:
        return load_session(settings.session)
    path = settings.config / "accounts" / settings.account / "session.json"
    if not path.exists():
        raise NotSignedIn(
            f"The account {settings.account!r} is not signed in.",
            hint="Sign in first: headrace login   (see headrace login --help)",
        )
    return load_session(path)


def _account_folder(settings: Settings, session: Session) -> Path:
    """Limits and access hashes belong to a key; a session from elsewhere gets its own folder."""
    if settings.session is None:
        return settings.config / "accounts" / settings.account
    name = hashlib.sha256(session.home_centre.key).hexdigest()[:16]
    return settings.config / "sessions" / name


def _application(settings: Settings, session: Session) -> Application:
    api_id = settings.api_id or session.api_id
    api_hash = settings.api_hash.get_secret_value() if settings.api_hash else session.api_hash
    if not api_id and settings.server:
        api_id, api_hash = 1, "other server"
    if not api_id:
        raise ConfigError(
            "An application id is needed to speak to Telegram.",
            hint="Get one at my.telegram.org (API development tools, any title) and give it as "
            "--api-id N and, in the environment, HEADRACE_API_HASH.",
        )
    return Application(api_id=api_id, api_hash=api_hash)


def _server(settings: Settings) -> ServerAddress | None:
    if not settings.server:
        return None
    host, _, port = settings.server.rpartition(":")
    return ServerAddress(
        host=host.strip("[]"), port=int(port), dc=settings.dc, public_key_file=settings.public_key
    )
