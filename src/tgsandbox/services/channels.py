"""channels.*: the channel itself, and messages by their ids."""

from __future__ import annotations

from typing import Any

from telethon.tl import functions, types

from tgsandbox import wire
from tgsandbox.dispatcher import Call, Dispatcher
from tgsandbox.errors import bad_request
from tgsandbox.pages import Page
from tgsandbox.services import peers, slices
from tgsandbox.worlds import ids, named, tl
from tgsandbox.worlds.base import History

_BY_ID = (types.InputMessageID, types.InputMessageReplyTo)


def register(dispatcher: Dispatcher) -> None:
    dispatcher.on(functions.channels.GetChannelsRequest, _channels)
    dispatcher.on(functions.channels.GetFullChannelRequest, _full)
    dispatcher.on(functions.channels.GetMessagesRequest, _messages)


async def _channels(call: Call) -> Any:
    world = call.telegram.world
    found = []
    for given in call.request.id:
        marked = ids.channel_id(given.channel_id)
        if marked in world.chats:
            chat = peers.known_channel(call, given)
            found.append(wire.Raw(bytes(tl.chat_tl(world, chat))))
        elif world.peers([marked]) and given.access_hash == world.access_hash(marked):
            found.extend(peers.raw_audience(call, {marked})["chats"])
        else:
            raise bad_request("CHANNEL_INVALID")
    return types.messages.Chats(found)


async def _full(call: Call) -> Any:
    chat = peers.channel(call, call.request.channel)
    audience = {chat.content["id"]}
    if "linked_chat_id" in chat.content:
        audience.add(chat.content["linked_chat_id"])
    return types.messages.ChatFull(
        full_chat=tl.chat_full_tl(call.telegram.world, chat),
        **peers.raw_audience(call, audience),
    )


async def _messages(call: Call) -> Page:
    """Messages in the order of the request, ``messageEmpty`` for those that are not there."""
    chat = peers.channel(call, call.request.channel)
    marked = chat.content["id"]
    history = chat.history
    audience = {marked}
    wanted = [_number(history, given) for given in call.request.id[: slices.LIMIT]]
    if not wanted:
        raise bad_request("MSG_ID_INVALID")
    wires = []
    for message_id in wanted:
        content = history.get(message_id)
        if content is None:
            wires.append(bytes(types.MessageEmpty(message_id, ids.peer(marked))))
            continue
        audience |= named.sent_with(content)
        wired = history.wire(history.position(message_id))
        wires.append(peers.message_bytes(call, marked, message_id, wired))
    chats, users = call.telegram.audience.of(audience, call.key.user_id)
    return Page(
        count=len(wires), pts=chat.pts, ids=wanted, messages=wires, chats=chats, users=users
    )


def _number(history: History, given: Any) -> int:
    """The id that is asked for; by a reply, that of the message which it answers (or 0)."""
    if isinstance(given, int):
        return given
    if not isinstance(given, _BY_ID):
        raise bad_request("MSG_ID_INVALID")
    if not isinstance(given, types.InputMessageReplyTo):
        return int(given.id)
    reply = (history.get(given.id) or {}).get("reply", {})
    return 0 if "peer" in reply else int(reply.get("msg_id", 0))
