"""The framings of a TCP connection: full, abridged, intermediate, padded intermediate.

A client says by its first bytes which one it speaks, or hides that by obfuscation; full has no
greeting of its own, but its first frame has the number 0, which obfuscation avoids.
https://core.telegram.org/mtproto/mtproto-transports
"""

from __future__ import annotations

import secrets
import struct
from asyncio import StreamReader
from typing import Protocol
from zlib import crc32

from telethon.crypto import AESModeCTR

from tgsandbox.errors import Refused

#: Containers of a client end at 1 MiB; nothing longer is read.
FRAME_CAP = 2 * 1024 * 1024
_LONG = 0x7F
_FLOOD = -429
_ABRIDGED = b"\xef"
_INTERMEDIATE = b"\xee\xee\xee\xee"
_PADDED = b"\xdd\xdd\xdd\xdd"
#: Where the tag of the framing lies in an obfuscated greeting of 64 bytes.
_GREETING, _TAG = 64, slice(56, 60)
_FIRST_NUMBER = bytes(4)
_MOST_PADDING = 15


class Reader(Protocol):
    """What frames are read from."""

    async def readexactly(self, n: int) -> bytes: ...


class Codec(Protocol):
    """Frames on one connection, in both directions."""

    def encode(self, payload: bytes) -> bytes: ...

    def error(self, code: int) -> bytes:
        """A transport error such as -404 or -429, framed."""

    async def read(self, reader: Reader) -> bytes: ...


async def detect(reader: StreamReader) -> tuple[Codec, Reader]:
    """The framing that the client has chosen, its greeting read, and what to read frames from."""
    first = await reader.readexactly(1)
    if first == _ABRIDGED:
        return Abridged(), reader
    head = first + await reader.readexactly(3)
    if plain := _by_tag(head):
        return plain, reader
    head += await reader.readexactly(4)
    if head[4:] == _FIRST_NUMBER:
        return Full(head), reader
    return _obfuscated(head + await reader.readexactly(_GREETING - len(head)), reader)


def _by_tag(tag: bytes) -> Codec | None:
    if tag == _ABRIDGED * 4:
        return Abridged()
    if tag == _INTERMEDIATE:
        return Intermediate()
    return Padded() if tag == _PADDED else None


def _obfuscated(greeting: bytes, reader: StreamReader) -> tuple[Codec, Reader]:
    """Keys lie in the greeting: forwards for what the client sends, backwards for what it gets."""
    backwards = greeting[55:7:-1]
    incoming = AESModeCTR(greeting[8:40], greeting[40:56])
    outgoing = AESModeCTR(backwards[:32], backwards[32:])
    codec = _by_tag(incoming.decrypt(greeting)[_TAG])
    if codec is None:
        raise Refused("A greeting names no framing.")
    return Obfuscated(codec, outgoing), _Deciphered(reader, incoming)


class _Deciphered:
    """A reader behind AES-CTR."""

    def __init__(self, reader: StreamReader, cipher: AESModeCTR) -> None:
        self._reader = reader
        self._cipher = cipher

    async def readexactly(self, n: int) -> bytes:
        data: bytes = self._cipher.decrypt(await self._reader.readexactly(n))
        return data


class Obfuscated:
    """Another framing behind AES-CTR: frames must leave in the order in which they were made.

    The cipher is pure Python, 0.4 MB/s: for showing that it is spoken, not for measuring.
    """

    def __init__(self, codec: Codec, cipher: AESModeCTR) -> None:
        self._codec = codec
        self._cipher = cipher

    def encode(self, payload: bytes) -> bytes:
        return self._encrypted(self._codec.encode(payload))

    def error(self, code: int) -> bytes:
        return self._encrypted(self._codec.error(code))

    async def read(self, reader: Reader) -> bytes:
        return await self._codec.read(reader)

    def _encrypted(self, frame: bytes) -> bytes:
        data: bytes = self._cipher.encrypt(frame)
        return data


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

    async def read(self, reader: Reader) -> bytes:
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

    async def read(self, reader: Reader) -> bytes:
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

    async def read(self, reader: Reader) -> bytes:
        (length,) = struct.unpack("<i", await reader.readexactly(4))
        return await reader.readexactly(_checked(length))


class Padded(Intermediate):
    """Intermediate with up to 15 random bytes behind an encrypted payload.

    Whoever reads drops what is too much for whole blocks; plain messages say their length.
    """

    def encode(self, payload: bytes) -> bytes:
        return super().encode(payload + secrets.token_bytes(secrets.randbelow(_MOST_PADDING + 1)))

    def error(self, code: int) -> bytes:
        return super().encode(struct.pack("<i", code))

    async def read(self, reader: Reader) -> bytes:
        packet = await super().read(reader)
        if packet[:8] == bytes(8):
            return packet
        return packet[: len(packet) - (len(packet) - 24) % 16]


def _checked(length: int) -> int:
    if not 0 <= length <= FRAME_CAP:
        raise Refused(f"A frame of {length} bytes is out of the question.")
    return length
