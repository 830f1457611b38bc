"""The discussion of posts: messages.getReplies and messages.getDiscussionMessage."""

from __future__ import annotations

from typing import Any

from telethon.tl import functions, types

from tgsandbox.dispatcher import Call, Dispatcher
from tgsandbox.errors import bad_request
from tgsandbox.pages import Page
from tgsandbox.services import peers, slices
from tgsandbox.threads import Selection
from tgsandbox.worlds import named
from tgsandbox.worlds.base import Chat


def register(dispatcher: Dispatcher) -> None:
    dispatcher.on(functions.messages.GetRepliesRequest, _replies)
    dispatcher.on(functions.messages.GetDiscussionMessageRequest, _discussion)


async def _replies(call: Call) -> Page:
    """The thread of a post (named by channel and post) or of a root in a group."""
    group, root = _root(call)
    answers = call.telegram.threads.answers(group, root)
    result = slices.page(call, group, Selection(group.history, answers))
    asked = peers.chat_of(call, call.request.peer)
    if asked is not None and asked is not group:
        chats, _ = call.telegram.audience.of({asked.content["id"]}, call.key.user_id)
        result.chats = [*result.chats, *(one for one in chats if one not in result.chats)]
    return result


async def _discussion(call: Call) -> Any:
    """The copy of a post that opens its thread; of an album all copies, newest first."""
    group, root = _root(call)
    history = group.history
    copies = _copies(group, root)
    contents = [history.at(history.position(one)) for one in copies]
    audience = {group.content["id"]}.union(*(named.sent_with(one) for one in contents))
    answers = call.telegram.threads.answers(group, root)
    return types.messages.DiscussionMessage(
        messages=[peers.raw_message(call, group, one) for one in copies],
        unread_count=0,
        max_id=answers[-1] if answers else root,
        read_inbox_max_id=answers[-1] if answers else root,
        **peers.raw_audience(call, audience),
    )


def _root(call: Call) -> tuple[Chat, int]:
    """Group and root. Through the channel, a group need not be open to the account."""
    chat = peers.chat_of(call, call.request.peer)
    number = call.request.msg_id
    if chat is None:
        raise bad_request("PEER_ID_INVALID")
    if chat.content["kind"] == "channel":
        chat, number = _copy(call, chat, number)
    if chat.history.get(number) is None:
        raise bad_request("MSG_ID_INVALID")
    return chat, number


def _copy(call: Call, channel: Chat, post: int) -> tuple[Chat, int]:
    """The group and the copy that opened the comments of a post; most posts name the group.

    Items of an album after the first have a copy, and no comments of their own.
    """
    content = channel.history.get(post)
    if content is None:
        raise bad_request("MSG_ID_INVALID")
    linked = channel.content.get("linked_chat_id", 0)
    group = call.telegram.world.chats.get(content.get("replies", {}).get("chat", linked))
    if group is None or post not in group.roots:
        raise bad_request("MSG_ID_INVALID")
    if group.gone:
        raise bad_request("CHANNEL_PRIVATE")
    album = content.get("grouped_id")
    before = channel.history.position(post) - 1
    if album and before >= 0 and channel.history.at(before).get("grouped_id") == album:
        raise bad_request("MSG_ID_INVALID")
    return group, group.roots[post]


def _copies(group: Chat, root: int) -> list[int]:
    """Ids of the messages of the root's album, descending; the root alone without one."""
    history = group.history
    at = history.position(root)
    album = history.at(at).get("grouped_id")
    found = [root]
    while album and at + len(found) < len(history):
        following = history.at(at + len(found))
        if following.get("grouped_id") != album:
            break
        found.append(following["id"])
    return found[::-1]
