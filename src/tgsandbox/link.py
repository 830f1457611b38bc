"""The simulated wire of one connection: latency, bandwidth, silence and resets.

Bytes leave one after the other at the connection's rate, share the account's rate with
its other connections, and arrive half a round trip later. Times are virtual: a late timer
delays a chunk, never the ones after it, so that a rate is kept exactly.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections import deque
from collections.abc import Callable

#: A chunk takes about this long on the connection's wire; smaller chunks share more evenly.
_CHUNK_SECONDS = 0.016
_CHUNK_LEAST = 4096
_CHUNK_MOST = 65536
#: A client that does not read for so many bytes is given up.
_UNREAD_CAP = 256 * 1024 * 1024


class Rate:
    """Bytes per second, shared by all who reserve; ``None`` is without limit."""

    def __init__(self, bytes_per_second: float | None) -> None:
        self.bytes_per_second = bytes_per_second
        self._free_at = 0.0

    def reserve(self, size: int, start: float) -> float:
        """When ``size`` bytes that are ready at ``start`` have left."""
        if self.bytes_per_second is None:
            return start
        self._free_at = max(self._free_at, start) + size / self.bytes_per_second
        return self._free_at


class DelayLine:
    """Hands things on at their times, in the order in which they were put."""

    def __init__(self, deliver: Callable[[bytes], None]) -> None:
        self._deliver = deliver
        self._waiting: deque[tuple[float, bytes]] = deque()
        self._timer: asyncio.TimerHandle | None = None

    def put(self, when: float, data: bytes) -> None:
        self._waiting.append((when, data))
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_at(when, self._due)

    def close(self) -> None:
        self._waiting.clear()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _due(self) -> None:
        self._timer = None
        loop = asyncio.get_running_loop()
        now = loop.time()
        while self._waiting and self._waiting[0][0] <= now + 1e-4:
            self._deliver(self._waiting.popleft()[1])
        if self._waiting and self._timer is None:
            self._timer = loop.call_at(self._waiting[0][0], self._due)


class Dribble:
    """Writes one byte at a time."""

    def __init__(self, writer: asyncio.StreamWriter, seconds: float) -> None:
        self._transport = writer.transport
        self._seconds = seconds
        self._left = bytearray()

    def write(self, data: bytes) -> None:
        if not self._left:
            asyncio.get_running_loop().call_soon(self._drop)
        self._left += data

    def _drop(self) -> None:
        if self._transport.is_closing() or not self._left:
            return
        self._transport.write(self._left[:1])
        del self._left[:1]
        if self._left:
            asyncio.get_running_loop().call_later(self._seconds, self._drop)


class Link:
    """What a connection's frames pass on their way out."""

    def __init__(
        self,
        writer: asyncio.StreamWriter,
        *,
        latency: float,
        own: Rate,
        account: Rate,
        count: Callable[[int], None],
        muted: Callable[[], bool],
    ) -> None:
        self._writer = writer
        self._latency = latency
        self._own = own
        self._account = account
        self._count = count
        self._muted = muted
        self._line = DelayLine(self._write)
        self._taken = 0
        self._sent = 0
        self._cut_at: int | None = None
        self._drops: Dribble | None = None
        self.silent = False

    @property
    def is_limited(self) -> bool:
        """Whether `transmit` is needed; otherwise `send` does."""
        rates = (self._own, self._account)
        return any(rate.bytes_per_second is not None for rate in rates)

    def send(self, frame: bytes) -> None:
        """Send at once (and let it arrive half a round trip later)."""
        self._taken += len(frame)
        if self._latency:
            self._line.put(asyncio.get_running_loop().time() + self._latency, frame)
        else:
            self._write(frame)

    async def transmit(self, frame: bytes, ready_at: float) -> None:
        """Send at the rates; return when the last byte has left."""
        loop = asyncio.get_running_loop()
        size = self._chunk_size()
        start = ready_at
        self._taken += len(frame)
        for at in range(0, len(frame), size):
            chunk = frame[at : at + size]
            alone = self._own.reserve(len(chunk), start)
            end = max(alone, self._account.reserve(len(chunk), self._begin(alone, len(chunk))))
            self._line.put(end + self._latency, chunk)
            start = end
            await asyncio.sleep(end - loop.time())
        await self._writer.drain()

    def cut_after(self, size: int) -> None:
        """Reset the connection when ``size`` more bytes have been written."""
        self._cut_at = self._sent + size

    def cut_within_next(self, size: int) -> None:
        """Reset the connection when ``size`` bytes of the next frame have been written."""
        self._cut_at = self._taken + size

    def dribble(self, seconds: float) -> None:
        """From now on send byte by byte, so many seconds apart."""
        self._drops = Dribble(self._writer, seconds)

    def vanish(self) -> None:
        """The peer is gone and nobody says so: nothing is read any more, nothing sent."""
        self.silent = True
        self._writer.transport.pause_reading()  # type: ignore[attr-defined]

    def reset(self) -> None:
        """Close at once; the peer sees a reset, not an end."""
        self._line.close()
        raw = self._writer.get_extra_info("socket")
        if raw is not None:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._writer.transport.abort()

    def close_soon(self) -> None:
        """Close once what was sent has arrived."""
        loop = asyncio.get_running_loop()
        loop.call_later(self._latency, self._writer.close)

    def close(self) -> None:
        self._line.close()
        self._writer.close()

    def _begin(self, end: float, size: int) -> float:
        rate = self._own.bytes_per_second
        return end if rate is None else end - size / rate

    def _chunk_size(self) -> int:
        rate = self._own.bytes_per_second or self._account.bytes_per_second or 0
        return int(min(max(rate * _CHUNK_SECONDS, _CHUNK_LEAST), _CHUNK_MOST))

    def _write(self, data: bytes) -> None:
        transport = self._writer.transport
        if self.silent or self._muted() or transport.is_closing():
            return
        if self._cut_at is not None and self._sent + len(data) >= self._cut_at:
            transport.write(data[: self._cut_at - self._sent])
            self._count(self._cut_at - self._sent)
            self.reset()
            return
        self._sent += len(data)
        self._count(len(data))
        (self._drops or transport).write(data)
        if transport.get_write_buffer_size() > _UNREAD_CAP:
            self.reset()
