"""Virtual time: an event loop that jumps to the next timer instead of waiting for it."""

import asyncio
import selectors
from collections import deque

from tgsandbox.limits import Gate as ServerLimit
from tgsandbox.profile import MethodClass

EPOCH = 1_800_000_000.0


class _Jump(selectors.DefaultSelector):
    def __init__(self):
        super().__init__()
        self.passed = 0.0

    def select(self, timeout=None):
        events = super().select(0)
        if not events and timeout:
            self.passed += timeout
        return events


class VirtualLoop(asyncio.SelectorEventLoop):
    def __init__(self):
        self.jump = _Jump()
        super().__init__(self.jump)

    def time(self):
        return self.jump.passed


def run(coroutine):
    """Run to the end, in no time."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(coroutine)


class VirtualClock:
    """headrace's clock on a virtual loop."""

    def monotonic(self):
        return asyncio.get_running_loop().time()

    def now(self):
        return EPOCH + self.monotonic()

    async def sleep(self, seconds):
        await asyncio.sleep(seconds)


class Refused(Exception):
    def __init__(self, seconds):
        super().__init__(seconds)
        self.seconds = seconds


class Server:
    """A server far away with the sandbox's own limit: requests arrive, are judged, are served."""

    def __init__(self, *, limit, window, wait=5, round_trip=0.1, service=0.2):
        rule = MethodClass(limit=limit, window=window, wait=wait)
        self._limit = ServerLimit(rule, round_trip)
        self._half, self._service = round_trip / 2, service
        self.accepted = deque()
        self.refusals = 0
        self.episodes = 0
        self.violations = 0

    async def ask(self):
        await asyncio.sleep(self._half)
        now = asyncio.get_running_loop().time()
        seconds, begins, violation = self._limit.wait(now)
        if seconds:
            self.refusals += 1
            self.episodes += begins
            self.violations += violation
            await asyncio.sleep(self._half)
            raise Refused(seconds)
        self.accepted.append(now)
        await asyncio.sleep(self._service + self._half)


__all__ = ["EPOCH", "Refused", "Server", "VirtualClock", "VirtualLoop", "run"]
