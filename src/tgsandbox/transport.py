"""The framings of a TCP connection: full, abridged and intermediate.

A client says by its first bytes which one it speaks; full has no greeting of its own.
Obfuscated transports are not spoken.
"""

from __future__ import annotations

import struct
from asyncio import StreamReader
from typing import Protocol
from zlib import crc32

from tgsandbox.errors import Refused

#: Containers of a client end at 1 MiB; nothing longer is read.
FRAME_CAP = 2 * 1024 * 1024
_LONG = 0x7F
_FLOOD = -429
_ABRIDGED = b"\xef"
_INTERMEDIATE = b"\xee\xee\xee\xee"


class Codec(Protocol):
    """Frames on one connection, in both directions."""

    def encode(self, payload: bytes) -> bytes: ...

    def error(self, code: int) -> bytes:
        """A transport error such as -404 or -429, framed."""

    async def read(self, reader: StreamReader) -> bytes: ...


async def detect(reader: StreamReader) -> Codec:
    """The framing that the client has chosen, its greeting read."""
    first = await reader.readexactly(1)
    if first == _ABRIDGED:
        return Abridged()
    head = first + await reader.readexactly(3)
    if head == _INTERMEDIATE:
        return Intermediate()
    return Full(head)


class Full:
    """Length, sequence number, payload, CRC-32."""

    def __init__(self, head: bytes = b"") -> None:
        self._head = head
        self._sent = 0

    def encode(self, payload: bytes) -> bytes:
        frame = struct.pack("<ii", len(payload) + 12, self._sent) + payload
        self._sent += 1
        return frame + struct.pack("<I", crc32(frame))

    def error(self, code: int) -> bytes:
        if code == _FLOOD:
            # Seen on the real server: the code in the place of length and number too.
            return struct.pack("<iii", code, code, code)
        return self.encode(struct.pack("<i", code))

    async def read(self, reader: StreamReader) -> bytes:
        head = self._head + await reader.readexactly(8 - len(self._head))
        self._head = b""
        length = _checked(struct.unpack_from("<i", head)[0] - 12)
        rest = await reader.readexactly(length + 4)
        (checksum,) = struct.unpack_from("<I", rest, length)
        if crc32(rest[:length], crc32(head)) != checksum:
            raise Refused("The checksum of a frame is wrong.")
        return rest[:length]


class Abridged:
    """The length in words of four bytes, one byte where it fits."""

    def encode(self, payload: bytes) -> bytes:
        words = len(payload) >> 2
        if words < _LONG:
            return bytes([words]) + payload
        return b"\x7f" + words.to_bytes(3, "little") + payload

    def error(self, code: int) -> bytes:
        return self.encode(struct.pack("<i", code))

    async def read(self, reader: StreamReader) -> bytes:
        words = (await reader.readexactly(1))[0]
        if words >= _LONG:
            words = int.from_bytes(await reader.readexactly(3), "little")
        return await reader.readexactly(_checked(words << 2))


class Intermediate:
    """Length, payload."""

    def encode(self, payload: bytes) -> bytes:
        return struct.pack("<i", len(payload)) + payload

    def error(self, code: int) -> bytes:
        return self.encode(struct.pack("<i", code))

    async def read(self, reader: StreamReader) -> bytes:
        (length,) = struct.unpack("<i", await reader.readexactly(4))
        return await reader.readexactly(_checked(length))


def _checked(length: int) -> int:
    if not 0 <= length <= FRAME_CAP:
        raise Refused(f"A frame of {length} bytes is out of the question.")
    return length
