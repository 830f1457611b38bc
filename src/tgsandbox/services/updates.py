"""updates.*: what a client has missed; what it does not miss is pushed (`tgsandbox.news`)."""

from __future__ import annotations

from typing import Any

from telethon.tl import functions, types

from tgsandbox import news, wire
from tgsandbox.dispatcher import Call, Dispatcher
from tgsandbox.errors import bad_request
from tgsandbox.journal import Event
from tgsandbox.services import dialogs, peers, slices
from tgsandbox.worlds import ids
from tgsandbox.worlds.base import Chat


def register(dispatcher: Dispatcher) -> None:
    dispatcher.on(functions.updates.GetStateRequest, _state)
    dispatcher.on(functions.updates.GetDifferenceRequest, _difference)
    dispatcher.on(functions.updates.GetChannelDifferenceRequest, _channel_difference)


async def _state(call: Call) -> Any:
    return _now(call)


async def _difference(call: Call) -> Any:
    """Which channels have moved since the client's ``date``; they have states of their own."""
    telegram = call.telegram
    since = slices.seconds(call.request.date)
    moved = {
        marked
        for marked, at in telegram.changes.journal.moved.items()
        if int(at) >= since and telegram.world.chats[marked].joined
    }
    if not moved:
        return types.updates.DifferenceEmpty(date=int(telegram.clock.now()), seq=1)
    return types.updates.Difference(
        new_messages=[],
        new_encrypted_messages=[],
        other_updates=[types.UpdateChannelTooLong(ids.bare_id(one)) for one in sorted(moved)],
        state=_now(call),
        **peers.raw_audience(call, moved),
    )


def _now(call: Call) -> Any:
    now = int(call.telegram.clock.now())
    return types.updates.State(pts=1, qts=0, date=now, seq=1, unread_count=0)


async def _channel_difference(call: Call) -> Any:
    """What happened since ``pts``; too long where the journal does not reach back so far."""
    request = call.request
    chat = peers.channel(call, request.channel)
    if request.pts < 1:
        raise bad_request("PERSISTENT_TIMESTAMP_EMPTY")
    if request.pts >= chat.pts:
        return types.updates.ChannelDifferenceEmpty(
            pts=chat.pts, final=True, timeout=_timeout(call)
        )
    limit = max(1, min(request.limit, slices.LIMIT))
    events = call.telegram.changes.journal.since(chat, request.pts, limit)
    if events is None:
        return _too_long(call, chat)
    return _told(call, chat, events)


def _timeout(call: Call) -> int:
    return round(call.telegram.profile.poll_s)


def _told(call: Call, chat: Chat, events: list[Event]) -> Any:
    """New messages as they are now, and the other events in their order."""
    posted: list[Any] = []
    others: list[Any] = []
    audience = {chat.content["id"]}
    for event in events:
        update = news.update(call.telegram, chat, event)
        if update is None:
            continue
        audience |= news.audience(chat, event)
        if isinstance(update, types.UpdateNewChannelMessage):
            posted.append(update.message)
        else:
            others.append(update)
    return types.updates.ChannelDifference(
        pts=events[-1].pts,
        new_messages=posted,
        other_updates=others,
        final=events[-1].pts >= chat.pts,
        timeout=_timeout(call),
        **peers.raw_audience(call, audience),
    )


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
        timeout=_timeout(call),
    )
