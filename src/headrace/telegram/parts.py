"""Parts: how a file is cut for ``upload.getFile``, and what has come of it so far."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from headrace.errors import FileFailed
from headrace.model.download import FileKind, PartSink, Wish
from headrace.telegram.access import FileWay

#: No part reaches over a multiple of this, and none is larger.
BLOCK = 1024 * 1024
LEAST = 4096
#: What a file of unknown size is taken for: a portrait.
GUESS = 64 * 1024
#: A chunk that ends before the file does is asked for so often.
_SHORT_TIMES = 3


def part_size(size: int) -> int:
    """The size of parts: one for a small file, and whole blocks for others."""
    if not 0 < size <= BLOCK:
        return BLOCK
    return max(LEAST, 1 << (size - 1).bit_length())


@dataclass(slots=True, eq=False, kw_only=True)
class Part:
    """A request of ``limit`` bytes from ``offset``, of which the bytes in ``wanted`` are missing.

    Telegram's rules hold: the offset is a multiple of 4096, the limit divides a block, and
    the range lies within one.
    """

    download: Download
    offset: int
    limit: int
    #: (offset, length)
    wanted: tuple[int, int]
    tries: int = 0
    shorts: int = 0
    #: The reference it was last asked with.
    way: FileWay | None = None

    @property
    def cost(self) -> int:
        """Bytes that its answer will have, as far as known."""
        size = self.download.size
        return min(self.limit, max(size - self.offset, 1)) if size else GUESS


@dataclass(slots=True, eq=False, kw_only=True)
class Download:
    """One file on its way; wishes for the same file may join it before its first part came.

    Who no longer waits leaves; the others still get all of it.
    """

    wish: Wish
    sinks: list[PartSink]
    way: FileWay | None = None
    #: The same as ``getFile`` takes it.
    location: Any = None
    #: In bytes, 0 where nobody says.
    size: int = 0
    #: The data centre where it was last said to lie.
    dc: int = 0
    order: int = 0
    pending: deque[Part] = field(default_factory=deque)
    flying: set[asyncio.Task[None]] = field(default_factory=set)
    is_cut: bool = False
    began: bool = False
    #: Its address is being renewed.
    renewing: bool = False
    renewals: int = 0
    moves: int = 0
    #: The places that its address can be renewed from and that were of no use.
    spent: int = 0
    #: Ways of naming the peer whose photo it is, those refused left out.
    peers: list[Any] = field(default_factory=list)
    done: asyncio.Future[None] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )

    @property
    def is_empty(self) -> bool:
        """Whether Telegram itself says that there are no bytes."""
        kind = self.wish.kind
        return not self.size and kind not in (FileKind.AVATAR, FileKind.CUSTOM_EMOJI)

    @property
    def rank(self) -> tuple[int, int]:
        """Small files go first, and among equals whoever came first."""
        return self.size or GUESS, self.order

    def cut(self) -> None:
        """Make parts of all that is missing, once."""
        if self.is_cut:
            return
        self.is_cut = True
        limit = part_size(self.size)
        missing: Iterable[tuple[int, int]] = self.sinks[0].missing(limit)
        for offset, length in missing:
            self.pending.append(
                Part(
                    download=self,
                    offset=offset - offset % limit,
                    limit=limit,
                    wanted=(offset, length),
                )
            )

    def join(self, sink: PartSink) -> bool:
        """Let another sink have the bytes too, unless some have come already or it lacks others."""
        limit = part_size(self.size)
        if self.began or [*sink.missing(limit)] != [*self.sinks[0].missing(limit)]:
            return False
        self.sinks.append(sink)
        return True

    def leave(self, sink: PartSink) -> None:
        """Nothing more is written into a sink; the download is given up with the last."""
        self.sinks = [one for one in self.sinks if one is not sink]
        if not self.sinks and not self.done.done():
            self.give_up()

    async def take(self, part: Part, data: bytes) -> bool:
        """Write what a part brought; false if it has to be asked for again.

        Raises:
            FileFailed: the file does not have the size that it should have.
        """
        expected = min(part.limit, self.size - part.offset) if self.size else None
        if self.is_empty and data:
            raise FileFailed("overlong")
        if (expected is not None and len(data) < expected) or self._ends_before_it_began(data):
            part.shorts += 1
            if part.shorts >= _SHORT_TIMES:
                raise FileFailed("truncated")
            return False
        if len(data) > (part.limit if expected is None else expected):
            raise FileFailed("overlong")
        self.began = True
        at, length = part.wanted if expected is not None else (part.offset, len(data))
        chunk = data[at - part.offset : at - part.offset + length]
        if chunk or self.is_empty:
            await self._write(at, chunk)
        more = not self.size or part.offset + part.limit < self.size
        if not self.wish.size and more and len(data) == part.limit:
            self._go_on(part)
        return True

    async def _write(self, offset: int, chunk: bytes) -> None:
        for sink in self.sinks:
            try:
                await sink.write(offset, chunk)
            except Exception:
                # A sink that was closed meanwhile concerns nobody any more.
                if any(one is sink for one in self.sinks):
                    raise

    def _ends_before_it_began(self, data: bytes) -> bool:
        return not self.size and not data and not self.began and not self.is_empty

    def _go_on(self, part: Part) -> None:
        """Of a file whose size the wish does not say, the part behind a full one."""
        offset = part.offset + part.limit
        wanted = (offset, part.limit)
        self.pending.append(Part(download=self, offset=offset, limit=part.limit, wanted=wanted))

    def fail(self, error: BaseException) -> None:
        """Nothing more is asked for."""
        self.pending.clear()
        if not self.done.done():
            self.done.set_exception(error)
            self.done.exception()  # whoever waits has it; nobody may be waiting any more
        self._drop()

    def finish_if_complete(self) -> None:
        """All parts have come."""
        if not self.pending and not self.flying and not self.renewing and not self.done.done():
            self.done.set_result(None)

    def give_up(self) -> None:
        """Nobody waits any more."""
        self.pending.clear()
        self.done.cancel()
        self._drop()

    def _drop(self) -> None:
        current: Any = asyncio.current_task()
        for task in self.flying - {current}:
            task.cancel()
