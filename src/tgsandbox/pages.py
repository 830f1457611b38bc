"""Answers that carry messages, kept apart until they are sent so that faults can touch them."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass, field

from tgsandbox import wire

_CHANNEL_MESSAGES = 0xC776BA4E
_MESSAGES = 0x1D73E7EA
_INEXACT, _OFFSET = 2, 4


@dataclass(slots=True)
class Page:
    """``messages.channelMessages``, or ``messages.messages`` outside channels."""

    count: int
    pts: int | None
    ids: list[int]
    messages: list[bytes]
    chats: list[bytes] = field(default_factory=list)
    users: list[bytes] = field(default_factory=list)
    offset: int | None = None

    def empty(self) -> None:
        """No messages, the count unchanged: what a faulty server answers now and then."""
        self.ids, self.messages, self.offset = [], [], None

    def spoil(self, position: int, how: Callable[[bytes], bytes] | None = None) -> None:
        """Give one message a constructor that no client knows."""
        if self.messages:
            position %= len(self.messages)
            self.messages[position] = (how or spoiled)(self.messages[position])

    def __bytes__(self) -> bytes:
        topics: list[bytes] = []
        lists = (self.messages, topics, self.chats, self.users)
        tail = b"".join(wire.vector(one) for one in lists)
        if self.pts is None:
            return struct.pack("<I", _MESSAGES) + tail
        flags = 0 if self.offset is None else _OFFSET
        head = struct.pack("<IIii", _CHANNEL_MESSAGES, flags, self.pts, self.count)
        if self.offset is not None:
            head += struct.pack("<i", self.offset)
        return head + tail


def spoiled(message: bytes) -> bytes:
    return wire.UNKNOWN + message[4:]


def of_other_layer(message: bytes) -> bytes:
    """As the next layer might have it: a new constructor, one more field of flags."""
    return wire.OTHER_LAYER + message[4:8] + b"\1\0\0\0" + message[8:]
