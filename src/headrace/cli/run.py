"""Runs a coroutine as a command: signals end it within a second, a second one at once."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from headrace.errors import FloodPause, HeadraceError, Interrupted, Terminated

T = TypeVar("T")


def run(main: Coroutine[Any, Any, T], *, go_on: str = "") -> T:
    """Run to the end. ``go_on`` is the command that resumes, shown when a signal stops it.

    Raises:
        Interrupted, Terminated: by SIGINT, SIGTERM, after what was begun is put away.
    """
    caught: list[int] = []

    async def guarded() -> T:
        task = asyncio.current_task()
        loop = asyncio.get_running_loop()

        def stop(number: int) -> None:
            if caught:
                os._exit(128 + number)
            caught.append(number)
            if task is not None:
                task.cancel()

        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop, number)
        return await main

    try:
        return asyncio.run(guarded())
    except asyncio.CancelledError:
        kind = Terminated if caught == [signal.SIGTERM] else Interrupted
        hint = f"Go on with: {go_on}" if go_on else ""
        raise kind(hint=hint) from None


@contextmanager
def told(again: str, show: Callable[[Any], None] | None) -> Iterator[None]:
    """Where a run is ended: ``show`` what it has brought, and say when which command goes on."""
    try:
        yield
    except HeadraceError as error:
        if error.report is not None and show is not None:
            show(error.report)
        if isinstance(error, FloodPause):
            when = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(error.resume_at))
            error.hint = f"Go on after {when} with: {again}"
        raise
