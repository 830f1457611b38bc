"""Thumbnails are made beside the downloads, and behind them."""

import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from headrace.importer.pictures import give_way


def rank():
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ranks single threads")
def test_the_threads_of_thumbnails_stand_behind_the_event_loop():
    before = rank()
    with ThreadPoolExecutor(1, initializer=give_way) as threads:
        assert threads.submit(rank).result() == max(before, 10)
    assert rank() == before
