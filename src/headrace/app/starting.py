"""The start of a run, told at once: looking for the chat alone may take a while."""

from __future__ import annotations

from headrace.model.job import Progress, ProgressSink
from headrace.telegram.clock import SystemClock


def begun(progress: ProgressSink) -> float:
    """Say that a run begins; when, in seconds on the monotonic clock."""
    clock = SystemClock()
    progress.update(Progress(state="running", stage="discover", started=int(clock.now())))
    return clock.monotonic()
