"""Messages that are odd on the wire: empties, things without content, unknown constructors."""

from __future__ import annotations

from typing import Any

from tgsandbox.worlds import odd
from tgsandbox.worlds.base import Content
from tgsandbox.worlds.contents import emoji
from tgsandbox.worlds.zoo_parts import (
    ANNA,
    BORIS,
    UNKNOWN_USER,
    done,
    file,
    other,
    picture,
    styled,
    told,
)

_PAGE: Content = {
    "kind": "web_page",
    "url": "https://zoo.example/o",
    "display_url": "zoo.example/o",
}
_LOST_MEDIA = "0x9f84f49e"
_UNMODIFIED = "0xddf10c3b"
_EMPTY_REACTION = "0x0a339f0b"


def messages() -> list[Content]:
    """Of the channel; `tgsandbox.worlds.odd` tells what is to become of each."""
    return [*_empties(), *_known(), *_unknown_media(), *_unknown_parts(), *_unreadable()]


def of_group() -> list[Content]:
    """Of the group, where whole peers can be odd too."""
    return [
        {"odd": odd.EMPTY},
        told("By somebody of a later layer.", author=UNKNOWN_USER),
        _unknown("reaction", "reactions", "Liked.", author=ANNA, ttl=60, reactions=[emoji("❤", 1)]),
        _unknown("message", "message", "Unreadable.", author=BORIS),
        told("The last word.", author=ANNA),
    ]


def _empties() -> list[Content]:
    gone: Content = {"kind": "document", "role": "file", "size": 0}
    clip = file(8001, "video", "video/mp4", width=64, height=64, duration=1)
    return [
        {"odd": odd.EMPTY},
        {"odd": odd.EMPTY},
        _known_as("empty_photo", "An empty photo.", media={"kind": "photo", "size": 0}),
        _known_as("empty_photo", media={"kind": "photo", "size": 0, "ttl": 5, "spoiler": True}),
        _known_as("empty_document", "An empty document.", media=gone),
        _known_as("empty_document", media={**gone, "role": "video", "start_at": 3}),
        _known_as("empty_cover", "An empty cover.", media=clip),
        _known_as("empty_preview", "A page with an empty photo.", media=_PAGE),
        _known_as("empty_attachment", "A page with an empty document.", media=_PAGE),
        _known_as("empty_media", "Empty media."),
        _known_as("empty_entities", "An empty list of entities."),
        _known_as("empty_restrictions", "An empty list of reasons."),
    ]


def _known() -> list[Content]:
    broken = b"caf\xe9 \xed\xa0\xbd\xed\xb2\xa9 \xff\xfe \xf0\x9f\x8c end".decode(errors="replace")
    return [
        _known_as("broken_utf8", broken),
        _lost("unsupported_media", _LOST_MEDIA, "media", "Unsupported.", entities=_bold(11)),
        _lost("unmodified_page", _UNMODIFIED, "media", "Not modified."),
        _lost("empty_reaction", _EMPTY_REACTION, "reactions", "Empty reaction.", ttl=60),
    ]


def _unknown_media() -> list[Content]:
    poll: Content = {
        "kind": "poll",
        "id": "5600000000000000001",
        "question": styled("?"),
        "answers": [{"option": "AA==", "text": "!"}, {"option": "AQ==", "text": "!!"}],
    }
    preview = {"_": "message_extended_media_preview", "w": 4, "h": 3}
    paid = other("paid_media", stars_amount=1, extended_media=[preview])
    named = file(8002, "file", "text/plain", name="a.txt")
    entities = {"entities": _bold(4)}
    return [
        _unknown("media", "media", "Unknown media.", media=picture(101), edited=1, **entities),
        _unknown("web_page", "media", "Unknown page.", media=_PAGE, signature="Keeper"),
        _unknown("attribute", "media", "Unknown attribute.", media=named, reply={"msg_id": 101}),
        _unknown("photo_size", "media", "Unknown size.", media=picture(101), silent=True),
        _unknown("answer_media", "media", "Unknown answer.", media=poll),
        _unknown("extended_media", "media", "Unknown extended media.", media=paid),
    ]


def _unknown_parts() -> list[Content]:
    rows = [[{"type": "copy", "text": "Copy", "copy_text": "x"}]]
    blocked = [{"platform": "ios", "reason": "sensitive", "text": "No."}]
    rich = {"_": "rich_message", "blocks": [{"_": "page_block_divider"}]}
    media = picture(101)
    fact = {"factcheck": {"_": "fact_check", "hash": 0}, "from_rank": "warden"}
    likes = [emoji("❤", 1)]
    return [
        _unknown("buttons", "buttons", "Unknown markup.", media=media, buttons=rows),
        _unknown("button", "buttons", "Unknown button.", buttons=rows, grouped_id="5"),
        _unknown("entities", "entities", "Unknown entity.", media=media, entities=_bold(7) * 3),
        _unknown("replies", "replies", "Unknown replies.", replies={"count": 0}, edited=1),
        _unknown("reaction", "reactions", "Unknown reaction.", reactions=likes, ttl=60),
        _unknown("reactions", "reactions", "Unknown reactions.", reactions=likes, signature="K"),
        _unknown("restrictions", "restrictions", "Unknown reason.", restrictions=blocked),
        _unknown("factcheck", "factcheck", "Unknown fact.", extra=fact, effect="7", stars=3),
        _unknown("rich_message", "rich_message", "Unknown block.", extra={"rich_message": rich}),
        {**done("pin_message", reply={"msg_id": 101}), "odd": _in("action", "action")},
        {**done("chat_edit_photo", {"photo": media}), "odd": _in("action_photo", "action")},
    ]


def _unreadable() -> list[Content]:
    forward = {"from": ANNA, "date": 1}
    return [
        _unknown("message", "message", "An unknown message."),
        _unknown("author", "author", "Of an unknown peer.", author=ANNA),
        _unknown("forward", "forward", "An unknown header.", forward=forward),
        _unknown("reply", "reply", "An unknown reply.", reply={"msg_id": 101}),
        told("After all that."),
    ]


def _known_as(name: str, text: str = "", **fields: Any) -> Content:
    return {**told(text, **fields), "odd": {"known": name}}


def _lost(name: str, constructor: str, where: str, text: str, **fields: Any) -> Content:
    lost = {"constructor": constructor, "layer": odd.LAYER, "where": where}
    return {**_known_as(name, text, **fields), "unsupported": [lost]}


def _unknown(name: str, where: str, text: str, **fields: Any) -> Content:
    return {**told(text, **fields), "odd": _in(name, where)}


def _in(name: str, where: str) -> Content:
    return {"unknown": name, "where": where}


def _bold(length: int) -> list[Content]:
    return [{"type": "bold", "offset": 0, "length": length}]
