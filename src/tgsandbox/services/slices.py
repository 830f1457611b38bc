"""Which messages a paged request means: Telegram's offset, add_offset, limit, min and max."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

from tgsandbox.dispatcher import Call
from tgsandbox.pages import Page
from tgsandbox.services import peers
from tgsandbox.worlds import named
from tgsandbox.worlds.base import Chat, Content

#: Telegram gives no more at once, whatever was asked for.
LIMIT = 100


class Sliceable(Protocol):
    """Messages in ascending order of ids: a history, a thread, the hits of a search."""

    def __len__(self) -> int: ...

    def position(self, message_id: int) -> int: ...

    def position_at(self, date: int) -> int: ...

    def at(self, index: int) -> Content: ...

    def wire(self, index: int) -> bytes: ...


def page(call: Call, chat: Chat, messages: Sliceable) -> Page:
    """The page of ``messages`` that the request asks for, newest first."""
    request = call.request
    first, last = bounds(messages, request)
    newest, oldest = len(messages) - 1 - first, len(messages) - last
    if request.max_id:
        newest = min(newest, messages.position(request.max_id) - 1)
    if request.min_id > 0:
        oldest = max(oldest, messages.position(request.min_id + 1))
    chosen = range(newest, oldest - 1, -1)
    result = page_of(call, chat, messages, chosen)
    if request.offset_id or request.offset_date:
        result.offset = first
    return result


def page_of(call: Call, chat: Chat, messages: Sliceable, indexes: Sequence[int]) -> Page:
    """A page of the messages at these positions, with everybody who is named in them."""
    marked = chat.content["id"]
    audience = {marked}
    message_ids, wires = [], []
    for index in indexes:
        content = messages.at(index)
        audience |= named.sent_with(content)
        message_ids.append(content["id"])
        wires.append(peers.message_bytes(call, marked, content["id"], messages.wire(index)))
    chats, users = call.telegram.audience.of(audience, call.key.user_id)
    return Page(
        count=len(messages),
        pts=None if chat.content["kind"] == "group" else chat.pts,
        ids=message_ids,
        messages=wires,
        chats=chats,
        users=users,
    )


def bounds(messages: Sliceable, request: Any) -> tuple[int, int]:
    """First and behind-last place, counted from the newest message.

    The slice begins below ``offset_id`` (or before ``offset_date``), is moved by
    ``add_offset``, and is as long as ``limit``; what lies above the newest message or
    below the oldest is missing from it.
    """
    total = len(messages)
    if request.offset_id:
        start = total - messages.position(request.offset_id)
    elif offset_date := seconds(request.offset_date):
        start = total - messages.position_at(offset_date)
    else:
        start = 0
    start += request.add_offset
    end = start + max(0, min(request.limit, LIMIT))
    return min(max(start, 0), total), min(max(end, 0), total)


def seconds(date: datetime | None) -> int:
    """Unix seconds of a date in a request, 0 where there is none."""
    return int(date.timestamp()) if date else 0
