"""JSON of any length in constant memory: a cursor that finds values without making them.

Only the frame of a document is read step by step; a value inside it is handed out as bytes
or passed over. Strings are never searched for brackets, so a file is read at the speed of
a regular expression.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Protocol

from headrace.errors import BrokenExport

#: Read at once; a value that does not fit makes the buffer grow up to its own limit.
CHUNK = 1 << 18
#: No message, name or key of Telegram's comes near it.
MAX_VALUE = 8 << 20
#: Longest string that is passed over (a value that nobody asks for may be anything).
MAX_STRING = 64 << 20

_SPACE = re.compile(rb"[ \t\r\n]*+")
_TEXT = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_GAP = rb'[^"{}\[\]]*+'
_FLAT = rb"\{" + _GAP + rb"(?:" + _TEXT + _GAP + rb")*+\}"
_STRING = re.compile(_TEXT, re.DOTALL)
_SCALAR = re.compile(rb"[^\s,:{}\[\]\"]++")
#: Up to the next bracket that matters: an opening one is group 1, a closing one group 2. Objects
#: without brackets inside pass as a whole. Where the buffer ends first, neither group is set.
_BRACKET = re.compile(
    _GAP + rb"(?:(?:" + _TEXT + rb"|" + _FLAT + rb")" + _GAP + rb")*+(?:([{\[])|([}\]])|.?)",
    re.DOTALL,
)
_OPENED = 1
_QUOTE = ord('"')


class Readable(Protocol):
    """A stream of bytes; a short answer is no end, an empty one is."""

    def read(self, size: int, /) -> bytes: ...


class Stopped(Exception):
    """Somebody asked the cursor to stop."""


class JsonCursor:
    """A place in a stream of JSON. Every method raises ``BrokenExport`` where it is none."""

    def __init__(self, stream: Readable, *, start: int = 0) -> None:
        """``start``: the offset at which the stream stands."""
        self._stream = stream
        self._buffer = b""
        self._at = 0
        self._base = start
        self._ended = False
        self._stopped = False

    @property
    def offset(self) -> int:
        """Bytes from the start of the file."""
        return self._base + self._at

    def stop(self) -> None:
        """End a reading in another thread at its next chunk, with ``Stopped``."""
        self._stopped = True

    def peek(self) -> bytes:
        """The next byte that is no blank; nothing at the end."""
        while True:
            found = _SPACE.match(self._buffer, self._at)
            assert found is not None
            self._at = found.end()
            if self._at < len(self._buffer):
                return self._buffer[self._at : self._at + 1]
            if not self._fill(CHUNK):
                return b""

    def take(self, wanted: bytes) -> None:
        """Pass over one byte that has to be there."""
        if self.peek() != wanted:
            raise self.broken(f"{wanted.decode()} is missing")
        self._at += 1

    def keys(self) -> Iterator[str]:
        """The keys of an object; the caller takes each value before it asks for the next key."""
        self.take(b"{")
        if self.peek() == b"}":
            self._at += 1
            return
        while True:
            raw = self._match(_STRING, MAX_VALUE)
            self.take(b":")
            yield raw[1:-1].decode("utf-8", "replace")
            if not self._goes_on(b"}"):
                return

    def elements(self) -> Iterator[int]:
        """The offsets of an array's elements; the caller takes each before it asks for the next."""
        self.take(b"[")
        if self.peek() == b"]":
            self._at += 1
            return
        while True:
            self.peek()
            yield self.offset
            if not self._goes_on(b"]"):
                return

    def value(self) -> bytes | None:
        """The next value as it is written; none where it is longer than any of Telegram's."""
        if self.peek() in (b"{", b"["):
            return self._pass_brackets(keep=True)
        return self._match(_STRING if self.peek() == b'"' else _SCALAR, MAX_VALUE)

    def skip(self) -> None:
        """Pass over the next value, however long."""
        if self.peek() in (b"{", b"["):
            self._pass_brackets(keep=False)
        else:
            self._match(_STRING if self.peek() == b'"' else _SCALAR, MAX_STRING)

    def broken(self, what: str) -> BrokenExport:
        """The error for this place."""
        if self._ended and self._at >= len(self._buffer):
            return BrokenExport(
                f"The export breaks off at byte {self.offset:,}: it was not written to its end.",
                hint=_AGAIN,
            )
        where = f"at byte {self.offset:,}: {what}"
        return BrokenExport(f"The export is no valid JSON {where}.", hint=_AGAIN)

    def _goes_on(self, end: bytes) -> bool:
        following = self.peek()
        if following not in (b",", end):
            raise self.broken("neither comma nor end")
        self._at += 1
        return following == b","

    def _match(self, pattern: re.Pattern[bytes], limit: int) -> bytes:
        """A token; it may end with the buffer only where the file ends too."""
        self.peek()
        size = CHUNK
        while True:
            found = pattern.match(self._buffer, self._at)
            if found is not None and (found.end() < len(self._buffer) or self._ended):
                self._at = found.end()
                return found.group()
            if found is None and self._at < len(self._buffer) and self._buffer[self._at] != _QUOTE:
                raise self.broken("something that is no value")
            if len(self._buffer) - self._at > limit:
                raise self.broken("a text without an end")
            if not self._fill(size):
                if found is None:
                    self._at = len(self._buffer)
                    raise self.broken("a text without an end")
                continue
            size *= 2

    def _pass_brackets(self, *, keep: bool) -> bytes | None:
        """Pass over an object or array by counting brackets; its bytes unless it is too long."""
        depth, size = 1, CHUNK
        begin = self._at
        self._at += 1
        kept: list[bytes] = []
        held = 0
        while True:
            for found in _BRACKET.finditer(self._buffer, self._at):
                if found.lastindex is None:
                    break
                depth += 1 if found.lastindex == _OPENED else -1
                self._at = found.end()
                if depth == 0:
                    if not keep or held + self._at - begin > MAX_VALUE:
                        return None
                    return b"".join([*kept, self._buffer[begin : self._at]])
            if keep and held <= MAX_VALUE:
                kept.append(self._buffer[begin : self._at])
                held += self._at - begin
            size = CHUNK if self._at > begin else size * 2
            if len(self._buffer) - self._at > MAX_STRING or not self._fill(size):
                self._at = len(self._buffer)
                raise self.broken("no closing bracket")
            begin = self._at

    def _fill(self, size: int) -> bool:
        """Read on; what lies before the cursor is forgotten. False at the end of the file."""
        if self._stopped:
            raise Stopped
        self._buffer = self._buffer[self._at :]
        self._base += self._at
        self._at = 0
        more = self._stream.read(size)
        self._ended = not more
        self._buffer += more
        return bool(more)


_AGAIN = (
    "Export the chat again in Telegram Desktop (format: Machine-readable JSON), or copy it anew."
)
