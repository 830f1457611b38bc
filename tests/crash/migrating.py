"""Migrates an archive again and again, killed at one step after the other; run as a program.

``migrating ARCHIVE FOLDER STRIDE`` copies the archive to FOLDER/1, FOLDER/(1 + STRIDE) … and kills
the process that opens the Nth at its Nth step: a statement of the database, or an operation on a
file. It ends with the first that came through, and tells the last step at which one was killed.
``migrating ARCHIVE STEP``: once, in place, at that step.
"""

import asyncio
import os
import shutil
import signal
import sys
from pathlib import Path

from sqlalchemy import Engine, event
from tests.disk import FaultyFiles

from headrace.store.open import open_archive


class Steps(FaultyFiles):
    """Counts statements and operations together, and ends the process at one of them."""

    def __init__(self, last):
        super().__init__()
        self.last = last
        self.taken = 0
        event.listen(Engine, "before_cursor_execute", self.step)
        event.listen(Engine, "commit", self.step)

    def reached(self, name, path):
        self.step()

    def step(self, *_, **__):
        self.taken += 1
        if self.taken == self.last:
            os.kill(os.getpid(), signal.SIGKILL)


async def migrate(path, files):
    async with open_archive(files, path, create=False):
        pass


def killed(path, last):
    """Migrate in a process of its own; whether it was killed."""
    child = os.fork()
    if child == 0:
        asyncio.run(migrate(path, Steps(last)))
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    if os.WIFSIGNALED(status):
        return os.WTERMSIG(status) == signal.SIGKILL
    assert os.WEXITSTATUS(status) == 0
    return False


def at_many(origin, folder, stride):
    last = 1
    while killed(shutil.copytree(origin, folder / str(last)), last):
        last += stride
    print(last - stride)


def main():
    origin, *more = sys.argv[1:]
    if len(more) == 1:
        asyncio.run(migrate(Path(origin), Steps(int(more[0]))))
    else:
        at_many(Path(origin), Path(more[0]), int(more[1]))
