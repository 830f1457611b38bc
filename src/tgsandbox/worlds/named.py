"""Who is named in a message, and whom Telegram sends along with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tgsandbox.worlds import ids
from tgsandbox.worlds.base import Content

_FORWARD_PEERS = ("from", "saved_from", "saved_from_id")
#: Fields of actions and of media that name somebody, and how they write ids.
_MARKED = frozenset(
    (
        *("peer", "peers", "from", "from_id", "to_id", "boost_peer", "other_participants"),
        *("sender_id", "recipient_id", "owner_id", "host_id", "released_by", "theme_peer"),
        *("added_by", "completed_by", "recent", "recent_voters"),
    )
)
_USERS = frozenset(
    ("user_id", "users", "inviter_id", "new_creator_id", "bot_id", "winners", "auto_setting_from")
)
_CHANNELS = frozenset(("channel_id", "channels"))
_GROUPS = frozenset(("chat_id",))
#: Media that name nobody, wherever they stand.
_NAMELESS = frozenset(("photo", "document", "web_page"))


def in_message(content: Content) -> set[int]:
    """The marked ids of author, forward, reply, inline bot, action and media."""
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
        found.update(_within(content["action"].get("data", {})))
    if "media" in content:
        found.update(_within(content["media"]))
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
    for reactor in content.get("top_reactors", ()):
        if "author" in reactor:
            found.add(reactor["author"])
    for entity in content.get("entities", ()):
        if "user_id" in entity:
            found.add(entity["user_id"])
    return found


def _forward(content: Content | None) -> set[int]:
    if not content:
        return set()
    return {content[key] for key in _FORWARD_PEERS if key in content}


def _within(value: Any) -> Iterator[int]:
    """Who is named in data, at any depth."""
    if isinstance(value, list):
        for one in value:
            yield from _within(one)
    elif isinstance(value, dict) and value.get("kind") not in _NAMELESS:
        for key, inner in value.items():
            yield from _named_by(key, inner)


def _named_by(key: str, value: Any) -> Iterator[int]:
    numbers = value if isinstance(value, list) else [value]
    plain = [one for one in numbers if isinstance(one, int) and not isinstance(one, bool)]
    if key in _MARKED:
        yield from plain
    elif key in _USERS:
        yield from (one for one in plain if one > 0)
    elif key in _CHANNELS:
        yield from (ids.channel_id(one) for one in plain)
    elif key in _GROUPS:
        yield from (-one for one in plain)
    if key != "entities":
        yield from _within(value)
