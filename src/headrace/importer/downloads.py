"""Downloads: fetches the files of a chat that are wanted, beside its messages and after them.

The queue is a query over the rows, so it survives anything: whatever ends a run, the next one
goes on with the parts that are there.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from headrace.errors import (
    DiskFull,
    FileAbsent,
    FileFailed,
    FloodPause,
    HeadraceError,
)
from headrace.importer.file_ports import Blobs, FileRows, OpenPart, Thumbs
from headrace.importer.judging import let_through
from headrace.importer.lease import first_of
from headrace.importer.leftovers import clear_away
from headrace.importer.pictures import Pictures
from headrace.importer.progress import Meter
from headrace.model.chat import Chat
from headrace.model.clock import Clock
from headrace.model.coverage import Lease
from headrace.model.download import FileSource, MediaPolicy, Stored, Wish
from headrace.model.job import Control
from headrace.model.values import FileKey, PeerId

#: Files in the making at once: small ones fill a line only together, and each costs two
#: descriptors.
MAX_OPEN = 48
#: Wishes looked up in one go.
_BATCH = 4 * MAX_OPEN
#: Seconds between two counts of what is wanted, and how much of the time they may take.
_COUNT_EVERY_S = 1.0
_COUNTING_SHARE = 0.05


@dataclass(frozen=True, kw_only=True)
class Downloader:
    """Everything that the fetching of files needs, given by the composition root."""

    source: FileSource
    rows: FileRows
    blobs: Blobs
    thumbs: Thumbs
    clock: Clock
    #: Asks whoever has to be asked before bytes are fetched; whether any are to be expected.
    #: About how many files and bytes the chat has it tells what it is given.
    prepare: Callable[[Callable[[int, int], None]], Awaitable[bool]] | None = None

    @asynccontextmanager
    async def beside(
        self,
        chat: Chat,
        policy: MediaPolicy,
        lease: Lease,
        meter: Meter,
        control: Control,
        *,
        only: Sequence[FileKey] | None = None,
    ) -> AsyncIterator[Downloads]:
        """Fetch while the block runs, and when it has ended go on until nothing is wanted.

        ``only``: just these files (some hundred) where they are wanted, whatever the policy says.
        """
        downloads = Downloads(self, chat, policy, lease, meter, control, only)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(downloads.run())
                yield downloads
                downloads.close()
        except BaseExceptionGroup as error:
            raise first_of(error) from None


@dataclass(slots=True)
class Downloads:
    """The files of a chat, and of those that are added, fetched under one lease.

    What has no room or no turn is left.
    """

    given: Downloader
    chat: Chat
    policy: MediaPolicy
    lease: Lease
    meter: Meter
    control: Control
    only: Sequence[FileKey] | None = None
    #: Files stored by this run, and their bytes.
    fetched: int = 0
    fetched_bytes: int = 0
    #: Why files were left that are still wanted: a full disk, or a pause that is too long.
    stopped: HeadraceError | None = None
    pictures: Pictures = field(init=False)
    _policies: dict[PeerId, MediaPolicy] = field(default_factory=dict)
    _open: dict[FileKey, asyncio.Task[None]] = field(default_factory=dict)
    _next: deque[Wish] = field(default_factory=deque)
    _too_large: set[FileKey] = field(default_factory=set)
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _closed: bool = False
    _tried_again: bool = False
    _settled_bytes: int = 0
    _count_at: float = 0.0
    _counted_whole: bool = False

    def __post_init__(self) -> None:
        """Thumbnails are made beside the downloads."""
        given = self.given
        self._policies[self.chat.id] = self.policy.of(self.chat)
        self.pictures = Pictures(
            given.rows, given.blobs, given.thumbs, self.lease, self._policies.keys()
        )

    @property
    def chats(self) -> tuple[PeerId, ...]:
        """Whose files these are."""
        return tuple(self._policies)

    async def add(self, chat: Chat) -> None:
        """Fetch the files of another chat, too."""
        await self.given.rows.reconsider(self.lease, chat.id)
        self._policies[chat.id] = self.policy.of(chat)
        self.more()

    def more(self) -> None:
        """Messages were stored that may name files."""
        self._news.set()

    def close(self) -> None:
        """No more messages will come."""
        self._closed = True
        self._news.set()

    async def run(self) -> None:
        """Fetch what the policy lets through, until closed and nothing of it is wanted.

        What was skipped or failed before is looked at anew.

        Raises:
            Any error of ``headrace.errors`` that concerns more than files.
        """
        prepare = self.given.prepare
        if prepare is not None and await prepare(self.meter.expect):
            self.given.source.expect()
        if self.only is None:
            await self.given.rows.reconsider(self.lease, self.chat.id)
        try:
            async with asyncio.TaskGroup() as group:
                drawing = group.create_task(self.pictures.run())
                while await self._step(group):
                    await self._news.wait()
                await self._count(at_last=True)
                self.pictures.close()
                await drawing
                await clear_away(self.given.rows, self.given.blobs)
        except BaseExceptionGroup as error:
            raise first_of(error) from None

    async def _step(self, group: asyncio.TaskGroup) -> bool:
        """Start what there is room for; whether there is anything to wait for."""
        await self.control.checkpoint()
        closed = self._closed
        self._news.clear()
        await self._count(whole=closed)
        if not self._next:
            await self._look()
        while self._next and len(self._open) < MAX_OPEN:
            wish = self._next.popleft()
            self._open[wish.key] = group.create_task(self._one(wish))
        return bool(self._open) or not closed or self._try_again()

    def _try_again(self) -> bool:
        """Whether what had no room is tried once more."""
        if self._tried_again or not isinstance(self.stopped, DiskFull):
            return False
        self._tried_again = True
        self._too_large.clear()
        self.stopped = None
        self._news.set()
        return True

    async def _look(self) -> None:
        """Find what is wanted next; what the policy does not let through gets its reason."""
        if self.only is not None:
            await self._look_for_those()
            return
        for chat, policy in tuple(self._policies.items()):
            while not self._is_pausing() and not self._next:
                if not await self._look_in(chat, policy):
                    break

    async def _look_for_those(self) -> None:
        """Find those that were named, whatever the policy says."""
        if self._is_pausing() or self._next:
            return
        busy = {*self._open, *self._too_large}
        found = await self.given.rows.wanted_files(
            self.chat.id, _BATCH, excluding=busy, among=self.only
        )
        if found:
            self.meter.wanted(len(found), self._settled_bytes + sum(w.size for w in found))
            self._next.extend(found)

    async def _look_in(self, chat: PeerId, policy: MediaPolicy) -> bool:
        """Whether there was anything to judge."""
        rows, busy = self.given.rows, {*self._open, *self._too_large}
        found = await rows.wanted_files(chat, _BATCH, excluding=busy)
        passed = await let_through(rows, self.lease, chat, policy, [wish.key for wish in found])
        self._next.extend(wish for wish in found if wish.key in passed)
        return bool(found)

    def _is_pausing(self) -> bool:
        return isinstance(self.stopped, FloodPause)

    async def _count(self, *, whole: bool = False, at_last: bool = False) -> None:
        """Tell how much is wanted by now; seldom, since all rows are counted.

        ``whole``: all messages are there; but what settles during the count may be counted twice.
        ``at_last``: nothing is fetched any more, so that the count is exact.
        """
        monotonic = self.given.clock.monotonic
        began = monotonic()
        due = not self._counted_whole and (whole or began >= self._count_at)
        if self.only is not None or not (due or at_last):
            return
        self._counted_whole |= whole
        tallies = await self.given.rows.file_tallies(*self.chats)
        if at_last:
            self.meter.left(tallies.wanted, tallies.wanted_bytes)
        else:
            self.meter.wanted(tallies.wanted, self._settled_bytes + tallies.wanted_bytes)
        ended = monotonic()
        self._count_at = ended + max(_COUNT_EVERY_S, (ended - began) / _COUNTING_SHARE)

    async def _one(self, wish: Wish) -> None:
        """Fetch one file, and write down what became of it."""
        rows = self.given.rows
        try:
            part, stored = await self._bytes_of(wish)
        except DiskFull as error:
            # Smaller ones may fit; the row stays as it is.
            self._too_large.add(wish.key)
            self.stopped = self.stopped or error
            return
        except FloodPause as error:
            # History has limits of its own, and goes on.
            self.stopped = error
            self._next.clear()
            return
        except FileAbsent as error:
            await rows.file_absent(self.lease, wish.key, error.reason)
        except FileFailed as error:
            await rows.file_failed(self.lease, wish.key, error.reason)
            self.meter.failures += 1
        else:
            await rows.file_stored(self.lease, stored)
            await self.given.blobs.release(part)
            self.fetched += 1
            self.fetched_bytes += stored.size
            self.pictures.more()
        finally:
            self._open.pop(wish.key, None)
            self._news.set()
        self._settled_bytes += wish.size
        self.meter.file()

    async def _bytes_of(self, wish: Wish) -> tuple[OpenPart, Stored]:
        part = await self.given.blobs.open_part(wish.key, wish.size)
        try:
            await self.given.source.fetch(wish, _Counted(part, self.meter))
        except BaseException:
            await self.given.blobs.close(part)
            raise
        return part, await self.given.blobs.finish(part)


@dataclass(frozen=True, slots=True)
class _Counted:
    """A part file whose bytes show in the progress."""

    part: OpenPart
    meter: Meter

    def missing(self, part: int) -> Iterable[tuple[int, int]]:
        return self.part.missing(part)

    async def write(self, offset: int, data: bytes) -> None:
        await self.part.write(offset, data)
        self.meter.bytes(len(data))
