"""headrace at a real terminal, typed into by a script (pexpect)."""

from __future__ import annotations

import fcntl
import os
import struct
import termios
import time
from contextlib import contextmanager

import pexpect
from pexpect import fdpexpect
from tests.e2e.processes import Process

_ROWS, _COLUMNS = 60, 160


@contextmanager
def terminal(*arguments, config, **environment):
    """A command at a terminal of its own; what it said is in ``.said``."""
    here, there = os.openpty()
    fcntl.ioctl(there, termios.TIOCSWINSZ, struct.pack("HHHH", _ROWS, _COLUMNS, 0, 0))
    process = Process(
        "headrace",
        arguments,
        environment=os.environ | {"HEADRACE_CONFIG": str(config)} | environment,
        files=[there] * 3,
        terminal=True,
    )
    os.close(there)
    child = Typing(here, process)
    try:
        yield child
    finally:
        child.close()
        process.kill()
        process.wait()


class Typing(fdpexpect.fdspawn):
    """The side of the terminal where a person sits."""

    def __init__(self, descriptor, process):
        super().__init__(descriptor, encoding="utf-8", timeout=30)
        self.process = process
        self.logfile_read = Said()

    def sendintr(self):
        self.send("\x03")

    def sendeof(self):
        self.send("\x04")


class Said:
    """All that came to the screen."""

    def __init__(self):
        self.text = ""

    def write(self, text):
        self.text += text

    def flush(self):
        pass


def ended(child):
    """Wait for the end; the exit code, and all that was said."""
    child.expect(pexpect.EOF)
    code = child.process.wait(30)
    assert "Traceback" not in child.logfile_read.text, child.logfile_read.text
    return code, child.logfile_read.text


def sent_code(sandbox, phone, *, unlike="", timeout=20):
    """The code that the sandbox sent last; waits until there is one other than ``unlike``."""
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        found = account(sandbox, phone)["code"]
        if found and found != unlike:
            return found
    raise AssertionError("no code was sent")


def account(sandbox, phone):
    """What the sandbox knows of an account."""
    return next(a for a in sandbox.ask("/sign-in")["accounts"] if a["phone"] == phone)
