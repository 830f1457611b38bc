"""Bounds: how much a server can make this process hold, whatever it sends.

Telethon believes the length that a frame gives itself, and inflates a packed answer to its
end. Here both stop at a cap; what is beyond it breaks the connection like any other garbage.
"""

from __future__ import annotations

import struct
import zlib
from typing import Any

from telethon.network import ConnectionTcpFull
from telethon.network.connection.tcpfull import FullPacketCodec
from telethon.tl.core import core_objects, rpcresult
from telethon.tl.core.gzippacked import GzipPacked

#: Bytes of a frame, and of a packed answer once it is inflated; the largest in use is 1 MiB.
ANSWER_CAP = 16 * 1024 * 1024
#: zlib's word for: 32 KiB of window, with the head and tail of gzip.
_GZIP = 31


def inflated(packed: bytes) -> bytes:
    """The content of gzip's bytes.

    Raises:
        ConnectionAbortedError: they hold more than the cap, or are none.
    """
    inflater = zlib.decompressobj(_GZIP)
    try:
        content = inflater.decompress(packed, ANSWER_CAP)
    except zlib.error as exc:
        raise ConnectionAbortedError("A packed answer cannot be inflated.") from exc
    if not inflater.eof:
        raise ConnectionAbortedError("A packed answer does not end within the cap.")
    return content


class BoundedReader:
    """A stream of which nobody reads more than the cap at once."""

    def __init__(self, reader: Any) -> None:
        self._reader = reader

    async def readexactly(self, size: int) -> bytes:
        if size > ANSWER_CAP:
            raise ConnectionAbortedError(f"A frame of {size} bytes is out of the question.")
        found: bytes = await self._reader.readexactly(size)
        return found


class _BoundedCodec(FullPacketCodec):  # type: ignore[misc]
    async def read_packet(self, reader: Any) -> Any:
        try:
            return await super().read_packet(BoundedReader(reader))
        except struct.error as exc:
            raise ConnectionAbortedError("A frame ends within its own head.") from exc


class BoundedTcp(ConnectionTcpFull):  # type: ignore[misc]
    """Telethon's TCP connection, with frames up to the cap."""

    packet_codec = _BoundedCodec


class _BoundedGzip(GzipPacked):  # type: ignore[misc]
    @staticmethod
    def read(reader: Any) -> bytes:
        reader.read_int()
        return inflated(reader.tgread_bytes())

    @classmethod
    def from_reader(cls, reader: Any) -> GzipPacked:
        return cls(inflated(reader.tgread_bytes()))


def bound_inflation() -> None:
    """Let Telethon inflate within the cap; it has one table of readers for the whole process."""
    rpcresult.GzipPacked = _BoundedGzip
    core_objects[GzipPacked.CONSTRUCTOR_ID] = _BoundedGzip
