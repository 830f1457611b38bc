"""The clock of this computer."""

from __future__ import annotations

import asyncio
import time


class SystemClock:
    """Real time (``headrace.model.clock.Clock``)."""

    def now(self) -> float:
        """Unix seconds."""
        return time.time()

    def monotonic(self) -> float:
        """Seconds that never run backwards."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait; cancellation ends it at once."""
        await asyncio.sleep(max(seconds, 0.0))
