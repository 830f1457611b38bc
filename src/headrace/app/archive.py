"""Reading the archive: no account, no network."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import aclosing
from typing import Any

from headrace.app.values import builtins_of
from headrace.blobs.files import LocalFiles
from headrace.errors import ChatNotFound, UsageError
from headrace.importer.reparse import reparse as reparse_chats
from headrace.importer.status import status_of, thread_of
from headrace.model.chat import Chat
from headrace.model.thread import Thread
from headrace.pages.message import message_view, series, where
from headrace.settings import Settings
from headrace.store.open import open_archive
from headrace.store.owner import owner_name
from headrace.store.store import ArchiveStore
from headrace.telegram.convert.again import convert_again
from headrace.telegram.refs import Reference, parse_reference


async def status(settings: Settings, ref: str | None) -> dict[str, Any]:
    """What the archive holds: all chats, one, or one message."""
    async with open_archive(LocalFiles(), settings.archive, create=False) as store:
        if ref is None:
            chats = sorted(await store.chats(), key=lambda chat: chat.title)
            return {"chats": [await _status(store, chat) for chat in chats]}
        parsed = parse_reference(ref)
        chat = await stored_chat(store, parsed, ref, settings)
        if parsed.message_id is None:
            return await _status(store, chat)
        found = where(
            chat.id, parsed.message_id, await store.whereabouts(chat.id, parsed.message_id)
        )
        comments = await _comments(store, chat, parsed.message_id)
        return found | ({} if comments is None else {"comments": comments})


async def _comments(store: ArchiveStore, chat: Chat, post: int) -> dict[str, Any] | None:
    """The comments of a post or of its album; nothing where none were ever to be expected."""
    if mine := await store.thread_with(chat.id, post):
        return thread_of(mine)
    if await store.is_before_linking(chat.id, post):
        return thread_of(Thread(post=post, group=0)) | {"reason": "before_linking"}
    return None


async def _status(store: ArchiveStore, chat: Chat) -> dict[str, Any]:
    counts = series(await store.counts(chat.id))
    return await status_of(store, chat) | {"counts": counts}


async def show(settings: Settings, ref: str) -> dict[str, Any]:
    """One message with all that belongs to it, or else what became of its id; no network."""
    parsed = parse_reference(ref)
    if parsed.message_id is None:
        raise UsageError(f"{ref!r} names no message.", hint="Name one, for example: @name/123")
    async with open_archive(LocalFiles(), settings.archive, create=False) as store:
        chat = await stored_chat(store, parsed, ref, settings)
        found = await store.surroundings(chat.id, parsed.message_id)
        state = await store.whereabouts(chat.id, parsed.message_id)
    return message_view(chat, parsed.message_id, found, state)


async def chats(settings: Settings) -> list[dict[str, Any]]:
    """The chats in the archive, by title."""
    async with open_archive(LocalFiles(), settings.archive, create=False) as store:
        found = sorted(await store.chats(), key=lambda chat: chat.title)
    return [builtins_of(chat) for chat in found]


async def reparse(settings: Settings, ref: str | None) -> dict[str, Any]:
    """Read again, from the bytes that were kept, what was not understood; no network."""
    async with open_archive(LocalFiles(), settings.archive, create=False) as store:
        if ref is None:
            chosen = await store.chats()
        else:
            chosen = [await stored_chat(store, parse_reference(ref), ref, settings)]
        found: dict[str, Any] = builtins_of(
            await reparse_chats(store, chosen, convert_again, owner_name())
        )
    return found


async def digest(settings: Settings) -> dict[str, Any]:
    """One hash of the archive, and one of each table."""
    async with open_archive(LocalFiles(), settings.archive, create=False) as store:
        found = await store.digest()
    return {"digest": found.sha256, "tables": found.tables, "rows": found.rows}


async def content(settings: Settings, line: Callable[[str], None]) -> None:
    """Hand on the canonical content, a line at a time."""
    async with (
        open_archive(LocalFiles(), settings.archive, create=False) as store,
        aclosing(store.content_lines()) as lines,
    ):
        async for text in lines:
            line(text)


async def stored_chat(store: ArchiveStore, parsed: Reference, ref: str, settings: Settings) -> Chat:
    """The chat in the archive that a reference means; no network."""
    chat = await find_chat(store, parsed)
    if chat is None:
        raise ChatNotFound(
            f"{ref} is not in the archive {settings.archive}.",
            hint=f"Bring it in: headrace import {ref}   What is there: headrace chats",
        )
    return chat


async def find_chat(store: ArchiveStore, parsed: Reference) -> Chat | None:
    """The same, or nothing where it is not in the archive."""
    found = [await store.chat(chat_id) for chat_id in parsed.chat_ids]
    if parsed.username:
        found.append(await store.chat_by_username(parsed.username))
    return next((one for one in found if one is not None), None)
