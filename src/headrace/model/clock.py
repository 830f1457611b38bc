"""Time as a parameter."""

from __future__ import annotations

from typing import Protocol


class Clock(Protocol):
    """The wall clock, a clock that never jumps, and a sleep; tests bring their own."""

    def now(self) -> float:
        """Unix seconds."""

    def monotonic(self) -> float:
        """Seconds since some moment."""

    async def sleep(self, seconds: float) -> None: ...
