"""Questions at the terminal that can be stopped: no thread waits in a read, echo comes back."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import termios
from collections.abc import Iterator

from headrace.errors import Interrupted


def on_terminal() -> bool:
    """Whether somebody can be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


async def ask(question: str, *, hidden: bool = False) -> str:
    """The line that was typed, without its end.

    Raises:
        Interrupted: the input was closed (Ctrl-D).
    """
    # The echo is off before anybody can know that it is time to type.
    with _hidden() if hidden else contextlib.nullcontext():
        sys.stderr.write(question)
        sys.stderr.flush()
        line = await _line()
        if hidden:
            sys.stderr.write("\n")
            sys.stderr.flush()
    return line.strip()


async def _line() -> str:
    """The terminal hands out whole lines, so one read is one line."""
    loop = asyncio.get_running_loop()
    typed: asyncio.Future[bytes] = loop.create_future()
    descriptor = sys.stdin.fileno()

    def read() -> None:
        if not typed.done():
            typed.set_result(os.read(descriptor, 4096))

    loop.add_reader(descriptor, read)
    try:
        content = await typed
    finally:
        loop.remove_reader(descriptor)
    if not content:
        sys.stderr.write("\n")
        raise Interrupted("Nothing was answered.")
    return content.decode(errors="replace")


@contextlib.contextmanager
def _hidden() -> Iterator[None]:
    """Switch the echo off; what was typed before is dropped."""
    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)
    silent = termios.tcgetattr(descriptor)
    silent[3] &= ~termios.ECHO
    termios.tcsetattr(descriptor, termios.TCSAFLUSH, silent)
    try:
        yield
    finally:
        termios.tcsetattr(descriptor, termios.TCSAFLUSH, before)
