"""Pools: the parts of files wanted of one data centre, and the connections to it.

A pool has one queue of the parts of all files there, and as many connections as are of use.
"""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from typing import Any

from telethon.tl.functions.upload import GetFileRequest

from headrace import errors
from headrace.model.plan import Pace
from headrace.telegram.calls import Outcome
from headrace.telegram.centres import Centres
from headrace.telegram.parts import Download, Part
from headrace.telegram.senders import Flight, Room, Sender
from headrace.telegram.verdicts import Verdict

#: Connections to a data centre besides the main one: at the start, and at most.
SENDERS = {Pace.GENTLE: (1, 1), Pace.NORMAL: (4, 8), Pace.FAST: (4, 8)}
#: How often is looked whether more connections would help, in seconds.
_LOOK_EVERY_S = 0.5
_GAIN = 1.05
_MORE = 2
#: So long after a time-out or a flood no connection is added.
_MEMORY_S = 8.0

#: Decides what an outcome means for the file; may put the part back.
Judge = Callable[["Pool", Part, Outcome], Awaitable[None]]


class Pool:
    """The parts wanted of one data centre, and the connections to it."""

    def __init__(
        self,
        dc: int,
        centres: Centres,
        room: Room,
        judge: Judge,
        downloads: Callable[[], Iterable[Download]],
    ) -> None:
        """``judge`` hears of each outcome; ``downloads`` are those of all pools."""
        self.dc = dc
        self._centres = centres
        self._traffic = centres.traffic
        self._clock = centres.traffic.clock
        self._room = room
        self._judge = judge
        self._downloads = downloads
        self._tasks: set[asyncio.Task[None]] = set()
        first, self._most = SENDERS[self._traffic.pace]
        self.target = min(self._traffic.rate.senders or first, self._most)
        self._senders: list[Sender] = []
        self._queue: list[tuple[tuple[int, int], Download]] = []
        self._queued: set[Download] = set()
        self._bytes, self._looked_at, self._best = 0, self._clock.monotonic(), 0.0
        self._calm_at = self._clock.monotonic()
        self._key = b""
        self._is_closed = False

    def add(self, download: Download) -> None:
        """Want the pending parts of a download."""
        if download not in self._queued and download.pending:
            self._queued.add(download)
            heapq.heappush(self._queue, (download.rank, download))
        self.pump()

    def warm(self) -> None:
        """Make the first connections before anything is wanted."""
        if not self._is_closed:
            self._open_more()

    def put_back(self, part: Part) -> None:
        """Ask again, for this part first."""
        part.download.pending.appendleft(part)
        self.add(part.download)

    def pump(self) -> None:
        """Ask for as much as may be in flight."""
        if self._is_closed:
            return
        while self._room.free > 0 and (part := self._first()) is not None:
            sender = self._least_loaded(part.cost)
            if sender is None:
                break
            part.download.pending.popleft()
            self._launch(sender, part)
        if self._first() is not None:
            self._open_more()

    async def readmit(self) -> None:
        """The key of this data centre is not let in any more: agree on another one, once."""
        if self._key and self._key == self._centres.key_of(self.dc):
            await self._centres.forget(self.dc, self._key)
            await asyncio.gather(*(sender.gate.hang_up() for sender in self._senders))

    async def close(self) -> None:
        """Hang up; what is in flight fails."""
        self._is_closed = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*(sender.gate.hang_up() for sender in self._senders))

    def _first(self) -> Part | None:
        """The part to be asked for next; files that are done or elsewhere leave the queue."""
        while self._queue:
            _, download = self._queue[0]
            is_here = download.dc == self.dc and not download.renewing
            if download.pending and is_here and not download.done.done():
                return download.pending[0]
            heapq.heappop(self._queue)
            self._queued.discard(download)
        return None

    def _least_loaded(self, cost: int) -> Sender | None:
        for sender in self._senders:
            if sender.is_ready and not sender.gate.is_connected:
                self._open(sender)
        free = [sender for sender in self._senders if sender.has_room(cost)]
        return min(free, key=lambda sender: sender.in_flight, default=None)

    def _launch(self, sender: Sender, part: Part) -> None:
        flight = Flight(sender, self._room, part.cost)
        task = asyncio.get_running_loop().create_task(self._carry(flight, part))
        part.download.flying.add(task)

        def over(task: asyncio.Task[None]) -> None:
            flight.end()
            part.download.flying.discard(task)
            part.download.finish_if_complete()
            self.pump()

        task.add_done_callback(over)

    async def _carry(self, flight: Flight, part: Part) -> None:
        """Bring one part, whatever happens; what that means for others is told to them."""
        try:
            outcome = await self._ask(flight, part)
            if outcome is None:
                self.put_back(part)
            else:
                self.pump()
                await self._judge(self, part, outcome)
        except (errors.AccountLost, errors.FloodPause) as exc:
            self._collapse(exc)
        except Exception as exc:  # noqa: BLE001 - of the file, or raised by one of its sinks
            part.download.fail(exc)

    async def _ask(self, flight: Flight, part: Part) -> Outcome | None:
        """One attempt; nothing when the connection could not be made again."""
        sender, patience = flight.sender, self._traffic.patience
        deadline = patience.part + sender.in_flight / patience.slowest
        was_full = not sender.has_room(part.cost)
        try:
            outcome = await sender.gate.attempt(self._request(part), deadline, part.tries)
        except errors.ConnectionLost as exc:
            self._lose(sender, exc)
            return None
        finally:
            flight.land()
        if outcome.failure is None:
            sender.learn(flight.cost, outcome.seconds, was_full=was_full)
            self._measure(flight.cost)
        else:
            self._take_care(sender, outcome.failure.verdict, outcome.failure.code)
        return outcome

    def _request(self, part: Part) -> Any:
        part.way = part.download.way
        return GetFileRequest(part.download.location, part.offset, part.limit)

    def _measure(self, size: int) -> None:
        """Every half second: more connections, while parts wait and the last ones helped."""
        self._bytes += size
        now = self._clock.monotonic()
        span = now - self._looked_at
        if span < _LOOK_EVERY_S:
            return
        rate, self._bytes, self._looked_at = self._bytes / span, 0, now
        is_settled = all(sender.is_ready for sender in self._senders)
        if not is_settled or now < self._calm_at or self._first() is None:
            return
        if self.target < self._most and rate >= self._best * _GAIN:
            self._best = rate
            self.target = min(self.target + _MORE, self._most)

    def _take_care(self, sender: Sender, verdict: Verdict, code: str) -> None:
        """After a time-out or a flood: fewer, and none more for a while."""
        if code != "DEADLINE" and verdict not in (Verdict.RECONNECT, Verdict.WAIT):
            return
        now = self._clock.monotonic()
        if now >= self._calm_at and len(self._senders) > 1:
            self.target = max(1, len(self._senders) - 1)
            self._best = 0.0
        self._calm_at = now + _MEMORY_S
        if verdict is not Verdict.WAIT:
            sender.break_down()

    def _open_more(self) -> None:
        staying = [sender for sender in self._senders if not sender.is_leaving]
        for sender in staying[self.target :]:
            sender.is_leaving = True
        for sender in [one for one in self._senders if one.is_leaving and not one.in_flight]:
            self._senders.remove(sender)
            self._run(sender.gate.hang_up())
        for _ in range(self.target - len(staying)):
            sender = Sender(self._centres.open_gate(self.dc))
            self._senders.append(sender)
            self._open(sender)

    def _run(self, doing: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(doing)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _open(self, sender: Sender) -> None:
        sender.is_ready = False
        self._run(self._opened(sender))

    async def _opened(self, sender: Sender) -> None:
        try:
            await sender.gate.connect()
        except errors.ConnectionLost as exc:
            self._lose(sender, exc)
        except errors.HeadraceError as exc:
            if sender in self._senders:
                self._senders.remove(sender)
            whole = isinstance(exc, errors.AccountLost | errors.FloodPause)
            self._collapse(exc if whole else _closed(exc))
        else:
            sender.is_ready = True
            self._key = self._centres.key_of(self.dc)
            self.pump()

    def _lose(self, sender: Sender, error: errors.HeadraceError) -> None:
        """A connection cannot be made again; without any, nothing can be had here."""
        if sender in self._senders:
            self._senders.remove(sender)
        self._calm_at = self._clock.monotonic() + _MEMORY_S
        self.target, self._best = max(1, len(self._senders)), 0.0
        if not self._senders:
            self._collapse(error)

    def _collapse(self, error: BaseException) -> None:
        for download in list(self._downloads()):
            if download.dc == self.dc:
                download.fail(error)


def _closed(cause: errors.HeadraceError) -> errors.FileFailed:
    """The data centre does not let this account in."""
    failed = errors.FileFailed("data_centre")
    failed.__cause__ = cause
    return failed
