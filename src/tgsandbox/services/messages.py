"""messages.*: history, single messages, invitations."""

from __future__ import annotations

from typing import Any

from telethon.tl import functions, types

from tgsandbox import wire
from tgsandbox.dispatcher import Call, Dispatcher
from tgsandbox.errors import bad_request
from tgsandbox.pages import Page
from tgsandbox.services import peers, slices
from tgsandbox.worlds import named, tl, tl_parts
from tgsandbox.worlds.base import Chat


def register(dispatcher: Dispatcher) -> None:
    dispatcher.on(functions.messages.GetHistoryRequest, _history)
    dispatcher.on(functions.messages.GetMessagesRequest, _messages)
    dispatcher.on(functions.messages.GetMessagesViewsRequest, _views)
    dispatcher.on(functions.messages.CheckChatInviteRequest, _invite)
    dispatcher.on(functions.messages.GetChatsRequest, _chats)


async def _history(call: Call) -> Page:
    chat = peers.chat_of(call, call.request.peer)
    if chat is None:
        return Page(count=0, pts=None, ids=[], messages=[])
    return slices.page(call, chat, chat.history)


async def _messages(call: Call) -> Page:
    """Only channels hold messages here, so that none is found by its number alone."""
    empty = [bytes(types.MessageEmpty(_number(one))) for one in call.request.id]
    return Page(count=len(empty), pts=None, ids=[], messages=empty)


async def _views(call: Call) -> Any:
    """The counts of posts, in the order of the request; nothing is counted as a view."""
    chat = peers.chat_of(call, call.request.peer)
    if chat is None:
        raise bad_request("PEER_ID_INVALID")
    wanted = call.request.id[: slices.LIMIT]
    contents = [chat.history.get(one) or {} for one in wanted]
    audience = {chat.content["id"]}.union(*(named.sent_with(one) for one in contents))
    views = [
        types.MessageViews(
            views=one.get("views"),
            forwards=one.get("forwards"),
            replies=tl_parts.replies(one.get("replies")),
        )
        for one in contents
    ]
    return types.messages.MessageViews(views=views, **peers.raw_audience(call, audience))


async def _chats(call: Call) -> Any:
    world = call.telegram.world
    found = [world.chats[-one] for one in call.request.id if -one in world.chats]
    return types.messages.Chats([wire.Raw(bytes(tl.chat_tl(world, chat))) for chat in found])


async def _invite(call: Call) -> Any:
    world = call.telegram.world
    wanted = call.request.hash
    chat = next((one for one in world.chats.values() if one.invite_hash == wanted), None)
    if chat is None or not wanted:
        raise bad_request("INVITE_HASH_EXPIRED" if wanted else "INVITE_HASH_EMPTY")
    if chat.joined:
        return types.ChatInviteAlready(tl.chat_tl(world, chat))
    return _invitation(chat)


def _invitation(chat: Chat) -> Any:
    content = chat.content
    broadcast = content["kind"] == "channel"
    return types.ChatInvite(
        title=content["title"],
        photo=types.PhotoEmpty(0),
        participants_count=content.get("subscribers", 0),
        color=0,
        channel=True,
        broadcast=broadcast or None,
        megagroup=not broadcast or None,
        public=("username" in content) or None,
        about=content.get("description"),
    )


def _number(given: Any) -> int:
    return given if isinstance(given, int) else int(getattr(given, "id", 0))
