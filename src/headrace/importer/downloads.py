"""Downloads: fetches the files of a chat that are wanted, and says what became of each.

The queue is a query over the rows, so it survives anything: whatever ends a run, the next one
goes on with the parts that are there.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from headrace.errors import DiskFull, FileAbsent, FileFailed
from headrace.importer.lease import first_of, held
from headrace.importer.pictures import Pictures
from headrace.importer.ports import Blobs, FileRows, OpenPart, Store, Thumbs
from headrace.importer.progress import Meter
from headrace.model.chat import Chat
from headrace.model.clock import Clock
from headrace.model.coverage import Lease
from headrace.model.download import FileSource, MediaPolicy, MediaReport, Stored, Wish
from headrace.model.job import Control, ProgressSink, Wait
from headrace.model.values import FileKey
from headrace.transform.media_policy import judge

#: Files in the making at once: small ones fill a line only together, and each costs two
#: descriptors.
MAX_OPEN = 48
#: Rows looked at in one go.
_BATCH = 500


@dataclass(frozen=True, kw_only=True)
class Downloader:
    """Everything that the fetching of files needs, given by the composition root."""

    source: FileSource
    store: Store
    rows: FileRows
    blobs: Blobs
    thumbs: Thumbs
    clock: Clock
    #: Who holds the leases: ``host:pid:start``.
    owner: str
    #: Tells a listener of each pause that Telegram asks for, and of its end.
    watch_waits: Callable[[Callable[[Wait | None], None]], None]
    #: How often each method was sent.
    requests: Callable[[], dict[str, int]]

    async def run(
        self,
        chat: Chat,
        policy: MediaPolicy,
        progress: ProgressSink,
        control: Control,
        *,
        started: float,
    ) -> MediaReport:
        """Fetch what the policy lets through; what was skipped or failed before is looked at anew.

        ``started``: when the run began, on the monotonic clock.

        Raises:
            DiskFull: a file does not fit; all that fits is fetched.
            Any other error of ``headrace.errors``: what was fetched until then is kept.
        """
        meter = Meter(progress, self.clock.monotonic, self.clock.now())
        self.watch_waits(meter.waiting)
        try:
            async with held(self.store, self.clock, f"chat:{chat.id}", self.owner) as lease:
                run = _Run(self, chat, lease, meter, control)
                await run.fetch(policy)
                report = await self._report(chat, run, started)
        except BaseException as error:
            cancelled = isinstance(error, asyncio.CancelledError)
            meter.end("cancelled" if cancelled else "failed", str(error))
            raise
        meter.end("succeeded")
        if run.full is not None:
            raise run.full
        return report

    async def _report(self, chat: Chat, run: _Run, started: float) -> MediaReport:
        tallies = await self.rows.file_tallies(chat.id)
        return MediaReport(
            chat=chat.id,
            title=chat.title,
            files={
                "stored": tallies.stored,
                "skipped": tallies.skipped,
                "failed": tallies.failed,
                "absent": tallies.absent,
                "wanted": tallies.wanted,
                "bytes": tallies.bytes,
            },
            fetched=run.fetched,
            fetched_bytes=run.fetched_bytes,
            thumbnails=run.pictures.made,
            elapsed_s=round(self.clock.monotonic() - started, 3),
            requests=self.requests(),
            complete=not tallies.wanted and not tallies.failed,
        )


@dataclass(slots=True)
class _Run:
    """One run over the files of one chat, under one lease."""

    given: Downloader
    chat: Chat
    lease: Lease
    meter: Meter
    control: Control
    fetched: int = 0
    fetched_bytes: int = 0
    #: Set when a file did not fit beside the reserve.
    full: DiskFull | None = None
    pictures: Pictures = field(init=False)
    _open: dict[FileKey, asyncio.Task[None]] = field(default_factory=dict)
    _next: deque[Wish] = field(default_factory=deque)
    _too_large: set[FileKey] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Thumbnails are made beside the downloads."""
        given = self.given
        self.pictures = Pictures(given.rows, given.blobs, given.thumbs, self.lease, self.chat.id)

    async def fetch(self, policy: MediaPolicy) -> None:
        """Fetch everything that is wanted."""
        await self.given.rows.reconsider(self.lease, self.chat.id)
        await self._judge(policy)
        tallies = await self.given.rows.file_tallies(self.chat.id)
        self.meter.enter_media(self.chat.title, tallies.wanted, tallies.wanted_bytes)
        try:
            async with asyncio.TaskGroup() as group:
                drawing = group.create_task(self.pictures.run())
                while await self._step(group):
                    pass
                self.pictures.close()
                await drawing
        except BaseExceptionGroup as error:
            raise first_of(error) from None

    async def _judge(self, policy: MediaPolicy) -> None:
        """Note what is not fetched, each with its reason."""
        after = (-1, "")
        while found := await self.given.rows.file_facts(self.chat.id, _BATCH, after=after):
            after = (found[-1].size, found[-1].key)
            reasons = {facts.key: judge(policy, facts) for facts in found}
            skipped = {key: reason for key, reason in reasons.items() if reason}
            if skipped:
                await self.given.rows.skip_files(self.lease, skipped)

    async def _step(self, group: asyncio.TaskGroup) -> bool:
        """Start what there is room for and wait for one to end; whether any was under way."""
        await self.control.checkpoint()
        if not self._next:
            await self._look()
        while self._next and len(self._open) < MAX_OPEN:
            wish = self._next.popleft()
            self._open[wish.key] = group.create_task(self._one(wish))
        if not self._open:
            return False
        await asyncio.wait(self._open.values(), return_when=asyncio.FIRST_COMPLETED)
        return True

    async def _look(self) -> None:
        busy = {*self._open, *self._too_large}
        found = await self.given.rows.wanted_files(self.chat.id, 4 * MAX_OPEN, excluding=busy)
        self._next.extend(wish for wish in found if wish.key not in self._open)

    async def _one(self, wish: Wish) -> None:
        """Fetch one file, and write down what became of it."""
        rows = self.given.rows
        try:
            stored = await self._bytes_of(wish)
        except DiskFull as error:
            # Smaller ones may fit; the row stays as it is.
            self._too_large.add(wish.key)
            self.full = error
        except FileAbsent as error:
            await rows.file_absent(self.lease, wish.key, error.reason)
        except FileFailed as error:
            await rows.file_failed(self.lease, wish.key, error.reason)
            self.meter.failures += 1
        else:
            await rows.file_stored(self.lease, stored)
            self.fetched += 1
            self.fetched_bytes += stored.size
            self.pictures.more()
        finally:
            self._open.pop(wish.key, None)
        self.meter.file()

    async def _bytes_of(self, wish: Wish) -> Stored:
        part = await self.given.blobs.open_part(wish.key, wish.size)
        try:
            await self.given.source.fetch(wish, _Counted(part, self.meter))
        except BaseException:
            await self.given.blobs.close(part)
            raise
        return await self.given.blobs.finish(part)


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
