"""An import from an export: everything that the file holds, in its order, once through.

There is nothing to plan and nothing to resume: reading again what is stored changes nothing,
and a file is read faster than a plan would save.
"""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, Protocol

import msgspec

from headrace.errors import NotSupported
from headrace.importer.export_files import ExportFiles, FilesOfExport
from headrace.importer.file_ports import Blobs, Thumbs
from headrace.importer.lease import first_of, held
from headrace.importer.media import raise_if_stopped
from headrace.importer.plan import described
from headrace.importer.ports import ExportSource, Store
from headrace.importer.progress import Meter
from headrace.importer.report import sum_up
from headrace.model.chat import Probe
from headrace.model.clock import Clock
from headrace.model.coverage import IdRange, Lease, union
from headrace.model.download import Protection
from headrace.model.job import Control, ProgressSink
from headrace.model.page import Page
from headrace.model.plan import ImportOptions, ImportPlan, ImportReport

#: Pages that may wait for their commit; the store joins waiting ones in one transaction.
MAX_PENDING_PAGES = 32
#: Ranges of ids in memory before the adjacent ones are joined.
_LOOSE_RANGES = 10_000


class WholeExport(ExportSource, FilesOfExport, Protocol):
    """The messages of an export, and its files."""


@dataclass(frozen=True, kw_only=True)
class ExportImporter:
    """Everything that the import of an export needs, given by the composition root."""

    source: WholeExport
    store: Store
    blobs: Blobs
    thumbs: Thumbs
    clock: Clock
    #: Who holds the leases: ``host:pid:start``.
    owner: str

    async def run(
        self,
        options: ImportOptions,
        progress: ProgressSink,
        control: Control,
        *,
        started: float,
    ) -> ImportReport:
        """Import the chat of the export; the archive is whole at every instant.

        ``started``: when the run began, on the monotonic clock.
        Raises any error of ``headrace.errors``; what was read until then is stored.
        """
        _check(options)
        chat = self.source.chat
        meter = Meter(progress, self.clock.monotonic, self.clock.now())
        meter.enter("history", title=chat.title, total=self.source.total)
        try:
            async with held(self.store, self.clock, f"chat:{chat.id}", self.owner) as lease:
                await self.store.save_chat(lease, chat, (), self.source.name)
                wanted = await self._save_all(lease, options, meter, control)
                files = await self._files(lease, options, meter, control)
                elapsed = self.clock.monotonic() - started
                fetched = None if files is None else files.fetched
                report = await sum_up(
                    self.store, self.source, chat, wanted, meter.saved, elapsed, fetched=fetched
                )
                raise_if_stopped(files, report)
        except BaseException as error:
            cancelled = isinstance(error, asyncio.CancelledError)
            meter.end("cancelled" if cancelled else "failed", str(error))
            raise
        meter.end("succeeded")
        return self._with_nameless(report)

    async def _files(
        self, lease: Lease, options: ImportOptions, meter: Meter, control: Control
    ) -> ExportFiles | None:
        """Copy the files, unless they are left for later."""
        if options.media.is_empty:
            return None
        files = ExportFiles(
            source=self.source,
            rows=self.store,
            blobs=self.blobs,
            thumbs=self.thumbs,
            chat=self.source.chat,
            policy=options.media.under(options.media.protected or Protection.ALL),
            lease=lease,
            meter=meter,
            control=control,
        )
        await files.run()
        return files

    async def _save_all(
        self, lease: Lease, options: ImportOptions, meter: Meter, control: Control
    ) -> list[IdRange]:
        """Save every page; the ranges that they covered."""
        room = asyncio.Semaphore(MAX_PENDING_PAGES)
        seen: list[IdRange] = []

        async def save(page: Page) -> None:
            try:
                meter.page(page, await self.store.save_page(lease, page))
            finally:
                room.release()

        try:
            async with (
                asyncio.TaskGroup() as saves,
                aclosing(self.source.pages(options.since, options.until)) as pages,
            ):
                async for page in pages:
                    await room.acquire()
                    saves.create_task(save(page))
                    seen.append(IdRange(lo=page.lo, hi=page.hi))
                    if len(seen) > _LOOSE_RANGES:
                        seen = union(seen)
                    await control.checkpoint()
        except BaseExceptionGroup as group_error:
            raise first_of(group_error) from None
        return union(seen)

    def _with_nameless(self, report: ImportReport) -> ImportReport:
        """Entries without an id have no place in the ledger; the report tells of them."""
        lost = self.source.nameless
        if not lost:
            return report
        detail = (
            f"{lost} entries of the export are no messages; the first begins at byte "
            f"{self.source.first_nameless:,}."
        )
        failure = {"lo": 0, "hi": 0, "reason": "malformed", "detail": detail}
        return msgspec.structs.replace(
            report,
            failures=[*report.failures, failure],
            messages={**report.messages, "failed": report.messages["failed"] + lost},
            complete=False,
        )


async def plan_export(source: ExportSource, options: ImportOptions) -> dict[str, Any]:
    """What the import of an export would read, as ``plan --json`` prints it."""
    _check(options)
    count, seen = 0, []
    async with aclosing(source.pages(options.since, options.until)) as pages:
        async for page in pages:
            count += len(page.messages)
            seen.append(IdRange(lo=page.lo, hi=page.hi))
    ranges = tuple(union(seen))
    probe = Probe(count=source.total, top_id=max((r.hi for r in ranges), default=0))
    plan = ImportPlan(chat=source.chat, probe=probe, ranges=ranges, lanes=0, messages=count)
    return described(plan, options)


def _check(options: ImportOptions) -> None:
    if options.limit is not None:
        raise NotSupported(
            "--limit counts from the newest post, and an export is read from the oldest on.",
            hint="Leave it out, or choose by time: --since 2024-01-31",
        )
