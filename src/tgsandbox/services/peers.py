"""From the peers that a client names to the chats of the world, with Telegram's refusals."""

from __future__ import annotations

from typing import Any

from telethon.tl import types

from tgsandbox import news, wire
from tgsandbox.dispatcher import Call
from tgsandbox.errors import bad_request
from tgsandbox.worlds import ids, named
from tgsandbox.worlds.base import Chat

_CHANNELS = (
    types.InputChannel,
    types.InputPeerChannel,
    types.InputChannelFromMessage,
    types.InputPeerChannelFromMessage,
)
_FROM_MESSAGE = (types.InputChannelFromMessage, types.InputPeerChannelFromMessage)


def channel(call: Call, given: Any) -> Chat:
    """The channel or supergroup that is meant, if the account may read it."""
    chat = known_channel(call, given)
    if chat.gone or (chat.private and not chat.joined):
        raise bad_request("CHANNEL_PRIVATE")
    return chat


def known_channel(call: Call, given: Any) -> Chat:
    """The channel that is meant, whether readable or not."""
    if not isinstance(given, _CHANNELS):
        raise bad_request("CHANNEL_INVALID")
    marked = ids.channel_id(given.channel_id)
    world = call.telegram.world
    if not isinstance(given, _FROM_MESSAGE) and given.access_hash != world.access_hash(marked):
        raise bad_request("CHANNEL_INVALID")
    chat = world.chats.get(marked)
    if chat is None:
        # Channels that are only named in messages exist, but are nobody's to read.
        raise bad_request("CHANNEL_PRIVATE" if world.peers([marked]) else "CHANNEL_INVALID")
    return chat


def chat_of(call: Call, given: Any) -> Chat | None:
    """The chat behind an input peer; ``None`` for a dialog with a person, which is empty."""
    if isinstance(given, _CHANNELS):
        return channel(call, given)
    if isinstance(given, types.InputPeerChat):
        chat = call.telegram.world.chats.get(-given.chat_id)
        if chat is None:
            raise bad_request("CHAT_ID_INVALID")
        return chat
    user_id(call, given)
    return None


def user_id(call: Call, given: Any) -> int:
    """The id of the person behind an input peer or input user."""
    world = call.telegram.world
    if isinstance(given, types.InputPeerSelf | types.InputUserSelf):
        return call.user_id
    if not isinstance(given, types.InputPeerUser | types.InputUser):
        raise bad_request("PEER_ID_INVALID")
    if given.access_hash != world.access_hash(given.user_id) or not world.peers([given.user_id]):
        raise bad_request("PEER_ID_INVALID")
    return int(given.user_id)


def photo(call: Call, given: Any) -> int:
    """The id of the photo that a person or chat shows, 0 where there is none.

    As with Telegram, the access hash of a minimal peer is good for this, and so is any
    message that names the peer.
    """
    world = call.telegram.world
    match given:
        case types.InputPeerSelf():
            marked = call.user_id
        case types.InputPeerUser():
            marked = user_id(call, given)
        case types.InputPeerChannel():
            marked = ids.channel_id(given.channel_id)
            if given.access_hash != world.access_hash(marked):
                raise bad_request("CHANNEL_INVALID")
        case types.InputPeerUserFromMessage():
            marked = given.user_id
            _check_named(call, given, marked)
        case types.InputPeerChannelFromMessage():
            marked = ids.channel_id(given.channel_id)
            _check_named(call, given, marked)
        case types.InputPeerChat():
            marked = -given.chat_id
        case _:
            raise bad_request("PEER_ID_INVALID")
    return next((int(peer.get("photo") or 0) for peer in world.peers([marked])), 0)


def _check_named(call: Call, given: Any, marked: int) -> None:
    """Refuse a peer that the message it is said to be known from does not name."""
    chat = chat_of(call, given.peer)
    message = chat.history.get(given.msg_id) if chat else None
    if message is None:
        raise bad_request("MSG_ID_INVALID")
    if marked not in named.sent_with(message):
        raise bad_request("PEER_ID_INVALID")


def message_bytes(call: Call, marked: int, message_id: int, wired: bytes) -> bytes:
    """A message as it goes out: unreadable where a fault says so."""
    faults = call.telegram.faults
    return faults.damaged(marked, message_id, wired) if faults.unreadable else wired


def raw_message(call: Call, chat: Chat, message_id: int) -> wire.Raw | None:
    """A message by its id, to be put into a TL object."""
    return news.raw_message(call.telegram, chat, message_id)


def raw_audience(call: Call, marked_ids: set[int]) -> dict[str, list[wire.Raw]]:
    """``chats`` and ``users`` for a TL object."""
    chats, users = call.telegram.audience.of(marked_ids, call.key.user_id)
    return {"chats": [wire.Raw(one) for one in chats], "users": [wire.Raw(one) for one in users]}
