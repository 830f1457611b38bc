"""Who is named in a message, and whom Telegram sends along with it."""

from __future__ import annotations

from typing import Any

from tgsandbox.worlds import ids
from tgsandbox.worlds.base import Content

_FORWARD_PEERS = ("from", "saved_from", "saved_from_id")
#: Fields of service actions that hold one peer or a list of peers.
_ACTION_PEERS = (
    "users",
    "user_id",
    "inviter_id",
    "peer",
    "peers",
    "from_id",
    "to_id",
    "boost_peer",
)


def in_message(content: Content) -> set[int]:
    """The marked ids of author, forward, reply, inline bot and action."""
    found = _forward(content.get("forward"))
    if "author" in content:
        found.add(content["author"])
    if "via_bot" in content:
        found.add(content["via_bot"])
    reply = content.get("reply")
    if reply:
        found |= _forward(reply.get("from"))
        if "peer" in reply:
            found.add(reply["peer"])
    if "action" in content:
        found |= _action(content["action"].get("data", {}))
    return found


def sent_with(content: Content) -> set[int]:
    """Everybody whose object Telegram puts beside the message: the named and a few more."""
    found = in_message(content)
    replies = content.get("replies")
    if replies:
        found.update(replies.get("recent", ()))
        if "chat" in replies:
            found.add(replies["chat"])
    for reaction in content.get("recent_reactions", ()):
        found.add(reaction["author"])
    for entity in content.get("entities", ()):
        if "user_id" in entity:
            found.add(entity["user_id"])
    return found


def _forward(content: Content | None) -> set[int]:
    if not content:
        return set()
    return {content[key] for key in _FORWARD_PEERS if key in content}


def _action(data: dict[str, Any]) -> set[int]:
    found: set[int] = set()
    for key in _ACTION_PEERS:
        value = data.get(key)
        if isinstance(value, int):
            found.add(value)
        elif isinstance(value, list):
            found.update(value)
    if "channel_id" in data:
        found.add(ids.channel_id(data["channel_id"]))
    return found
