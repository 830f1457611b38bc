"""updates.*: no message is pushed, but a channel's changes can be asked for."""

from __future__ import annotations

from typing import Any

from telethon.tl import functions, types

from tgsandbox import wire
from tgsandbox.changes import Event
from tgsandbox.dispatcher import Call, Dispatcher
from tgsandbox.errors import bad_request
from tgsandbox.services import dialogs, peers, slices
from tgsandbox.worlds import ids, named
from tgsandbox.worlds.base import Chat

_TIMEOUT = 30


def register(dispatcher: Dispatcher) -> None:
    dispatcher.on(functions.updates.GetStateRequest, _state)
    dispatcher.on(functions.updates.GetDifferenceRequest, _difference)
    dispatcher.on(functions.updates.GetChannelDifferenceRequest, _channel_difference)


async def _state(call: Call) -> Any:
    now = int(call.telegram.clock.now())
    return types.updates.State(pts=1, qts=0, date=now, seq=1, unread_count=0)


async def _difference(call: Call) -> Any:
    return types.updates.DifferenceEmpty(date=int(call.telegram.clock.now()), seq=1)


async def _channel_difference(call: Call) -> Any:
    """What happened since ``pts``; too long where the journal does not reach back so far."""
    request = call.request
    chat = peers.channel(call, request.channel)
    if request.pts < 1:
        raise bad_request("PERSISTENT_TIMESTAMP_EMPTY")
    if request.pts >= chat.pts:
        return types.updates.ChannelDifferenceEmpty(pts=chat.pts, final=True, timeout=_TIMEOUT)
    journal = call.telegram.changes.journal.get(chat.content["id"], [])
    if not journal or journal[0].pts > request.pts + 1:
        return _too_long(call, chat)
    limit = max(1, min(request.limit, slices.LIMIT))
    events = [event for event in journal if event.pts > request.pts][:limit]
    return _told(call, chat, events)


def _told(call: Call, chat: Chat, events: list[Event]) -> Any:
    posted: list[wire.Raw] = []
    others: list[Any] = []
    audience = {chat.content["id"]}
    for event in events:
        if event.verb == "delete":
            others.append(_deletion(chat, event))
            continue
        content = chat.history.get(event.message_id)
        if content is None:
            continue
        audience |= named.sent_with(content)
        raw = peers.raw_message(call, chat, event.message_id)
        assert raw is not None
        if event.verb == "post":
            posted.append(raw)
        else:
            others.append(types.UpdateEditChannelMessage(raw, event.pts, 1))
    return types.updates.ChannelDifference(
        pts=events[-1].pts,
        new_messages=posted,
        other_updates=others,
        final=events[-1].pts >= chat.pts,
        timeout=_TIMEOUT,
        **peers.raw_audience(call, audience),
    )


def _deletion(chat: Chat, event: Event) -> Any:
    channel = ids.bare_id(chat.content["id"])
    return types.UpdateDeleteChannelMessages(channel, [event.message_id], event.pts, 1)


def _too_long(call: Call, chat: Chat) -> Any:
    history = chat.history
    chosen = list(range(len(history) - 1, max(-1, len(history) - 11), -1))
    page = slices.page_of(call, chat, history, chosen)
    return types.updates.ChannelDifferenceTooLong(
        dialog=dialogs.dialog(chat),
        messages=[wire.Raw(one) for one in page.messages],
        chats=[wire.Raw(one) for one in page.chats],
        users=[wire.Raw(one) for one in page.users],
        final=True,
        timeout=_TIMEOUT,
    )
