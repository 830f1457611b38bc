"""Migrates an archive again and again, killed at each step in its turn; run as a program.

    python tests/crash/migrating.py ARCHIVE FOLDER

copies the archive to FOLDER/1, FOLDER/2 … and kills the process that opens the Nth at its
Nth step: a statement of the database, or an operation on a file. It ends with the first
that came through, and tells how many were killed. A number in place of FOLDER: once, in
place, at that step.
"""

import asyncio
import os
import shutil
import signal
import sys
from pathlib import Path

from sqlalchemy import Engine, event

sys.path.insert(0, str(Path(__file__).parents[2]))
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


def main(origin, folder):
    last = 1
    while killed(shutil.copytree(origin, folder / str(last)), last):
        last += 1
    print(last - 1)


if __name__ == "__main__":
    if sys.argv[2].isdecimal():
        asyncio.run(migrate(Path(sys.argv[1]), Steps(int(sys.argv[2]))))
    else:
        main(Path(sys.argv[1]), Path(sys.argv[2]))
