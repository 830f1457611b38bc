"""Who lives in ``zoo``, and the small constructors that its modules share."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from typing import Any

from tgsandbox.worlds import contents, odd
from tgsandbox.worlds.base import Content
from tgsandbox.worlds.contents import size
from tgsandbox.worlds.views import glimpse

CREATED = 1_735_689_600
_MINUTE = 60

CHANNEL, GROUP, FORUM = -1001100000001, -1001100000002, -1001100000003
ORIGIN, MIN_CHANNEL = -1001100000101, -1001100000102
FORBIDDEN_CHANNEL, FORBIDDEN_SUPERGROUP = -1001100000103, -1001100000104
OLD_GROUP, FORBIDDEN_GROUP, EMPTY_GROUP = -1100201, -1100202, -1100203
ANNA, BORIS, GHOST, BOT = 910_001, 910_002, 910_003, 910_004
MIN_USER, EMPTY_USER, UNKNOWN_USER, HOSTILE_USER = 910_005, 910_006, 910_007, 910_008
#: Named, and never sent along.
STRANGER = 910_999
ME: Content = {"id": 424242, "kind": "user", "name": "Sandbox Reader", "username": "sandbox_reader"}

PEERS: list[Content] = [
    {"id": ANNA, "kind": "user", "name": "Anna Otter", "username": "anna_otter", "premium": True},
    {"id": BORIS, "kind": "user", "name": "Boris", "photo": "7301"},
    {"id": GHOST, "kind": "user", "deleted": True},
    {"id": BOT, "kind": "user", "name": "Keeper", "username": "zoo_keeper_bot", "bot": True},
    {"id": MIN_USER, "kind": "user", "name": "Min Vole", "min": True, "photo": "7302"},
    {"id": EMPTY_USER, "kind": "user", "sent_as": odd.USER_EMPTY},
    {"id": UNKNOWN_USER, "kind": "user", "sent_as": odd.UNKNOWN},
    {"id": HOSTILE_USER, "kind": "user", "name": "\u202egnp.exe <b>\x00\u200b&amp;"},
    {
        "id": ORIGIN,
        "kind": "channel",
        "name": "The Aviary",
        "username": "zoo_aviary",
        "photo": "7303",
        "verified": True,
    },
    {"id": MIN_CHANNEL, "kind": "channel", "name": "Half Seen", "min": True, "photo": "7304"},
    {
        "id": FORBIDDEN_CHANNEL,
        "kind": "channel",
        "name": "Closed Cage",
        "min": True,
        "sent_as": odd.CHANNEL_FORBIDDEN,
    },
    {
        "id": FORBIDDEN_SUPERGROUP,
        "kind": "supergroup",
        "name": "Closed Yard",
        "min": True,
        "sent_as": odd.CHANNEL_FORBIDDEN,
    },
    {"id": OLD_GROUP, "kind": "group", "name": "Before the Yard", "photo": "7305"},
    {
        "id": FORBIDDEN_GROUP,
        "kind": "group",
        "name": "Closed Bench",
        "min": True,
        "sent_as": odd.CHAT_FORBIDDEN,
    },
    {"id": EMPTY_GROUP, "kind": "group", "sent_as": odd.CHAT_EMPTY},
]


def numbered(first: int, messages: Iterable[Content]) -> list[Content]:
    """The messages with ids from ``first`` on and a date each, a minute apart."""
    return [
        {"id": first + place, "date": date(first + place), **content}
        for place, content in enumerate(messages)
    ]


def date(message_id: int) -> int:
    """When the message of that id was sent."""
    return CREATED + message_id * _MINUTE


def told(text: str = "", **fields: Any) -> Content:
    """A message that gets its id and date later."""
    return _numberless(contents.message(0, 0, text, **fields))


def done(action: str, data: Content | None = None, **fields: Any) -> Content:
    """A service message that gets its id and date later."""
    return _numberless(contents.service(0, 0, action, data, **fields))


def posted(messages: Iterable[Content]) -> list[Content]:
    """The messages as posts of a channel."""
    return [
        {**message, "post": True}
        if message.get("kind") == "service"
        else {"views": 7, "forwards": 0, **message, "post": True}
        for message in messages
    ]


def styled(text: str, *entities: Content) -> Content:
    return {"text": text, "entities": list(entities)} if entities else {"text": text}


def encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


def picture(photo_id: int, **fields: Any) -> Content:
    """A small photo, 4:3."""
    sizes = [size("m", 320, 240, 14_000 + photo_id % 100), size("x", 640, 480, 46_000 + photo_id)]
    stripped = glimpse(photo_id, 640, 480)
    return contents.photo(photo_id, date(photo_id % 50), sizes, stripped=stripped, **fields)


def file(file_id: int, role: str, mime: str, **fields: Any) -> Content:
    """A document of no great length."""
    return contents.document(file_id, date(file_id % 50), role, mime, 9_000 + file_id, **fields)


def sticker(file_id: int, **fields: Any) -> Content:
    place = {"width": 512, "height": 512, "emoji": "🦦", "name": "sticker.webp"}
    return file(file_id, "sticker", "image/webp", **place, **fields)


def other(kind: str, **data: Any) -> Content:
    """Media that are data."""
    return (
        {"kind": "other", "type": kind, "data": data} if data else {"kind": "other", "type": kind}
    )


def _numberless(content: Content) -> Content:
    del content["id"], content["date"]
    return content
