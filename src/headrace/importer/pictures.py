"""Pictures: makes thumbnails of what has arrived, beside the downloads, in two threads."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field

from headrace.importer.file_ports import Blobs, FileRows, Thumbs
from headrace.model.coverage import Lease
from headrace.model.download import Stored
from headrace.model.values import PeerId
from headrace.transform.thumbnails import Thumbnail, make_thumbnail

#: Pillow lets go of the interpreter while it scales: two threads are nearly twice as fast as one.
_THREADS = 2
_BATCH = 8
#: Niceness of their threads: half way to the last.
_RANK = 10


def give_way() -> None:
    """Let the event loop have a processor first: it keeps the connections busy.

    Linux ranks each thread by itself; elsewhere they stay equal.
    """
    if sys.platform == "linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _RANK)


@dataclass(slots=True)
class Pictures:
    """The thumbnails of some chats. A picture that has none gets its reason once."""

    rows: FileRows
    blobs: Blobs
    thumbs: Thumbs
    lease: Lease
    #: More may be added while it runs.
    chats: Collection[PeerId]
    made: int = 0
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _closed: bool = False

    def more(self) -> None:
        """A picture may have arrived."""
        self._news.set()

    def close(self) -> None:
        """No more will arrive."""
        self._closed = True
        self._news.set()

    async def run(self) -> None:
        """Make thumbnails until nothing more arrives and all have been looked at."""
        self._news.set()
        with ThreadPoolExecutor(
            _THREADS, thread_name_prefix="thumbnails", initializer=give_way
        ) as threads:
            while True:
                await self._news.wait()
                self._news.clear()
                closed = self._closed
                for chat_id in tuple(self.chats):
                    await self._all_of(threads, chat_id)
                if closed:
                    return

    async def _all_of(self, threads: ThreadPoolExecutor, chat_id: PeerId) -> None:
        while found := await self.rows.pictures_without_thumbnail(chat_id, _BATCH):
            await asyncio.gather(*(self._one(threads, stored) for stored in found))

    async def _one(self, threads: ThreadPoolExecutor, stored: Stored) -> None:
        data = await self.blobs.read(stored)
        found = await asyncio.get_running_loop().run_in_executor(threads, make_thumbnail, data)
        if isinstance(found, Thumbnail):
            await self.thumbs.put(stored.sha256, found)
            self.made += 1
        await self.rows.thumbnail_made(self.lease, stored.sha256, found)
