"""Work that blocks, beside the event loop; it is never left running behind its caller."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

_T = TypeVar("_T")


async def ended(work: Callable[[], _T], stop: Callable[[], None] | None = None) -> _T:
    """What ``work`` returns, run in a thread.

    A cancelled caller waits for the work to end, so that nobody closes a file under it;
    ``stop`` asks it to be quick.
    """
    task = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        if stop is not None:
            stop()
        while not task.done():
            with suppress(asyncio.CancelledError):
                await asyncio.wait({task})
        # What became of it is nobody's business any more; an unread error would be reported.
        if not task.cancelled():
            task.exception()
        raise
