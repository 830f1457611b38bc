"""A file in the making: parts are put at their places in any order, and survive a crash.

The bytes lie in ``HASH.part``, the journal beside it says which of them. Whoever has the file
open holds a lock on the journal.
"""

from __future__ import annotations

import threading
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import PurePath

from headrace.blobs.journal import RECORD, Record, Spans, head, record, records
from headrace.errors import FileFailed
from headrace.model.files import FileOps, OpenFile, file_errors
from headrace.model.values import FileKey
from headrace.threads import ended

#: The most that a file of unknown length may come to; peers' photos have a hundredth.
MAX_UNKNOWN = 32 << 20


class PartFile:
    """The ``PartSink`` of one file; made by ``LocalBlobs.open_part``."""

    def __init__(self, files: FileOps, path: PurePath, key: FileKey, size: int) -> None:
        """``path``: that of the ``.part``; the journal's lock is held by the caller.

        Takes over what an earlier process has left. Raises ``OSError``.
        """
        self.key = key
        self.path = path
        self._files = files
        self._declared = size or None
        self._lock = threading.Condition()
        self._writing = 0
        self._is_closed = False
        self._held = Spans()
        with ExitStack() as opened:
            self._journal = opened.enter_context(files.open(journal_of(path)))
            self._data = self._continued() or self._fresh()
            opened.pop_all()

    @property
    def size(self) -> int | None:
        """In bytes, as Telegram declares it; nothing where it does not."""
        return self._declared

    @property
    def is_in_pieces(self) -> bool:
        """Whether it takes more than one part, so that to fetch it anew costs more than that."""
        return self._end > self._start + RECORD

    def declare(self, size: int) -> None:
        """Telegram has said after all how long the file is; 0 is an empty one."""
        self._declared = size

    def missing(self, part: int) -> Iterable[tuple[int, int]]:
        """(offset, length) of what is not there yet, cut at multiples of ``part`` bytes."""
        with self._lock:
            size = part if self._declared is None else self._declared
            gaps = list(self._held.gaps(size))
            if self._declared is None and any(self._held):
                gaps = []
        return [piece for start, end in gaps for piece in _cut(start, end, part)]

    async def write(self, offset: int, data: bytes) -> None:
        """Take a part; it survives a crash of this process once this returns.

        Raises:
            FileFailed: ``overlong``: the part lies behind the declared end.
            DiskFull, ArchiveError: it is not kept; the others are.
        """
        if offset < 0 or offset + len(data) > self._most():
            raise FileFailed("overlong")
        if data:
            await ended(lambda: self._put(offset, data))

    def settle(self) -> int:
        """Cut off what nobody counts; the length of the file, all of whose bytes are there.

        Raises:
            FileFailed: ``truncated``: they are not.
        """
        with self._lock:
            runs = list(self._held)
            size = self._declared if self._declared is not None else (runs[-1][1] if runs else -1)
            if list(self._held.gaps(size)) or size < 0:
                raise FileFailed("truncated")
            # A part whose record was never written may lie behind the end.
            self._data.truncate(size)
        return size

    def chunks(self, length: int, size: int) -> Iterable[bytes]:
        """The bytes from the first one on, ``size`` at a time."""
        for at in range(0, length, size):
            yield self._data.pread(min(size, length - at), at)

    def fsync(self) -> None:
        """Return when the bytes are on the disk, and what is known of them in pieces."""
        self._data.fsync()
        if self.is_in_pieces:
            # The next process must not write into what may have its final name.
            self._journal.fsync()

    def close(self) -> None:
        """Let go of the files, and leave them for the next process."""
        with self._lock:
            self._is_closed = True
            # A number of a closed file may be that of another by now.
            self._lock.wait_for(lambda: not self._writing)
            self._data.close()
            self._journal.close()

    def _put(self, offset: int, data: bytes) -> None:
        with file_errors(self.path), self._while_open():
            self._data.pwrite(data, offset)
            line = record(offset, data)
            with self._lock:
                # In this order: a record is never there before its bytes.
                self._journal.pwrite(line, self._end)
                self._end += RECORD
                self._held.add(offset, offset + len(data))

    @contextmanager
    def _while_open(self) -> Iterator[None]:
        with self._lock:
            if self._is_closed:
                raise ValueError(f"{self.path} is closed")
            self._writing += 1
        try:
            yield
        finally:
            with self._lock:
                self._writing -= 1
                self._lock.notify_all()

    def _most(self) -> int:
        return MAX_UNKNOWN if self._declared is None else self._declared

    def _continued(self) -> OpenFile | None:
        """The bytes of an earlier process, as far as its journal and they agree."""
        content = self._files.read(journal_of(self.path))
        found = records(content, self.key, self._declared or 0)
        if found is None or self._files.size(self.path) is None:
            return None
        self._start = len(head(self.key, self._declared or 0))
        self._end = len(content) - (len(content) - self._start) % RECORD
        data = self._files.open(self.path)
        try:
            for one in found:
                if _is_there(data, one) and one.offset + one.length <= self._most():
                    self._held.add(one.offset, one.offset + one.length)
        except BaseException:
            data.close()
            raise
        return data

    def _fresh(self) -> OpenFile:
        """An empty file. It is a new one: the old one's bytes may have a name in the archive."""
        self._files.unlink(self.path)
        self._journal.truncate(0)
        data = self._files.create(self.path)
        try:
            start = head(self.key, self._declared or 0)
            self._journal.pwrite(start, 0)
        except BaseException:
            data.close()
            raise
        self._start = self._end = len(start)
        return data


def journal_of(path: PurePath) -> PurePath:
    """The journal of a ``.part``."""
    return path.with_suffix(".journal")


def remove(files: FileOps, path: PurePath) -> None:
    """Throw a ``.part`` away with its journal, which goes last: it carries the lock."""
    files.unlink(path)
    files.unlink(journal_of(path))


def quietly(work: Callable[[], object]) -> None:
    """Clear away as far as possible, while another error is on its way."""
    with suppress(OSError):
        work()


def _is_there(data: OpenFile, one: Record) -> bool:
    found = data.pread(one.length, one.offset)
    return len(found) == one.length and zlib.crc32(found) == one.crc


def _cut(start: int, end: int, part: int) -> Iterable[tuple[int, int]]:
    while start < end:
        border = min(end, (start // part + 1) * part)
        yield start, border - start
        start = border
