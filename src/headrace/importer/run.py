"""An import from beginning to end: resolve, take the lease, plan, read, catch up, report."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass

from headrace.errors import UsernameMoved
from headrace.importer.downloads import Downloader, Downloads
from headrace.importer.lease import first_of, held
from headrace.importer.media import raise_if_stopped
from headrace.importer.ports import Source, Store
from headrace.importer.progress import Meter
from headrace.importer.ranges import wanted_range
from headrace.importer.reader import Reader
from headrace.importer.refresh import Refresher, begin_round
from headrace.importer.report import report_of
from headrace.model.chat import Chat, Peer, Probe
from headrace.model.clock import Clock
from headrace.model.coverage import HISTORY, IdRange, Lease
from headrace.model.job import Control, ProgressSink
from headrace.model.plan import ImportOptions, ImportReport
from headrace.model.refresh import Refreshed

#: Rounds of catching up with posts that arrive while an import runs.
MAX_ROUNDS = 5


@dataclass(frozen=True)
class Importer:
    """Everything that an import needs, given by the composition root."""

    source: Source
    store: Store
    clock: Clock
    #: Who holds the leases: ``host:pid:start``.
    owner: str
    #: Without it files are left for later.
    downloader: Downloader | None = None

    async def run(
        self,
        ref: str,
        chat: Chat,
        peers: Sequence[Peer],
        options: ImportOptions,
        progress: ProgressSink,
        control: Control,
        *,
        started: float,
    ) -> ImportReport:
        """Import a chat that ``ref`` was resolved to; the archive is whole at every instant.

        ``started``: when the run began, on the monotonic clock.

        Raises:
            DiskFull, FloodPause: only files were left; with a report of what was done.
            Any other error of ``headrace.errors``: what was read until then is stored.
        """
        meter = Meter(progress, self.clock.monotonic, self.clock.now())
        self.source.watch_waits(meter.waiting)
        try:
            await self._check_username(ref, chat)
            async with held(self.store, self.clock, f"chat:{chat.id}", self.owner) as lease:
                await self.store.save_chat(lease, chat, peers)
                this = await begin_round(self.store, lease, chat.id, self.source.name)
                files = self._files(chat, options, lease, meter, control)
                async with files as downloads:
                    wanted = await self._import(chat, lease, options, meter, control, downloads)
                    again = self._refresher(options, meter, control, downloads)
                    refreshed = await again.refresh(chat, lease, options.refresh, this)
                    meter.enter("media")
                report = await self._report(chat, wanted, meter, downloads, refreshed, started)
        except BaseException as error:
            cancelled = isinstance(error, asyncio.CancelledError)
            meter.end("cancelled" if cancelled else "failed", str(error))
            raise
        meter.end("succeeded")
        return report

    def _files(
        self, chat: Chat, options: ImportOptions, lease: Lease, meter: Meter, control: Control
    ) -> AbstractAsyncContextManager[Downloads | None]:
        """Files arrive while the messages are read, and after them."""
        if self.downloader is None or options.media.is_empty:
            return nullcontext()
        return self.downloader.beside(chat, options.media, lease, meter, control)

    def _refresher(
        self, options: ImportOptions, meter: Meter, control: Control, downloads: Downloads | None
    ) -> Refresher:
        return Refresher(
            source=self.source,
            store=self.store,
            meter=meter,
            control=control,
            pace=options.pace,
            arrived=None if downloads is None else downloads.more,
        )

    async def _report(
        self,
        chat: Chat,
        wanted: Sequence[IdRange],
        meter: Meter,
        downloads: Downloads | None,
        refreshed: Refreshed,
        started: float,
    ) -> ImportReport:
        elapsed = self.clock.monotonic() - started
        fetched = None if downloads is None else downloads.fetched
        report = await report_of(
            self.store,
            self.source,
            chat,
            wanted,
            meter.saved,
            elapsed,
            fetched=fetched,
            refreshed=refreshed,
        )
        raise_if_stopped(downloads, report)
        return report

    async def _check_username(self, ref: str, chat: Chat) -> None:
        """Identity is the id: a name that wandered to another chat must not mix two archives."""
        if not chat.username or chat.username.lower() not in ref.lower():
            return
        known = await self.store.chat_by_username(chat.username)
        if known is not None and known.id != chat.id:
            raise UsernameMoved(
                f"@{chat.username} was {known.title!r} ({known.id}) in this archive and is "
                f"{chat.title!r} ({chat.id}) at Telegram now.",
                hint=f"Say which one you mean by its id: headrace import {known.id} "
                f"or headrace import {chat.id}",
            )

    async def _import(
        self,
        chat: Chat,
        lease: Lease,
        options: ImportOptions,
        meter: Meter,
        control: Control,
        downloads: Downloads | None,
    ) -> list[IdRange]:
        """Read what the options ask for; the ranges that were wanted."""
        reader = Reader(
            self.source,
            self.store,
            chat,
            lease,
            meter,
            control,
            pace=options.pace,
            arrived=None if downloads is None else downloads.more,
        )
        wanted: list[IdRange] = []
        seen = 0
        for _ in range(MAX_ROUNDS):
            meter.enter("plan", title=chat.title)
            known = await self.store.coverage(chat.id, HISTORY, self.source.name)
            probe = await self.source.probe(chat, ahead=not known)
            if probe.top_id <= seen:
                break
            span = await wanted_range(self.source, chat, probe, options, known)
            if span is None:
                break
            if options.limit is not None:
                wanted.append(await self._read_newest(reader, chat, probe, span, options, meter))
                break
            wanted.append(span)
            await _read(reader, probe, [span], meter)
            seen = probe.top_id
            if reader.count in (None, probe.count) or options.until is not None:
                break
        return wanted

    async def _read_newest(
        self,
        reader: Reader,
        chat: Chat,
        probe: Probe,
        span: IdRange,
        options: ImportOptions,
        meter: Meter,
    ) -> IdRange:
        """Read the newest N posts of a range: seek, read, count, until there are N.

        A round never reads more messages than posts are missing, so it ends at N exactly;
        then the rest of an album at the edge is read.
        """
        limit = options.limit or 0
        lo, posts = span.hi + 1, 0
        while posts < limit and lo > span.lo:
            found = await self.source.seek_position(chat, limit - posts - 1, below=lo)
            lo = max(found or span.lo, span.lo)
            await _read(reader, probe, [IdRange(lo=lo, hi=span.hi)], meter, total=limit)
            posts = await self.store.count_posts(chat.id, lo, span.hi)
        album = await self.store.grouped_id(chat.id, lo)
        if album is not None and lo > span.lo:
            lo = await reader.read_while_album(lo, span.lo, album)
        return IdRange(lo=lo, hi=span.hi)


async def _read(
    reader: Reader,
    probe: Probe,
    wanted: list[IdRange],
    meter: Meter,
    *,
    total: int | None = None,
) -> None:
    plan = await reader.plan(probe, wanted)
    meter.enter("history", total=plan.messages if total is None else total)
    try:
        await reader.read(plan)
    except BaseExceptionGroup as group_error:
        raise first_of(group_error) from None
