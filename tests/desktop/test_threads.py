"""What is opened beside the event loop is closed, whenever its user is cancelled."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from headrace.desktop.threads import in_thread


class Gate:
    """A thread pool of one, which can be kept busy."""

    def __init__(self):
        self._free = threading.Event()
        self.pool = ThreadPoolExecutor(1)
        asyncio.get_running_loop().set_default_executor(self.pool)

    def shut(self):
        self._free.clear()
        self.pool.submit(self._free.wait)

    def open(self):
        self._free.set()


class Door:
    def __init__(self):
        self.log = []

    @contextmanager
    def opened(self):
        self.log.append("opened")
        try:
            yield
        finally:
            self.log.append("closed")


async def _turns():
    for _ in range(5):
        await asyncio.sleep(0)


async def _cancelled(task, gate):
    await _turns()
    task.cancel()
    await _turns()
    gate.open()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_cancelled_while_it_waits_to_be_opened_it_is_closed():
    gate, door = Gate(), Door()

    async def use():
        async with in_thread(door.opened):
            raise AssertionError

    gate.shut()
    await _cancelled(asyncio.ensure_future(use()), gate)
    assert door.log == ["opened", "closed"]


@pytest.mark.parametrize("fails", [False, True])
async def test_cancelled_while_it_waits_to_be_closed_it_is_closed(fails):
    gate, door = Gate(), Door()

    async def use():
        async with in_thread(door.opened):
            gate.shut()
            if fails:
                raise OSError

    await _cancelled(asyncio.ensure_future(use()), gate)
    assert door.log == ["opened", "closed"]


async def test_a_fault_of_its_user_passes_through_it():
    door = Door()
    with pytest.raises(ZeroDivisionError):
        async with in_thread(door.opened):
            raise ZeroDivisionError
    assert door.log == ["opened", "closed"]
