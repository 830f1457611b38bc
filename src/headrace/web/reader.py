"""What the routes stand on: the store, the settings of what is shown, and the chat meant."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Literal, Protocol

import msgspec
from fastapi import Depends, Query, Request

from headrace.errors import ChatNotFound, UsageError
from headrace.model.chat import Chat
from headrace.model.coverage import Lease
from headrace.model.download import FileKind
from headrace.model.reading import Filter
from headrace.model.values import CHANNEL_MARK, PeerId, Timestamp
from headrace.store.owner import owner_name
from headrace.store.store import ArchiveStore
from headrace.transform.moments import parse_moment

#: Beyond every time that a message can have, on both sides.
_EVER = 2**40
_MOST = 2**63 - 1
#: Telegram's ids fit into what JavaScript counts exactly.
_LARGEST_ID = 2**53
#: A message's id, as Telegram has them.
MessageId = Annotated[int, Query(ge=-(2**31), le=2**31 - 1)]


class Shows(Protocol):
    """The settings that say what is shown where a request does not."""

    @property
    def include_system_messages(self) -> bool: ...

    @property
    def include_reposts(self) -> bool: ...

    @property
    def include_polls(self) -> bool: ...


def _store(request: Request) -> ArchiveStore:
    store: ArchiveStore = request.app.state.store
    return store


def _shows(request: Request) -> Shows:
    settings: Shows = request.app.state.settings
    return settings


Store = Annotated[ArchiveStore, Depends(_store)]


async def chat_of(store: ArchiveStore, ref: str, *, or_hidden: bool = False) -> Chat:
    """The chat of the archive that a name or an id means, ``-100…`` or as in ``t.me/c/ID``.

    Raises:
        ChatNotFound: there is none, or it is hidden and those are not asked for.
    """
    found = None
    for chat_id in _ids(ref):
        found = found or await store.chat(chat_id)
    name = ref.removeprefix("https://").removeprefix("t.me/").removeprefix("@")
    if found is None and name.isascii():
        found = await store.chat_by_username(name)
    if found is None or (not or_hidden and found.id in await store.hidden_chats()):
        raise ChatNotFound(
            f"{ref[:100]} is not in the archive.",
            hint="What is there: GET /api/channels",
            ru=f"Канала {ref[:100]} нет в архиве.",
            hint_ru="Что в нём есть: GET /api/channels",
        )
    return found


def _ids(ref: str) -> list[PeerId]:
    digits = ref.removeprefix("-")
    if not (digits.isascii() and digits.isdigit()) or abs(number := int(ref[:20])) > _LARGEST_ID:
        return []
    return [number] if number < 0 else [CHANNEL_MARK - number, number]


@asynccontextmanager
async def held(store: ArchiveStore, chat_id: PeerId) -> AsyncIterator[Lease]:
    """The right to write to a chat for as long as one request needs it.

    Raises:
        ArchiveBusy: an import of this chat is running.
    """
    lease = await store.acquire(f"chat:{chat_id}", owner_name())
    try:
        yield lease
    finally:
        await store.release(lease)


def moment(text: str | None) -> Timestamp | None:
    """A time as people and programs write it.

    Raises:
        UsageError: of no known form.
    """
    if not text:
        return None
    try:
        is_number = text.isascii() and text.removeprefix("-").isdigit()
        found = int(text[:20]) if is_number else parse_moment(text, time.time())
    except (ValueError, OverflowError) as error:
        raise UsageError(str(error)) from error
    return max(-_EVER, min(found, _EVER))


_Moment = Annotated[str | None, Query(max_length=40)]
Ref = Annotated[str, Query(min_length=1, max_length=100)]


def filters(  # noqa: PLR0917 - they are the names of the query
    shows: Annotated[Shows, Depends(_shows)],
    since: _Moment = None,
    until: _Moment = None,
    kind: Annotated[list[FileKind] | None, Query(max_length=20)] = None,
    author: Annotated[int | None, Query(ge=-_MOST, le=_MOST)] = None,
    has_media: bool | None = None,
    include_system_messages: bool | None = None,
    include_reposts: bool | None = None,
    include_polls: bool | None = None,
    include_deleted: bool = True,
) -> Filter:
    """What a request asks to be shown; times are ``2024-01-31``, ISO, ``30d`` or Unix seconds."""

    def said(asked: bool | None, setting: bool) -> bool:
        return setting if asked is None else asked

    return Filter(
        since=moment(since),
        until=moment(until),
        kinds=frozenset(kind or ()),
        author=author,
        has_media=has_media,
        include_system_messages=said(include_system_messages, shows.include_system_messages),
        include_reposts=said(include_reposts, shows.include_reposts),
        include_polls=said(include_polls, shows.include_polls),
        include_deleted=include_deleted,
    )


def _of_posts(
    chosen: Annotated[Filter, Depends(filters)],
    comments: Literal["with", "without", "any"] = "any",
) -> Filter:
    has_comments = None if comments == "any" else comments == "with"
    return msgspec.structs.replace(chosen, has_comments=has_comments)


def _of_hits(chosen: Annotated[Filter, Depends(filters)], include_comments: bool = True) -> Filter:
    return msgspec.structs.replace(chosen, include_comments=include_comments)


#: What lists of posts take, and what a search takes.
PostFilters = Annotated[Filter, Depends(_of_posts)]
HitFilters = Annotated[Filter, Depends(_of_hits)]
