"""Oddities: messages and peers whose wire differs from their content, and what becomes of them.

A message's ``odd`` is `EMPTY`, ``{"known": NAME}`` or ``{"unknown": NAME}``. Of a *known* oddity
the message states already what a client is to make of it. Into an *unknown* one a constructor of
no layer is put; the message states the truth, and `expected` what can be read of it.
"""

from __future__ import annotations

from typing import Any

from tgsandbox.worlds.base import Content

EMPTY = "empty"
"""A ``MessageEmpty`` in the place of the message."""

USER_EMPTY = "user_empty"
CHAT_EMPTY = "chat_empty"
CHAT_FORBIDDEN = "chat_forbidden"
CHANNEL_FORBIDDEN = "channel_forbidden"
UNKNOWN = "unknown"
"""These are the values of a peer's ``sent_as``."""

STORED, PARTIAL, RECORDED, ABSENT = "stored", "unsupported", "recorded", "absent"
"""What is to become of a message: content as ever; content of which a part is marked
``unsupported``; a failure of its id; nothing."""

CONSTRUCTOR = "0x0badc0de"
LAYER = 229
_NO_PEERS = {USER_EMPTY, CHAT_EMPTY, UNKNOWN}

#: What is sent of ``replies`` and is no content.
_PASSING = ("max_id", "pts")

#: Canonical keys in TL's order; those of one field together. Flags stand before all of it.
_FIELDS: tuple[tuple[str, ...], ...] = (
    ("author",),
    ("boosts",),
    ("from_rank",),
    ("saved_peer_id",),
    ("forward",),
    ("via_bot",),
    ("via_business_bot_id",),
    ("guestchat_via_from",),
    ("reply", "thread_id"),
    ("date",),
    ("text",),
    ("media",),
    ("buttons", "markup"),
    ("entities",),
    ("views", "forwards"),
    ("replies",),
    ("edited",),
    ("signature",),
    ("grouped_id",),
    ("action",),
    ("reactions", "recent_reactions", "top_reactors"),
    ("restrictions",),
    ("ttl",),
    ("effect",),
    ("factcheck",),
    ("stars",),
    ("suggested_post",),
    ("schedule_repeat_period",),
    ("summary_from_language",),
    ("rich_message",),
)
_PLACE = {key: place for place, keys in enumerate(_FIELDS) for key in keys}


def verdict(content: Content) -> str:
    """What is to become of a message."""
    if content.get("odd") == EMPTY:
        return ABSENT
    where = _unknown_in(content)
    if where is not None and _PLACE.get(where, -1) <= _PLACE["date"]:
        return RECORDED
    return PARTIAL if where is not None or "unsupported" in content else STORED


def expected(content: Content) -> Content | None:
    """What a client can read of a message; none where there is no line for it."""
    if "replies" in content:
        content = {**content, "replies": _without(content["replies"], _PASSING)}
    if "odd" not in content:
        return content
    if verdict(content) in {ABSENT, RECORDED}:
        return None
    where = _unknown_in(content)
    rest = {key: value for key, value in content.items() if key != "odd"}
    if where is None:
        return rest
    read = _before(rest, _PLACE[where])
    if "extra" in read:
        read["extra"] = _before(read["extra"], _PLACE[where])
    lost = {"constructor": CONSTRUCTOR, "layer": LAYER, "rest": True, "where": where}
    return {**read, "unsupported": [lost]}


def expected_peer(content: Content) -> Content | None:
    """What a client can know of a peer; none where it can know nothing."""
    sent_as = content.get("sent_as")
    if sent_as in _NO_PEERS:
        return None
    return {key: value for key, value in content.items() if key != "sent_as"}


def _without(content: Content, keys: tuple[str, ...]) -> Content:
    return {key: value for key, value in content.items() if key not in keys}


def _before(content: Content, place: int) -> dict[str, Any]:
    return {key: value for key, value in content.items() if _PLACE.get(key, -1) < place}


def _unknown_in(content: Content) -> str | None:
    """The part of the message that an unknown constructor stands in."""
    how = content.get("odd")
    if not isinstance(how, dict) or "unknown" not in how:
        return None
    return str(how.get("where") or how["unknown"])
