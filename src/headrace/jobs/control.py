"""The control of a job: a stop is heard in the middle of a wait, and between two units of work."""

from __future__ import annotations

import asyncio

from headrace.errors import Interrupted
from headrace.model.job import JobState


class TaskControl:
    """Ends the task that it holds (``headrace.model.job.Control``).

    Whatever the task waits for, an answer, a turn or the end of a pause, cancelling ends it at
    once. A stop that comes before the task has begun, or that something has swallowed, is
    heard at the next checkpoint: a task that is cancelled before its first step never has one.
    """

    def __init__(self) -> None:
        """Nothing is held yet, and nothing is stopped."""
        self._task: asyncio.Task[None] | None = None
        self._has_begun = False
        self._is_cancelled = False
        #: What the job becomes when it has ended; nothing while nobody has stopped it.
        self.becomes: JobState | None = None

    def hold(self, task: asyncio.Task[None]) -> None:
        """Take the task whose control this is."""
        self._task = task

    def begin(self) -> None:
        """The task takes its first step."""
        self._has_begun = True

    async def stop(self, becomes: JobState) -> None:
        """Stop the task and return when it has ended; the first word on what it becomes counts.

        It is cancelled once: a second time would cut short how it puts away what it had begun.
        """
        self.becomes = self.becomes or becomes
        if self._task is not None:
            if self._has_begun and not self._is_cancelled:
                self._is_cancelled = self._task.cancel()
            await asyncio.wait([self._task])

    async def checkpoint(self) -> None:
        """Return at once, or raise ``Interrupted`` when stopped."""
        if self.becomes is not None:
            raise Interrupted
