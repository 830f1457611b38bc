"""The board: every job as it is now, for whoever looks once and whoever keeps looking.

Each change has a number. Whoever knows the number of the last one seen gets what has changed
since, each job once and as it is by then: a reader that is slow misses states in between and
nothing else, and holds nobody up.
"""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass

from headrace.model.job import Job

#: Cleared jobs that are remembered for those who look again.
_CLEARED = 1_000


@dataclass(frozen=True, slots=True)
class Change:
    """A job as it is now, or nothing where it was cleared."""

    number: int
    job_id: str
    job: Job | None


class Board:
    """The latest of every job. Belongs to one event loop."""

    def __init__(self) -> None:
        """Nothing has been asked for yet."""
        self._changes: dict[str, Change] = {}
        self._number = 0
        self._given = 0
        #: Numbers of another board say nothing of this one.
        self.name = secrets.token_hex(4)
        self._moved = asyncio.Event()
        #: Nothing will change any more.
        self.is_closed = False

    def new_id(self, now: float) -> str:
        """An id for a job; those of one second sort as they were given out."""
        self._given = max(self._given + 1, int(now * 1_000_000))
        return f"{self._given:014x}{secrets.token_hex(2)}"

    def jobs(self) -> list[Job]:
        """As they are now, the oldest first."""
        there = [change.job for change in self._changes.values() if change.job is not None]
        return sorted(there, key=lambda job: (job.created_at, job.id))

    def get(self, job_id: str) -> Job:
        """A job as it is now; ``KeyError`` where there is none."""
        job = self._changes[job_id].job
        if job is None:
            raise KeyError(job_id)
        return job

    def put(self, job: Job) -> None:
        """A job has changed, or is new."""
        self._change(job.id, job)

    def drop(self, job_id: str) -> None:
        """A job was cleared."""
        self._change(job_id, None)
        gone = [change.job_id for change in self._changes.values() if change.job is None]
        for oldest in gone[:-_CLEARED]:
            del self._changes[oldest]

    def close(self) -> None:
        """Let those who wait for changes go."""
        self.is_closed = True
        self._moved.set()

    def since(self, number: int) -> list[Change]:
        """What has changed after a change, in the order of the last changes."""
        return [change for change in self._changes.values() if change.number > number]

    async def changed(self, number: int) -> None:
        """Return when something has changed after a change, or the board is closed."""
        while self._number <= number and not self.is_closed:
            self._moved.clear()
            await self._moved.wait()

    def _change(self, job_id: str, job: Job | None) -> None:
        self._number += 1
        # The last change stands last.
        self._changes.pop(job_id, None)
        self._changes[job_id] = Change(self._number, job_id, job)
        self._moved.set()
