"""messages.getDialogs: the chats of the account, the latest first, in pages."""

from __future__ import annotations

from typing import Any

from telethon.tl import functions, types

from tgsandbox.dispatcher import Call, Dispatcher
from tgsandbox.services import peers, slices
from tgsandbox.worlds import ids, named
from tgsandbox.worlds.base import Chat


def register(dispatcher: Dispatcher) -> None:
    dispatcher.on(functions.messages.GetDialogsRequest, _dialogs)
    dispatcher.on(functions.messages.GetPinnedDialogsRequest, _pinned)


async def _dialogs(call: Call) -> Any:
    request = call.request
    chats = [] if request.folder_id else _joined(call)
    start = _start(chats, request)
    chosen = chats[start : start + max(0, min(request.limit, slices.LIMIT))]
    parts = _parts(call, chosen)
    if start == 0 and len(chosen) == len(chats):
        return types.messages.Dialogs(**parts)
    return types.messages.DialogsSlice(count=len(chats), **parts)


async def _pinned(call: Call) -> Any:
    now = int(call.telegram.clock.now())
    state = types.updates.State(pts=1, qts=0, date=now, seq=1, unread_count=0)
    return types.messages.PeerDialogs(dialogs=[], messages=[], chats=[], users=[], state=state)


def dialog(chat: Chat) -> Any:
    """The ``Dialog`` of a chat, everything in it read."""
    top = chat.history.top_id()
    return types.Dialog(
        peer=ids.peer(chat.content["id"]),
        top_message=top,
        read_inbox_max_id=top,
        read_outbox_max_id=0,
        unread_count=0,
        unread_mentions_count=0,
        unread_reactions_count=0,
        unread_poll_votes_count=0,
        notify_settings=types.PeerNotifySettings(),
        pts=chat.pts,
    )


def _joined(call: Call) -> list[Chat]:
    chats = [chat for chat in call.telegram.world.chats.values() if chat.joined]
    return sorted(chats, key=_order, reverse=True)


def _order(chat: Chat) -> tuple[int, int]:
    """Date and id of the last message; an empty chat stands at its creation."""
    if not len(chat.history):
        return chat.content.get("created", 0), 0
    last = chat.history.at(len(chat.history) - 1)
    return last["date"], last["id"]


def _start(chats: list[Chat], request: Any) -> int:
    """Behind the dialog that the offset names; dialogs are ordered by date, then id."""
    date = slices.seconds(request.offset_date)
    if not date and not request.offset_id:
        return 0
    peer = getattr(request.offset_peer, "channel_id", None)
    for at, chat in enumerate(chats):
        if peer is not None and ids.bare_id(chat.content["id"]) == peer:
            return at + 1
    offset = (date, request.offset_id)
    return sum(_order(chat) >= offset for chat in chats)


def _parts(call: Call, chats: list[Chat]) -> dict[str, Any]:
    audience = {call.user_id}
    messages = []
    for chat in chats:
        audience.add(chat.content["id"])
        top = chat.history.get(chat.history.top_id())
        if top is not None:
            audience |= named.sent_with(top)
            messages.append(peers.raw_message(call, chat, top["id"]))
    return {
        "dialogs": [dialog(chat) for chat in chats],
        "messages": messages,
        **peers.raw_audience(call, audience),
    }
