"""What the sandbox has sent, sampled while a process is measured: the same scale for all."""

import json
import threading
import time
import urllib.request
from bisect import bisect_left
from contextlib import contextmanager

EVERY_SECONDS = 0.1


def sent(ready):
    """Bytes sent by the sandbox of this ready line so far."""
    with urllib.request.urlopen(f"{ready['control']}/counters", timeout=30) as answer:  # noqa: S310
        return json.load(answer)["bytes_out"]


class Samples:
    """Bytes sent by monotonic time, rising."""

    def __init__(self):
        self.times = []
        self.bytes = []

    def add(self, at, size):
        self.times.append(at)
        self.bytes.append(size)

    def at(self, time_wanted):
        """Bytes sent by then, between two samples in proportion."""
        place = bisect_left(self.times, time_wanted)
        if place == 0:
            return self.bytes[0]
        if place == len(self.times):
            return self.bytes[-1]
        (t0, t1), (b0, b1) = self.times[place - 1 : place + 1], self.bytes[place - 1 : place + 1]
        return b0 + (b1 - b0) * (time_wanted - t0) / (t1 - t0)

    def megabytes(self, began, ended):
        return (self.at(ended) - self.at(began)) / 1e6

    def rate(self, began, ended):
        """MB/s over a span of time."""
        if ended <= began:
            raise SystemExit("the run is too short to be measured")
        return self.megabytes(began, ended) / (ended - began)


@contextmanager
def watched(ready):
    """Samples that go on being taken until the block is left."""
    samples, over = Samples(), threading.Event()

    def watch():
        while not over.wait(EVERY_SECONDS):
            size = sent(ready)
            samples.add(time.monotonic(), size)

    samples.add(time.monotonic(), sent(ready))
    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield samples
    finally:
        over.set()
        thread.join()
