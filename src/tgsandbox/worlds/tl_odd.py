"""Oddities on the wire: empties, things sent without content, unknown constructors."""

from __future__ import annotations

from typing import Any

from telethon.tl import types

from tgsandbox import wire

_NUMBER = 6_900_000_000_001

#: The place in a message that gets an unknown constructor, by the oddity's name.
_UNKNOWN_AT = {
    "author": "from_id",
    "forward": "fwd_from",
    "reply": "reply_to",
    "media": "media",
    "web_page": "media.webpage",
    "attribute": "media.document.attributes.-1",
    "photo_size": "media.photo.sizes.0",
    "answer_media": "media.poll.answers.0.media",
    "extended_media": "media.extended_media.0",
    "buttons": "reply_markup",
    "button": "reply_markup.rows.0.buttons.0.type",
    "entities": "entities.1",
    "replies": "replies",
    "reactions": "reactions",
    "reaction": "reactions.results.0.reaction",
    "restrictions": "restriction_reason.0",
    "action": "action",
    "action_photo": "action.photo",
    "factcheck": "factcheck",
    "rich_message": "rich_message.blocks.0",
}
_EMPTY_REACTION = types.MessageReactions([types.ReactionCount(types.ReactionEmpty(), 1)])
#: Things of the layer in a place of a message: (place, thing).
_KNOWN: dict[str, tuple[str, Any]] = {
    "empty_media": ("media", types.MessageMediaEmpty()),
    "empty_photo": ("media.photo", types.PhotoEmpty(_NUMBER)),
    "empty_document": ("media.document", types.DocumentEmpty(_NUMBER)),
    "empty_cover": ("media.video_cover", types.PhotoEmpty(_NUMBER)),
    "empty_preview": ("media.webpage.photo", types.PhotoEmpty(_NUMBER)),
    "empty_attachment": ("media.webpage.document", types.DocumentEmpty(_NUMBER)),
    "empty_entities": ("entities", []),
    "empty_restrictions": ("restriction_reason", []),
    "empty_reaction": ("reactions", _EMPTY_REACTION),
    "unsupported_media": ("media", types.MessageMediaUnsupported()),
    "unmodified_page": ("media", types.MessageMediaWebPage(types.WebPageNotModified())),
    "broken_utf8": ("message", b"caf\xe9 \xed\xa0\xbd\xed\xb2\xa9 \xff\xfe \xf0\x9f\x8c end"),
}


def spoiled(message: Any, how: dict[str, str]) -> Any:
    """A message as the oddity wants it; the message itself is changed."""
    if "known" in how:
        _put(message, *_KNOWN[how["known"]])
        return message
    if how["unknown"] == "message":
        return wire.Raw(wire.UNKNOWN + bytes(message)[len(wire.UNKNOWN) :])
    # Behind the constructor stands what a newer layer might: a flag word and a text.
    unknown = wire.Raw(wire.UNKNOWN + bytes(4) + wire.tl_bytes(b"of a later layer"))
    _put(message, _UNKNOWN_AT[how["unknown"]], unknown)
    return message


def _put(thing: Any, path: str, value: Any) -> None:
    *way, last = path.split(".")
    for step in way:
        thing = thing[int(step)] if isinstance(thing, list) else getattr(thing, step)
    if isinstance(thing, list):
        thing[int(last)] = value
    else:
        setattr(thing, last, value)
