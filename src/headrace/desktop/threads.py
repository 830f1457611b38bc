"""What blocks, beside the event loop: opening files, and reading the directory of an archive."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, asynccontextmanager, suppress
from typing import TypeVar

_T = TypeVar("_T")


@asynccontextmanager
async def in_thread(make: Callable[[], AbstractContextManager[_T]]) -> AsyncIterator[_T]:
    """Make and enter a context in a thread, and leave it in one; a cancelled opening is undone."""

    def enter() -> tuple[AbstractContextManager[_T], _T]:
        manager = make()
        return manager, manager.__enter__()

    opening = asyncio.ensure_future(asyncio.to_thread(enter))
    try:
        manager, found = await asyncio.shield(opening)
    except asyncio.CancelledError:
        with suppress(Exception):
            manager, _ = await opening
            manager.__exit__(None, None, None)
        raise
    try:
        yield found
    except BaseException:
        if not await asyncio.to_thread(manager.__exit__, *sys.exc_info()):
            raise
    else:
        await asyncio.to_thread(manager.__exit__, None, None, None)
