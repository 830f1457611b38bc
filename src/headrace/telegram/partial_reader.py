"""Reads the first message of an answer as far as it can be read."""

from __future__ import annotations

from typing import Any

from headrace.telegram.lean_reader import LeanReader, PlainMessage, PlainMessageService

#: Fields that may hold something unknown, by the name of the part that they become.
PARTS = {
    "media": "media",
    "reply_markup": "buttons",
    "entities": "entities",
    "fwd_from": "forward",
    "reply_to": "reply",
    "replies": "replies",
    "reactions": "reactions",
    "restriction_reason": "restrictions",
    "action": "action",
}
#: An answer, a message in it, a field of that.
_MESSAGE, _FIELD = 1, 2


class _Missing(int):
    """Stands where nothing could be read; a list of so many things is empty."""


_MISSING = _Missing()
_CULPRIT = _Missing()


class _Enough(Exception):
    pass


class PartialReader(LeanReader):
    """Reads on after something unknown as if nothing were behind it.

    After ``read_first``, ``first`` is the message, ``start`` where it begins, ``kind`` its
    constructor, and ``torn`` the part that could not be read; where it could be read whole,
    ``position`` is behind it.
    """

    def __init__(self, answer: bytes) -> None:
        super().__init__(answer)
        self._depth = 0
        self._lost = False
        self._passed = 0
        self.first: Any = None
        self.start = 0
        self.kind = 0
        self.torn: str | None = None

    def read_first(self) -> bool:
        """Whether there is a message with an id and a date."""
        try:
            self.tgread_object()
        except _Enough:
            return self._settle()
        except Exception:  # noqa: BLE001 - it is known that the answer is broken
            return False
        return False

    def tgread_object(self) -> Any:
        """One object; a field of the message that cannot be read is marked."""
        depth = self._depth
        if self._behind:
            return self._pass_over()
        if depth == _MESSAGE:
            self.start = self.position
            self.kind = int.from_bytes(self.stream[self.start : self.start + 4], "little")
        self._depth += 1
        try:
            found = super().tgread_object()
        except Exception:
            if depth != _FIELD:
                raise
            self._lost = True
            found = _CULPRIT
        finally:
            self._depth = depth
        if depth == _MESSAGE:
            self.first = found
            raise _Enough
        return found

    def read_int(self, signed: bool = True) -> int:
        """Four bytes."""
        return _MISSING if self._behind else super().read_int(signed)

    def read_long(self, signed: bool = True) -> int:
        """Eight bytes."""
        return _MISSING if self._behind else super().read_long(signed)

    def tgread_string(self) -> Any:
        """A text."""
        return _MISSING if self._behind else super().tgread_string()

    def tgread_date(self) -> int:
        """A date."""
        return _MISSING if self._behind else super().tgread_date()

    @property
    def _behind(self) -> bool:
        return self._lost and self._depth == _FIELD

    def _pass_over(self) -> int:
        """A thing that cannot be read; of more than the bytes could hold the count was wrong."""
        self._passed += 1
        if self._passed > len(self.stream):
            raise BufferError("A list is longer than the answer.")
        return _MISSING

    def _settle(self) -> bool:
        """Take the marks out of the message again."""
        message = self.first
        if type(message) not in (PlainMessage, PlainMessageService):
            return False
        if isinstance(message.date, _Missing):
            return False
        for name, value in vars(message).items():
            values = value if isinstance(value, list) else [value]
            if any(one is _CULPRIT for one in values):
                self.torn = PARTS.get(name, name)
            if any(isinstance(one, _Missing) for one in values):
                setattr(message, name, None)
        return True
