"""What blocks, beside the event loop: opening files, and reading the directory of an archive."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, ExitStack, asynccontextmanager
from typing import TypeVar

from headrace.threads import ended

_T = TypeVar("_T")


@asynccontextmanager
async def in_thread(make: Callable[[], AbstractContextManager[_T]]) -> AsyncIterator[_T]:
    """Make and enter a context in a thread, and leave it in one.

    Whoever is cancelled while it is opened or closed waits until it is closed.
    """
    stack = ExitStack()
    try:
        found = await ended(lambda: stack.enter_context(make()))
        yield found
    except BaseException:
        fault = sys.exc_info()
        if not await ended(lambda: stack.__exit__(*fault)):
            raise
    else:
        await ended(stack.close)
