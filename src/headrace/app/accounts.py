"""Accounts: sessions, application ids and servers, from the settings to an open source."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from headrace.errors import ConfigError, NotSignedIn
from headrace.model.files import FileOps
from headrace.model.plan import Pace
from headrace.settings import Settings
from headrace.store.access import AccessBook
from headrace.telegram.client import Application, Client, ServerAddress, open_client
from headrace.telegram.files import TelegramFiles
from headrace.telegram.methods import READING, Methods
from headrace.telegram.pace_book import PaceBook
from headrace.telegram.patience import Patience
from headrace.telegram.pushes import Pushes
from headrace.telegram.session import Session, load_session, locked, save_session
from headrace.telegram.source import TelegramSource

#: A pause longer than this is told, and not waited for, while somebody sits at the keyboard.
_LONGEST_WAIT_S = 60.0
#: Connections that may fail in a row meanwhile: some seconds.
_CONNECTIONS = 3


@dataclass(frozen=True, slots=True)
class Telegram:
    """An account at work: where messages come from, and where files do."""

    source: TelegramSource
    files: TelegramFiles


@asynccontextmanager
async def open_telegram(
    files: FileOps, settings: Settings, pace: Pace, *, watching: bool = False
) -> AsyncIterator[Telegram]:
    """Connect as the account of the settings; both sources share its limits.

    ``watching``: Telegram tells what happens, and a network that fails is waited for.
    """
    session = stored_session(settings)
    pushes = Pushes() if watching else None
    async with open_account(files, settings, session, pace, pushes=pushes) as client:
        with AccessBook(files, account_folder(settings, session) / "access.db") as access:
            async with TelegramFiles(client.centres, access) as found:
                yield Telegram(TelegramSource(client.gate, access, pushes), found)


@asynccontextmanager
async def open_account(
    files: FileOps,
    settings: Settings,
    session: Session,
    pace: Pace,
    *,
    methods: Methods = READING,
    lock: bool = True,
    hurried: bool = False,
    pushes: Pushes | None = None,
) -> AsyncIterator[Client]:
    """The client of a session.

    ``lock`` is false where this process holds it already; ``hurried``: somebody waits at the
    keyboard, so a server out of reach is told after some seconds; with ``pushes`` nobody does.
    """
    folder = account_folder(settings, session)
    with locked(files, folder / "session.json") if lock else nullcontext():
        async with open_client(
            session,
            find_application(settings, session),
            server=server_address(settings),
            proxy=settings.way,
            pace=pace,
            book=PaceBook.kept(files, folder / "pace.json"),
            patience=patience_of(settings, hurried=hurried, endless=pushes is not None),
            methods=methods,
            keep=None
            if settings.session
            else partial(save_session, files, folder / "session.json"),
            pushes=pushes,
        ) as client:
            yield client


def patience_of(settings: Settings, *, hurried: bool = False, endless: bool = False) -> Patience:
    """How long and how often Telegram is asked; nothing takes longer than an answer may.

    ``endless``: connections are made until one holds.
    """
    usual = Patience(
        connect=min(Patience().connect, settings.call_timeout),
        answer=settings.call_timeout,
        part=min(Patience().part, settings.call_timeout),
        max_wait=settings.max_wait,
        connections=sys.maxsize if endless else Patience().connections,
        idle=min(Patience().idle, settings.call_timeout),
    )
    if not hurried:
        return usual
    longest = min(settings.max_wait, _LONGEST_WAIT_S)
    return replace(usual, max_wait=longest, connections=_CONNECTIONS)


def stored_session(settings: Settings) -> Session:
    """The session to read with.

    Raises:
        NotSignedIn: there is none; says how to get one.
    """
    if settings.session is not None:
        return load_session(settings.session)
    path = settings.config / "accounts" / settings.account / "session.json"
    if not path.exists():
        raise NotSignedIn(
            f"The account {settings.account!r} is not signed in.",
            hint="Sign in first: headrace login   (see headrace login --help)",
        )
    return load_session(path)


def account_folder(settings: Settings, session: Session) -> Path:
    """Limits and access hashes belong to a key; a session from elsewhere gets its own folder."""
    if settings.session is None:
        return settings.config / "accounts" / settings.account
    name = hashlib.sha256(session.home_centre.key).hexdigest()[:16]
    return settings.config / "sessions" / name


def find_application(settings: Settings, session: Session) -> Application:
    """Under whose application id a session speaks: as set, or as it was signed in with."""
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


def server_address(settings: Settings) -> ServerAddress | None:
    """The server that the settings name; none for the one that the session names."""
    if not settings.server:
        return None
    host, _, port = settings.server.rpartition(":")
    return ServerAddress(
        host=host.strip("[]"), port=int(port), dc=settings.dc, public_key_file=settings.public_key
    )
