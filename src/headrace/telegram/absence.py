"""Absence: a pause that Telegram asks for at the connection itself, before any request."""

from __future__ import annotations

from collections.abc import Callable

from headrace.model.clock import Clock
from headrace.model.job import Wait
from headrace.telegram.failures import too_long

#: Longer than was asked for, so that clocks which differ a little do no harm.
_MARGIN_S = 0.1


class Absence:
    """Until when no connection is to be opened. It holds for every class of methods."""

    def __init__(self, clock: Clock, max_wait: float) -> None:
        """``max_wait``: the longest absence that is sat out, in seconds."""
        self._clock = clock
        self._max_wait = max_wait
        self._until = clock.monotonic()

    def begin(self, seconds: float) -> None:
        """Stay away for so long from now on, or as long as said before."""
        if seconds > 0:
            self._until = max(self._until, self._clock.monotonic() + seconds + _MARGIN_S)

    async def sit_out(self, on_wait: Callable[[Wait | None], None]) -> bool:
        """Return when a connection may be opened; whether that took a wait, which is told.

        Raises:
            FloodPause: it would take longer than ``max_wait``.
        """
        left = self._until - self._clock.monotonic()
        if left <= 0:
            return False
        until = self._clock.now() + left
        if left > self._max_wait:
            raise too_long(left, self._max_wait, "connection", until)
        on_wait(Wait(until=until, reason="flood", method="connection"))
        await self._clock.sleep(left)
        return True
