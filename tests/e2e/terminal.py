"""headrace at a real terminal, typed into by a script (pexpect)."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager

import pexpect
from tests.e2e.processes import BIN


@contextmanager
def terminal(*arguments, config, **environment):
    """A command at a terminal of its own; what it said is in ``.said``."""
    child = pexpect.spawn(
        str(BIN / "headrace"),
        [str(one) for one in arguments],
        env=os.environ | {"HEADRACE_CONFIG": str(config)} | environment,
        encoding="utf-8",
        timeout=30,
        dimensions=(60, 160),
    )
    child.logfile_read = Said()
    try:
        yield child
    finally:
        child.close(force=True)


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
    child.wait()
    assert "Traceback" not in child.logfile_read.text, child.logfile_read.text
    return child.exitstatus, child.logfile_read.text


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
