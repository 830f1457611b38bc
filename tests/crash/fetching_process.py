"""The files of a chat fetched in a process that kills itself at an operation on the disk.

Takes a JSON object as its argument: ``settings``, ``ref``, ``point`` (which operation, from 1;
0 for none), ``later_s`` (so long after it). Prints how many operations there were.
"""

import asyncio
import json
import os
import signal
import sys
import threading
import time

from tests.disk import FaultyFiles
from tests.downloading import bring_files

from headrace import settings


class KillingFiles(FaultyFiles):
    """Ends this process, as ``kill -9`` does."""

    def __init__(self, point, later_s):
        super().__init__()
        self._point, self._later_s = point, later_s

    def reached(self, name, path):
        super().reached(name, path)
        if len(self.log) != self._point:
            return
        if self._later_s:
            threading.Thread(target=self._kill, daemon=True).start()
        else:
            self._kill()

    def _kill(self):
        time.sleep(self._later_s)
        os.kill(os.getpid(), signal.SIGKILL)


def main():
    job = json.loads(sys.argv[1])
    files = KillingFiles(job["point"], job["later_s"])
    asyncio.run(bring_files(settings.load(job["settings"]), job["ref"], files))
    print(len(files.log))
