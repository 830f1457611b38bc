"""Watching: chats of the archive, each for itself, until somebody says stop or the time is over."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from headrace.errors import (
    AccountLost,
    ArchiveBusy,
    ClockSkew,
    ConnectionLost,
    HeadraceError,
    LeaseLost,
    MethodNotAllowed,
    TelegramError,
    UsageError,
)
from headrace.importer.lease import first_of
from headrace.importer.progress import Meter
from headrace.importer.watched import Means, WatchedChat
from headrace.model.chat import Chat
from headrace.model.job import Control, Silent
from headrace.model.watch import Happening, WatchedReport, WatchReport, WatchSink

#: Seconds between two looks whether somebody outside wants to stop.
LOOK_EVERY_S = 0.5

#: What may be wrong with one chat, and is no reason to let the others go.
_OF_ONE_CHAT = (TelegramError, ArchiveBusy, LeaseLost, UsageError)
_OF_ALL = (AccountLost, ClockSkew, ConnectionLost, MethodNotAllowed)


@dataclass(frozen=True, kw_only=True)
class Target:
    """A chat to be watched; ``sift``: a discussion group, of which only comments are kept."""

    chat: Chat
    sift: bool = False


@dataclass(slots=True)
class Watcher:
    """Watches chats at the same time, over one account."""

    means: Means
    sink: WatchSink
    control: Control
    _chats: list[WatchedChat] = field(default_factory=list)
    _lost: dict[int, HeadraceError] = field(default_factory=dict)
    _began: float = 0.0

    async def run(self, targets: Sequence[Target], *, seconds: float | None = None) -> WatchReport:
        """Watch for so many seconds, or without end; the sink hears the report however it ends.

        A chat that is lost leaves the others; when all are lost, watching ends.

        Raises:
            Interrupted: the control was stopped; with a report of what was done.
            AccountLost, FloodPause, DiskFull and others that concern all chats; likewise.
        """
        self._began = self.means.clock.monotonic()
        self._chats = [self._of(target) for target in targets]
        try:
            await self._watch(seconds)
        except BaseException as error:
            report = self._end()
            if isinstance(error, HeadraceError):
                error.report = report
            raise
        return self._end()

    def _end(self) -> WatchReport:
        """Sum up once: whoever is told of the end is told the same."""
        report = self._report()
        self.sink.ended(report)
        return report

    def _of(self, target: Target) -> WatchedChat:
        clock = self.means.clock
        return WatchedChat(
            means=self.means,
            chat=target.chat,
            sink=self.sink,
            control=self.control,
            meter=Meter(Silent(), clock.monotonic, clock.now()),
            sift=target.sift,
        )

    async def _watch(self, seconds: float | None) -> None:
        try:
            async with asyncio.TaskGroup() as group:
                beside = [
                    group.create_task(self.means.source.listen()),
                    group.create_task(self._obey()),
                ]
                chats = [group.create_task(self._one(one)) for one in self._chats]
                await self._over(chats, seconds)
                for task in [*beside, *chats]:
                    task.cancel()
        except BaseExceptionGroup as error:
            raise first_of(error) from None

    async def _over(self, chats: Sequence[asyncio.Task[None]], seconds: float | None) -> None:
        """Return when the time is over, or nothing is left to be watched."""
        lost = asyncio.ensure_future(asyncio.wait(chats))
        waiting: set[asyncio.Future[Any]] = {lost}
        if seconds is not None:
            waiting.add(asyncio.ensure_future(self.means.clock.sleep(seconds)))
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in waiting:
                task.cancel()

    async def _obey(self) -> None:
        while True:
            await self.control.checkpoint()
            await self.means.clock.sleep(LOOK_EVERY_S)

    async def _one(self, watched: WatchedChat) -> None:
        try:
            await watched.watch()
        except _OF_ALL:
            raise
        except _OF_ONE_CHAT as error:
            self._lost[watched.chat.id] = error
            told = Happening(
                chat=watched.chat.id, name=watched.name, event="lost", error=str(error)
            )
            self.sink.happened(told)

    def _report(self) -> WatchReport:
        chats = tuple(self._report_of(one) for one in self._chats)
        return WatchReport(
            new=sum(one.new for one in chats),
            edited=sum(one.edited for one in chats),
            deleted=sum(one.deleted for one in chats),
            files=sum(one.files for one in chats),
            elapsed_s=round(self.means.clock.monotonic() - self._began, 3),
            requests=dict(sorted(self.means.source.requests().items())),
            chats=chats,
        )

    def _report_of(self, watched: WatchedChat) -> WatchedReport:
        saved, error = watched.meter.saved, self._lost.get(watched.chat.id)
        return WatchedReport(
            chat=watched.chat.id,
            title=watched.chat.title,
            new=saved.new,
            edited=saved.edited,
            deleted=saved.deleted,
            files=watched.downloads.fetched if watched.downloads else 0,
            error=str(error) if error else "",
            exit_code=error.exit_code if error else 0,
        )
