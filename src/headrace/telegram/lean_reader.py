"""A leaner reader of Telegram's bytes, for the answers that hold messages by the hundred.

Telethon's own reader takes half as long again: its messages prepare for uses that headrace
has none for, and its dates become objects that would only be turned back into numbers.
"""

from __future__ import annotations

import struct
from typing import Any

from telethon.extensions import BinaryReader
from telethon.tl import functions, patched, types
from telethon.tl.alltlobjects import tlobjects

from headrace.telegram.failures import Torn

_INT = struct.Struct("<i").unpack_from
_UNSIGNED = struct.Struct("<I").unpack_from
_LONG = struct.Struct("<q").unpack_from
_UNSIGNED_LONG = struct.Struct("<Q").unpack_from
#: A first byte that says: the length follows in three bytes.
_LONG_BYTES = 254


def _plain(kind: type) -> type:
    """The constructor as generated, below the class that Telethon puts over it."""
    return next(base for base in kind.__mro__ if base.__module__ == types.__name__)


PlainMessage = _plain(patched.Message)
PlainMessageService = _plain(patched.MessageService)

_CONSTRUCTORS: dict[int, Any] = {
    **tlobjects,
    patched.Message.CONSTRUCTOR_ID: PlainMessage,
    patched.MessageService.CONSTRUCTOR_ID: PlainMessageService,
}


class LeanReader(BinaryReader):  # type: ignore[misc]
    """Reads the same bytes as Telethon's reader; dates come as Unix seconds."""

    stream: bytes
    position: int

    def tgread_object(self) -> Any:
        """One object; falls back on Telethon for bare types and for what is unknown."""
        kind = _CONSTRUCTORS.get(_UNSIGNED(self.stream, self.position)[0])
        if kind is None:
            return super().tgread_object()
        self.position += 4
        return kind.from_reader(self)

    def read_int(self, signed: bool = True) -> int:
        """Four bytes."""
        value: int = (_INT if signed else _UNSIGNED)(self.stream, self.position)[0]
        self.position += 4
        return value

    def read_long(self, signed: bool = True) -> int:
        """Eight bytes."""
        value: int = (_LONG if signed else _UNSIGNED_LONG)(self.stream, self.position)[0]
        self.position += 8
        return value

    def tgread_bytes(self) -> bytes:
        """Bytes with their length before and their padding behind them."""
        stream, start = self.stream, self.position
        length = stream[start]
        head = 1
        if length == _LONG_BYTES:
            length = int.from_bytes(stream[start + 1 : start + 4], "little")
            head = 4
        end = start + head + length
        self.position = end + -(head + length) % 4
        if self.position > len(stream):
            raise BufferError("The answer ends within a text.")
        found: bytes = stream[start + head : end]
        return found

    def tgread_date(self) -> int:
        """Unix seconds."""
        return self.read_int()


class _LeanAnswer:
    """A request whose answer is read by the leaner reader."""

    @staticmethod
    def read_result(reader: Any) -> Any:
        answer = reader.stream[reader.position :]
        try:
            return LeanReader(answer).tgread_object()
        except Exception as exc:
            raise Torn(answer) from exc


class GetHistory(_LeanAnswer, functions.messages.GetHistoryRequest):  # type: ignore[misc]
    """``messages.getHistory``."""


class GetChannelMessages(_LeanAnswer, functions.channels.GetMessagesRequest):  # type: ignore[misc]
    """``channels.getMessages``."""


class GetMessages(_LeanAnswer, functions.messages.GetMessagesRequest):  # type: ignore[misc]
    """``messages.getMessages``."""


class GetReplies(_LeanAnswer, functions.messages.GetRepliesRequest):  # type: ignore[misc]
    """``messages.getReplies``."""
