"""Small conversions that every noun needs: marked ids, times, Telegram's names."""

from __future__ import annotations

import re
import struct
from typing import Any

from telethon.tl import types
from telethon.tl.alltlobjects import LAYER

from headrace.model.message import Unsupported
from headrace.model.values import CHANNEL_MARK, PeerId, Timestamp

#: A list of objects, as TL writes it.
_VECTOR = 0x1CB5C415

_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_names: dict[tuple[type, str], str] = {}


def marked(peer: Any) -> PeerId | None:
    """The marked id of a ``Peer``, as in the Bot API."""
    kind = type(peer)
    if kind is types.PeerUser:
        return int(peer.user_id)
    if kind is types.PeerChannel:
        return CHANNEL_MARK - int(peer.channel_id)
    if kind is types.PeerChat:
        return -int(peer.chat_id)
    return None


def marked_channel(channel_id: int | None) -> PeerId | None:
    """The marked id of a channel's bare one."""
    return None if channel_id is None else CHANNEL_MARK - channel_id


def unix(date: Any) -> Timestamp | None:
    """Unix seconds; Telegram writes 0 where it has no date."""
    if date is None:
        return None
    seconds = date if isinstance(date, int) else int(date.timestamp())
    return seconds or None


def snake_name(kind: type, prefix: str) -> str:
    """``MessageActionPinMessage`` without ``MessageAction``, in snake case: ``pin_message``."""
    key = (kind, prefix)
    name = _names.get(key)
    if name is None:
        name = _WORDS.sub("_", kind.__name__.removeprefix(prefix)).lower()
        _names[key] = name
    return name


def unsupported(thing: Any, where: str) -> Unsupported:
    """What could not be understood, with its bytes."""
    constructor = _VECTOR if isinstance(thing, list) else getattr(thing, "CONSTRUCTOR_ID", 0)
    try:
        raw = _bytes(thing)
    except Exception:  # noqa: BLE001 - whatever is wrong with it must not cost the message
        raw = b""
    return Unsupported(constructor=f"0x{constructor:08x}", layer=LAYER, where=where, raw=raw)


def _bytes(thing: Any) -> bytes:
    if isinstance(thing, list):
        items = b"".join(bytes(one) for one in thing)
        return struct.pack("<Ii", _VECTOR, len(thing)) + items
    return bytes(thing)


class NotUnderstood(LookupError):
    """A sort of thing that the archive has no form for."""

    def __init__(self, thing: Any) -> None:
        """Name its constructor."""
        super().__init__(type(thing).__name__)
