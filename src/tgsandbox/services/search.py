"""messages.search and messages.getSearchCounters: by text and by kind of media."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from telethon.tl import functions, types

from tgsandbox.dispatcher import Call, Dispatcher
from tgsandbox.errors import bad_request
from tgsandbox.pages import Page
from tgsandbox.services import peers, slices
from tgsandbox.threads import Selection
from tgsandbox.worlds.base import Chat, Content

#: Messages looked at before other requests get a turn.
_BREATH = 500
_LINKS = ("url", "text_link")
_ROLES: dict[type, tuple[str, ...]] = {
    types.InputMessagesFilterPhotos: ("photo",),
    types.InputMessagesFilterVideo: ("video",),
    types.InputMessagesFilterPhotoVideo: ("photo", "video"),
    types.InputMessagesFilterDocument: ("file",),
    types.InputMessagesFilterGif: ("animation",),
    types.InputMessagesFilterVoice: ("voice",),
    types.InputMessagesFilterMusic: ("audio",),
    types.InputMessagesFilterRoundVideo: ("round_video",),
    types.InputMessagesFilterRoundVoice: ("voice", "round_video"),
}

_Test = Callable[[Content], bool]


def register(dispatcher: Dispatcher) -> None:
    dispatcher.on(functions.messages.SearchRequest, _search)
    dispatcher.on(functions.messages.GetSearchCountersRequest, _counters)


async def _search(call: Call) -> Page:
    request = call.request
    chat = peers.chat_of(call, request.peer)
    if chat is None:
        return Page(count=0, pts=None, ids=[], messages=[])
    kind = _test(request.filter)
    words = request.q.lower()
    author = None if request.from_id is None else peers.user_id(call, request.from_id)
    first, last = slices.seconds(request.min_date), slices.seconds(request.max_date)

    def wanted(content: Content) -> bool:
        return (
            kind(content)
            and words in content.get("text", "").lower()
            and author in (None, content.get("author"))
            and content["date"] > first
            and (not last or content["date"] < last)
        )

    found = await _found(chat, wanted, request.top_msg_id)
    # A search has no offset_date of its own.
    request.offset_date = None
    return slices.page(call, chat, Selection(chat.history, found))


async def _counters(call: Call) -> list[Any]:
    chat = peers.chat_of(call, call.request.peer)
    answer = []
    for one in call.request.filters:
        found = await _found(chat, _test(one), call.request.top_msg_id) if chat else []
        answer.append(types.messages.SearchCounter(filter=one, count=len(found)))
    return answer


async def _found(chat: Chat, wanted: _Test, thread: int | None) -> list[int]:
    """Ascending ids of the messages that are wanted."""
    found = []
    for index in range(len(chat.history)):
        if index % _BREATH == _BREATH - 1:
            await asyncio.sleep(0)
        content = chat.history.at(index)
        if wanted(content) and thread in (None, content.get("thread_id")):
            found.append(content["id"])
    return found


def _test(given: Any) -> _Test:
    roles = _ROLES.get(type(given))
    if roles is not None:
        return lambda content: _role(content) in roles
    match given:
        case types.InputMessagesFilterEmpty():
            return lambda _: True
        case types.InputMessagesFilterPinned():
            return lambda content: bool(content.get("pinned"))
        case types.InputMessagesFilterUrl():
            return lambda content: any(one["type"] in _LINKS for one in content.get("entities", ()))
    raise bad_request("FILTER_NOT_SUPPORTED")


def _role(content: Content) -> str | None:
    media = content.get("media") or {}
    role: str | None = media.get("role", media.get("kind"))
    return role
