"""`headrace watch` as a process whose lines can be waited for, and in this process."""

from __future__ import annotations

import asyncio
import json
import queue
import signal
import subprocess
import threading
import time
from contextlib import contextmanager

from tests.e2e import processes

#: Seconds after which something that was to be told is taken not to come.
PATIENCE_S = 100

#: Changes that are told once, without a count: whoever does not listen then hears not of them.
UNCOUNTED = {"views", "react", "rename"}


class Watch:
    """A running ``headrace watch --json``."""

    def __init__(self, process):
        self.process = process
        self.lines = queue.Queue()
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.process.stdout:
            # The summary for people stands before the last line.
            if line.startswith("{"):
                self.lines.put(json.loads(line))
        self.lines.put(None)

    def next(self, **wanted):
        """The next line that says this; those before it are passed over."""
        while True:
            line = self.lines.get(timeout=PATIENCE_S)
            assert line is not None, f"watching has ended before {wanted}"
            if all(line.get(key) == value for key, value in wanted.items()):
                return line

    def new(self, count):
        """Wait until so many new posts were told; their ids, where they were told."""
        ids = []
        while count > 0:
            line = self.next()
            ids += line.get("ids", ())
            count -= line.get("new", 0)
        return ids

    def stop(self, number=signal.SIGINT):
        """End it; its exit code and its last line."""
        self.process.send_signal(number)
        return self.end()

    def end(self):
        code = self.process.wait(PATIENCE_S)
        self.reader.join(PATIENCE_S)
        found = None
        while (line := self.lines.get(timeout=PATIENCE_S)) is not None:
            found = line
        return code, found


@contextmanager
def watching(*arguments, config, media="none"):
    """Start watching, and wait until each chat is."""
    set_to = {"HEADRACE_MEDIA": media, "HEADRACE_CALL_TIMEOUT": "3"}
    process = subprocess.Popen(
        [str(processes.BIN / "headrace"), "watch", "--json", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=processes.environment_of(config) | set_to,
    )
    watch = Watch(process)
    try:
        yield watch
    finally:
        process.kill()
        process.wait()
        watch.reader.join()
        process.stdout.close()


def eventually(holds):
    """Wait until something holds that nobody tells of."""
    end = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.05)


class Told:
    """A sink in this process, and whoever waits for what is told."""

    def __init__(self):
        self.happenings = []
        self.report = None
        self._news = asyncio.Event()

    def happened(self, happening):
        self.happenings.append(happening)
        self._news.set()

    def ended(self, report):
        self.report = report
        self._news.set()

    async def until(self, fits):
        """Return when something that was told fits."""
        async with asyncio.timeout(PATIENCE_S):
            while not any(map(fits, self.happenings)):
                self._news.clear()
                await self._news.wait()
