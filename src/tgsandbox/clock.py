"""The server's idea of the time: the machine's, and an offset that a test may set."""

from __future__ import annotations

import time


class Clock:
    """Seconds since 1970 on the server."""

    def __init__(self) -> None:
        self.offset = 0.0
        #: Counts the jumps, so that message ids may go back with the clock.
        self.jumps = 0

    def now(self) -> float:
        return time.time() + self.offset

    def set_offset(self, seconds: float) -> None:
        self.offset = seconds
        self.jumps += 1
