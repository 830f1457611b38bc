"""Fetching the files of a chat whose messages are in the archive: a run of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from headrace.errors import HeadraceError
from headrace.importer.downloads import Downloader, Downloads
from headrace.importer.file_ports import FileRows
from headrace.importer.lease import held
from headrace.importer.ports import Store
from headrace.importer.progress import Meter
from headrace.model.chat import Chat
from headrace.model.clock import Clock
from headrace.model.download import MediaPolicy, MediaReport, Tallies
from headrace.model.job import Control, ProgressSink, Wait
from headrace.model.values import FileKey, PeerId


@dataclass(frozen=True, kw_only=True)
class MediaImporter:
    """Everything that such a run needs, given by the composition root."""

    downloader: Downloader
    store: Store
    clock: Clock
    #: Who holds the leases: ``host:pid:start``.
    owner: str
    #: Tells a listener of each pause that Telegram asks for, and of its end; gives what ends that.
    watch_waits: Callable[[Callable[[Wait | None], None]], Callable[[], None]]
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
        only: Sequence[FileKey] = (),
    ) -> MediaReport:
        """Fetch what the policy lets through; what was skipped or failed before is looked at anew.

        ``started``: on the monotonic clock. ``only``: just these files, whatever the policy says.

        Raises:
            DiskFull, FloodPause: files were left, all that fits is fetched; with a report.
            Any other error of ``headrace.errors``: what was fetched until then is kept.
        """
        meter = Meter(progress, self.clock.monotonic, self.clock.now())
        deafen = self.watch_waits(meter.waiting)
        meter.enter("media", title=chat.title)
        try:
            async with held(self.store, self.clock, f"chat:{chat.id}", self.owner) as lease:
                those = only or None
                beside = self.downloader.beside(chat, policy, lease, meter, control, only=those)
                if only:
                    await self.downloader.rows.look_again(lease, only)
                async with beside as downloads:
                    if not only:
                        await self._add_groups(chat, downloads)
                report = await self._report(chat, downloads, started)
                raise_if_stopped(downloads, report)
        except BaseException as error:
            cancelled = isinstance(error, asyncio.CancelledError)
            meter.end("cancelled" if cancelled else "failed", str(error))
            raise
        finally:
            deafen()
        meter.end("succeeded")
        return report

    async def _add_groups(self, chat: Chat, downloads: Downloads) -> None:
        for group in await self.store.discussion_groups(chat.id):
            if known := await self.store.chat(group):
                await downloads.add(known)

    async def _report(self, chat: Chat, downloads: Downloads, started: float) -> MediaReport:
        found = await figures_of(self.downloader.rows, downloads.chats)
        return MediaReport(
            chat=chat.id,
            title=chat.title,
            files=found.files,
            left_out=found.left_out,
            thumbnails=found.thumbnails,
            avatars=found.avatars,
            fetched=downloads.fetched,
            fetched_bytes=downloads.fetched_bytes,
            elapsed_s=round(self.clock.monotonic() - started, 3),
            requests=dict(sorted(self.requests().items())),
            complete=found.is_complete,
        )


@dataclass(frozen=True, slots=True)
class Figures:
    """What reports say of a chat's files."""

    tallies: Tallies
    left_out: dict[str, int]
    thumbnails: int
    avatars: int

    @property
    def files(self) -> dict[str, int]:
        """By what became of them, and the bytes that are stored."""
        names = ("stored", "skipped", "failed", "absent", "wanted", "bytes")
        return {name: getattr(self.tallies, name) for name in names}

    @property
    def is_complete(self) -> bool:
        """Nothing is wanted any more, and nothing has failed."""
        return not self.tallies.wanted and not self.tallies.failed


async def figures_of(rows: FileRows, chats: Collection[PeerId]) -> Figures:
    """Counted from the rows, whoever has written them."""
    return Figures(
        tallies=await rows.file_tallies(*chats),
        left_out=await rows.left_out(*chats),
        thumbnails=await rows.count_thumbnails(*chats),
        avatars=await rows.count_avatars(*chats),
    )


class Stoppable(Protocol):
    """A run over files that may have left some."""

    stopped: HeadraceError | None


def raise_if_stopped(downloads: Stoppable | None, report: object) -> None:
    """Say why files were left that are still wanted, with the report of what was done."""
    if downloads is not None and downloads.stopped is not None:
        downloads.stopped.report = report
        raise downloads.stopped
