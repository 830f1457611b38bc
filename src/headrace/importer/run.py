"""An import from beginning to end: take the lease, read posts and comments, fetch, report."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass

from headrace.errors import UsernameMoved
from headrace.importer.comments import Comments
from headrace.importer.downloads import Downloader, Downloads
from headrace.importer.history import read_history
from headrace.importer.lease import held
from headrace.importer.media import raise_if_stopped
from headrace.importer.ports import Source, Store
from headrace.importer.progress import Meter
from headrace.importer.ranges import broken_off, remember
from headrace.importer.refresh import begin_round, refresh_posts
from headrace.importer.report import report_of
from headrace.importer.work import Work
from headrace.model.chat import Chat, Peer
from headrace.model.clock import Clock
from headrace.model.job import Control, ProgressSink
from headrace.model.plan import ImportOptions, ImportReport
from headrace.model.values import PeerKind


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
        began = self.clock.now()
        meter = Meter(progress, self.clock.monotonic, began)
        deafen = self.source.watch_waits(meter.waiting)
        try:
            await self._check_username(ref, chat)
            again_from = await broken_off(self.store, chat.id, self.source.name)
            async with held(self.store, self.clock, f"chat:{chat.id}", self.owner) as lease:
                await self.store.save_chat(lease, chat, peers)
                await remember(self.store, lease, chat.id, again_from)
                this = await begin_round(self.store, lease, chat.id, self.source.name)
                given = (self.source, self.store, self.clock, self.owner, chat, options, lease)
                work = Work(*given, meter, control, this, again_from)
                report = await self._carry_out(work, started)
        except BaseException as error:
            cancelled = isinstance(error, asyncio.CancelledError)
            meter.end("cancelled" if cancelled else "failed", str(error))
            raise
        finally:
            deafen()
        meter.end("succeeded")
        return report

    async def _carry_out(self, work: Work, started: float) -> ImportReport:
        """Stage by stage; files arrive beside all of them, and after."""
        async with self._files(work) as work.downloads:
            work.wanted = await read_history(work)
            await refresh_posts(work)
            if work.chat.kind is PeerKind.CHANNEL and work.options.comments:
                await Comments(work).read()
            work.meter.enter("media")
        report = await report_of(work, self.clock.monotonic() - started)
        raise_if_stopped(work.downloads, report)
        return report

    def _files(self, work: Work) -> AbstractAsyncContextManager[Downloads | None]:
        policy = work.options.media
        if self.downloader is None or policy.is_empty:
            return nullcontext()
        return self.downloader.beside(work.chat, policy, work.lease, work.meter, work.control)

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
