"""Dialogs: the chats that an account has open, searched for one whose access hash is missing."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from telethon.tl import functions, types

from headrace.model.values import PeerId
from headrace.telegram.calls import Gate
from headrace.telegram.convert.values import marked

_PAGE = 100


async def find_in_dialogs(gate: Gate, wanted: Collection[PeerId]) -> Any:
    """The chat (TL) with one of the ids, or none; stops where it is found."""
    offset: dict[str, Any] = {
        "offset_date": None,
        "offset_id": 0,
        "offset_peer": types.InputPeerEmpty(),
    }
    while True:
        request = functions.messages.GetDialogsRequest(limit=_PAGE, hash=0, **offset)
        answer = await gate.call(request)
        for chat in answer.chats:
            if _marked(chat) in wanted:
                return chat
        whole = not isinstance(answer, types.messages.DialogsSlice)
        if whole or not answer.dialogs:
            return None
        following = _following(answer)
        if following is None or following == offset:
            return None
        offset = following


def _following(answer: Any) -> dict[str, Any] | None:
    """Where the next page begins: at the last dialog whose newest message came along."""
    messages: dict[Any, Any] = {(marked(m.peer_id), m.id): m for m in answer.messages}
    for dialog in reversed(answer.dialogs):
        message = messages.get((marked(dialog.peer), getattr(dialog, "top_message", 0)))
        peer = _input_peer(answer, dialog.peer)
        if message is not None and message.date and peer is not None:
            return {"offset_date": message.date, "offset_id": message.id, "offset_peer": peer}
    return None


def _input_peer(answer: Any, peer: Any) -> Any:
    for one in (*answer.chats, *answer.users):
        if _marked(one) == marked(peer):
            if isinstance(one, types.Channel | types.ChannelForbidden):
                return types.InputPeerChannel(one.id, one.access_hash or 0)
            if isinstance(one, types.User):
                return types.InputPeerUser(one.id, one.access_hash or 0)
            return types.InputPeerChat(one.id)
    return None


def _marked(thing: Any) -> PeerId | None:
    match thing:
        case types.Channel() | types.ChannelForbidden():
            return marked(types.PeerChannel(thing.id))
        case types.Chat() | types.ChatForbidden():
            return marked(types.PeerChat(thing.id))
        case types.User():
            return int(thing.id)
        case _:
            return None
