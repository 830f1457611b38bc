"""The journal of a file in the making: which parts of it are there.

A head (whose file, how long), then one record for each part, of one length, each with a
checksum of itself and of the part's bytes. A process that is killed leaves a torn record at
most at the end. A power cut may keep the record and lose the part, so parts are believed only
when their bytes agree.
"""

from __future__ import annotations

import struct
import zlib
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from headrace.model.values import FileKey

_MAGIC = b"hrparts1"
_HEAD = struct.Struct(">8sQH")
_RECORD = struct.Struct(">QLL")
_SUM = struct.Struct(">L")
#: Bytes of one record.
RECORD = _RECORD.size + _SUM.size


class Record(NamedTuple):
    """A part that was written: its place, and the CRC-32 of its bytes."""

    offset: int
    length: int
    crc: int


def head(key: str, size: int) -> bytes:
    """The beginning of a journal; ``size`` 0 where nobody says."""
    named = key.encode()
    return _summed(_HEAD.pack(_MAGIC, size, len(named)) + named)


def key_of(content: bytes) -> FileKey | None:
    """Whose journal it is; nothing where it is none, or its head is torn."""
    if len(content) < _HEAD.size:
        return None
    _, size, length = _HEAD.unpack_from(content)
    named = content[_HEAD.size : _HEAD.size + length].decode("utf-8", "replace")
    return FileKey(named) if content.startswith(head(named, size)) else None


def record(offset: int, data: bytes | memoryview) -> bytes:
    """The line of a part."""
    return _summed(_RECORD.pack(offset, len(data), zlib.crc32(data)))


def records(content: bytes, key: str, size: int) -> list[Record] | None:
    """The records of a journal; nothing where it is that of another file, or of none."""
    start = head(key, size)
    if not content.startswith(start):
        return None
    body = content[len(start) :]
    lines = (body[at : at + RECORD] for at in range(0, len(body) - RECORD + 1, RECORD))
    return [Record(*_RECORD.unpack(line[:-4])) for line in lines if _summed(line[:-4]) == line]


def _summed(content: bytes) -> bytes:
    return content + _SUM.pack(zlib.crc32(content))


class Spans:
    """Ranges of bytes: what of a file is there. Touching ranges are one."""

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []

    def __iter__(self) -> Iterator[tuple[int, int]]:
        """(start, end) of each run, ascending."""
        return iter(list(zip(self._starts, self._ends, strict=True)))

    def add(self, start: int, end: int) -> None:
        """Take in the bytes from ``start`` to ``end`` (exclusive)."""
        if end <= start:
            return
        first = bisect_left(self._ends, start)
        last = first
        while last < len(self._starts) and self._starts[last] <= end:
            start, end = min(start, self._starts[last]), max(end, self._ends[last])
            last += 1
        self._starts[first:last] = [start]
        self._ends[first:last] = [end]

    def gaps(self, size: int) -> Iterable[tuple[int, int]]:
        """(start, end) of what lacks below ``size``, ascending."""
        at = 0
        for start, end in self:
            if at < min(start, size):
                yield at, min(start, size)
            at = end
        if at < size:
            yield at, size
