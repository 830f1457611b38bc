"""Messages of an export in the archive's own form: total, whatever stands in the file.

A field that the archive has no place for is kept as it is, as JSON, under ``unsupported``.
"""

from __future__ import annotations

from typing import Any

import msgspec

from headrace.desktop.actions import answered_id, read_action
from headrace.desktop.buttons import read_buttons
from headrace.desktop.files import FILE_KEYS
from headrace.desktop.media import media_keys, read_media
from headrace.desktop.reactions import read_reactions
from headrace.desktop.text import read_message_text
from headrace.desktop.values import integer, marked_peer, moment, plain, text_of
from headrace.model.chat import Chat
from headrace.model.message import Forward, Message, Reply, Unsupported
from headrace.model.values import PeerId, PeerKind

Raw = dict[str, Any]

#: The ``constructor`` of what an export held and this version could not place.
UNPLACED = "desktop"

_READ = FILE_KEYS | frozenset(
    [
        "id",
        "type",
        "date",
        "date_unixtime",
        "edited",
        "edited_unixtime",
        "from",
        "from_id",
        "author",
        "forwarded_from",
        "forwarded_from_id",
        "saved_from",
        "reply_to_message_id",
        "reply_to_peer_id",
        "via_bot",
        "text",
        "text_entities",
        "inline_bot_buttons",
        "reactions",
    ]
)
#: What no value of an export is longer than when it is kept unread.
_LONGEST_RAW = 1 << 16


def read_message(raw: Raw, chat: Chat, message_id: int) -> Message:
    """A message of any type; never raises for anything that JSON can hold."""
    kind = raw.get("type")
    date, is_local = moment(raw, "date")
    if kind not in ("message", "service") or date is None:
        return _not_understood(raw, message_id, date or 0)
    read = _service if kind == "service" else _ordinary
    text, entities = read_message_text(raw)
    edited, _ = moment(raw, "edited")
    reactions, recent = read_reactions(raw.get("reactions"))
    return Message(
        id=message_id,
        date=date,
        local_date=is_local,
        text=text,
        entities=entities,
        edited=edited,
        post=chat.kind == PeerKind.CHANNEL,
        reactions=reactions,
        recent_reactions=recent,
        **read(raw, chat, message_id),
    )


def _ordinary(raw: Raw, chat: Chat, message_id: int) -> Raw:
    via_bot = text_of(raw.get("via_bot"))
    known = _READ | media_keys(raw) | {"title" if "file" in raw else "id"}
    return {
        "author": _author(raw.get("from_id"), chat),
        "signature": text_of(raw.get("author")),
        "via_bot_name": via_bot.removeprefix("@"),
        "media": read_media(raw, chat.id, message_id),
        "forward": _forward(raw),
        "buttons": read_buttons(raw.get("inline_bot_buttons")),
        "unsupported": tuple(_unplaced(key, raw[key]) for key in raw if key not in known),
        **_reply(integer(raw.get("reply_to_message_id")), raw, chat.id),
    }


def _service(raw: Raw, chat: Chat, message_id: int) -> Raw:
    answered = answered_id(raw) or integer(raw.get("reply_to_message_id"))
    return {
        "kind": "service",
        "author": _author(raw.get("actor_id"), chat),
        "action": read_action(raw, chat.id, message_id),
        **_reply(answered, raw, chat.id),
    }


def _author(peer: Any, chat: Chat) -> PeerId | None:
    """Posts of a channel have none, for Telegram; an export names the channel."""
    marked = marked_peer(peer)
    return None if chat.kind == PeerKind.CHANNEL and marked == chat.id else marked


def _reply(answered: int | None, raw: Raw, chat_id: PeerId) -> Raw:
    if not answered or abs(answered) >= 2**31:
        return {}
    peer = marked_peer(raw.get("reply_to_peer_id"))
    if peer is None or peer == chat_id:
        return {"reply": Reply(msg_id=answered), "thread_id": answered}
    return {"reply": Reply(msg_id=answered, peer=peer)}


def _forward(raw: Raw) -> Forward | None:
    """The origin's name stands with the peer where its id is given, or else in the header."""
    if "forwarded_from" not in raw and "saved_from" not in raw:
        return None
    origin = marked_peer(raw.get("forwarded_from_id"))
    return Forward(
        from_id=origin,
        name="" if origin else text_of(raw.get("forwarded_from")),
        saved_from_name=text_of(raw.get("saved_from")),
    )


def _not_understood(raw: Raw, message_id: int, date: int) -> Message:
    """An entry of type ``unsupported`` has no date, and nothing else."""
    rest = {key: value for key, value in raw.items() if key not in ("id", "type")}
    lost = _unplaced("message", rest) if rest else _lost("message")
    return Message(id=message_id, date=date, kind="unsupported", unsupported=(lost,))


def _unplaced(key: str, value: Any) -> Unsupported:
    raw = msgspec.json.encode(plain(value))
    return _lost(key[:100], raw if len(raw) <= _LONGEST_RAW else b"")


def _lost(where: str, raw: bytes = b"") -> Unsupported:
    return Unsupported(constructor=UNPLACED, layer=0, where=where, raw=raw)
