"""The files of an export: copied into the archive once its messages are there.

What an export names but does not have is absent; the next import of it, or of another export of
the same chat, looks again.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, aclosing
from dataclasses import dataclass, field
from typing import Protocol

from headrace.errors import DiskFull, FileAbsent, FileFailed, HeadraceError
from headrace.importer.file_ports import Blobs, FileRows, Thumbs
from headrace.importer.judging import let_through
from headrace.importer.lease import first_of
from headrace.importer.pictures import Pictures
from headrace.importer.progress import Meter
from headrace.model.chat import Chat
from headrace.model.coverage import Lease
from headrace.model.download import ExportedFile, MediaPolicy, Readable, Stored
from headrace.model.job import Control

#: Files copied at once: one is read while another is synced.
_AT_ONCE = 4
#: The bytes are there and cannot be read; everything else means that the file is not there.
_UNREADABLE = "unreadable"


class Folder(Protocol):
    """Where the paths of an export begin."""

    def open(self, path: str) -> AbstractAsyncContextManager[Readable]:
        """A file, open while the block runs; raises ``FileAbsent`` or ``FileFailed``."""


class FilesOfExport(Protocol):
    """The files of one chat of an export."""

    def files(self) -> AsyncGenerator[list[ExportedFile]]:
        """What the chat's entries name, some hundred at a time."""

    def open_folder(self) -> AbstractAsyncContextManager[Folder]:
        """Where their paths begin."""


@dataclass(slots=True)
class ExportFiles:
    """One run over the files of one export, under one lease."""

    source: FilesOfExport
    rows: FileRows
    blobs: Blobs
    thumbs: Thumbs
    chat: Chat
    policy: MediaPolicy
    lease: Lease
    meter: Meter
    control: Control
    #: Files stored by this run.
    fetched: int = 0
    #: Set where a file did not fit beside the reserve.
    stopped: HeadraceError | None = None
    pictures: Pictures = field(init=False)

    def __post_init__(self) -> None:
        """Thumbnails are made beside the copying."""
        self.pictures = Pictures(self.rows, self.blobs, self.thumbs, self.lease, (self.chat.id,))

    async def run(self) -> None:
        """Copy what the policy lets through and is not stored yet.

        Raises:
            BrokenExport, ArchiveError, LeaseLost: as they say; what was copied is kept.
        """
        tallies = await self.rows.file_tallies(self.chat.id)
        self.meter.enter("media")
        self.meter.wanted(tallies.wanted, tallies.wanted_bytes)
        try:
            async with asyncio.TaskGroup() as group:
                drawing = group.create_task(self.pictures.run())
                async with (
                    self.source.open_folder() as folder,
                    aclosing(self.source.files()) as found,
                ):
                    async for batch in found:
                        await self._take(folder, batch)
                self.pictures.close()
                await drawing
        except BaseExceptionGroup as error:
            raise first_of(error) from None

    async def _take(self, folder: Folder, batch: list[ExportedFile]) -> None:
        keys = [one.key for one in batch]
        await self.rows.look_again(self.lease, keys)
        passed = await let_through(self.rows, self.lease, self.chat.id, self.policy, keys)
        wanted = {one.key: one for one in batch if one.key in passed}
        room = asyncio.Semaphore(_AT_ONCE)
        async with asyncio.TaskGroup() as group:
            for one in wanted.values():
                await self.control.checkpoint()
                await room.acquire()
                task = group.create_task(self._one(folder, one))
                task.add_done_callback(lambda _: room.release())

    async def _one(self, folder: Folder, one: ExportedFile) -> None:
        """Copy one file, and write down what became of it."""
        try:
            stored = await self._copied(folder, one)
        except DiskFull as error:
            # Smaller ones may fit; the row stays as it is.
            self.stopped = self.stopped or error
            return
        except FileFailed as error:
            is_absent = isinstance(error, FileAbsent) or error.reason != _UNREADABLE
            write = self.rows.file_absent if is_absent else self.rows.file_failed
            await write(self.lease, one.key, error.reason)
            self.meter.failures += not is_absent
        else:
            await self.rows.file_stored(self.lease, stored)
            self.fetched += 1
            self.meter.bytes(stored.size)
            self.pictures.more()
        self.meter.file()

    async def _copied(self, folder: Folder, one: ExportedFile) -> Stored:
        async with folder.open(one.path) as stream:
            # Known before a byte is read: what is not the file shall not ask for its room.
            if stream.size < one.size or not stream.size:
                raise FileAbsent("truncated")
            if one.size and stream.size > one.size:
                raise FileAbsent("overlong")
            return await self.blobs.add(one.key, stream, size=stream.size)
