"""Media on the local disk, by content: ``media/ab/abcd….jpg``.

A file has its final name only when it is whole and on the disk: written, synced, renamed, and
its folder synced; only then may a row speak of it. What is in the making lies under
``media/.parts``, named after its key, and is taken over by the next process.
"""

from __future__ import annotations

import errno
import hashlib
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, suppress
from itertools import count
from pathlib import PurePath

from headrace.blobs.content import CHUNK, Content, Copying, read, stored
from headrace.blobs.leftovers import Wanted, collect, gate, remove_idle
from headrace.blobs.parts import PartFile, journal_of, quietly, remove
from headrace.errors import DiskFull, FileFailed
from headrace.model.download import Readable, Stored
from headrace.model.estimate import Room
from headrace.model.files import FileOps, file_errors
from headrace.model.values import FileKey
from headrace.threads import ended
from headrace.transform.filenames import stored_name
from headrace.transform.wholeness import is_whole

MEDIA = "media"
PARTS = ".parts"
#: What stays free on the disk: the greater of a number of bytes and a share of it.
RESERVE_BYTES = 1 << 30
RESERVE_SHARE = 0.02

#: What says that a file cannot have this second name: the disk has none, or the name is taken.
_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK, errno.EEXIST}


class LocalBlobs:
    """The media of an archive folder. Methods may be called from many tasks at once."""

    def __init__(
        self, files: FileOps, archive: PurePath, *, reserve: Callable[[int], int] | None = None
    ) -> None:
        """``reserve``: how many bytes to leave free, given the size of the disk."""
        self.root = archive / MEDIA
        self._parts = self.root / PARTS
        self._files = files
        self._reserve = reserve or default_reserve
        self._locks: dict[PurePath, ExitStack] = {}

    def path(self, sha256: str, extension: str) -> PurePath:
        """Where a stored file lies."""
        return self.root / sha256[:2] / f"{sha256}.{extension}"

    async def read(self, stored: Stored) -> bytes:
        """All of a stored file; for pictures, whose size is known to be reasonable.

        Raises:
            ArchiveError: it is not there.
        """
        path = self.path(stored.sha256, stored.extension)
        return await ended(lambda: self._read_whole(path))

    async def free_space(self) -> int:
        """Bytes that may be written before the reserve is touched; never below 0."""
        return await ended(self._room)

    async def room(self) -> Room:
        """The disk of the archive, or the one that it will be on; nothing is made."""
        return await ended(self._disk)

    async def open_part(self, key: FileKey, size: int) -> PartFile:
        """A file to be filled; with what an earlier process has left of it.

        ``size``: in bytes as declared, 0 where nobody says. It ends with ``finish``, ``discard``
        or ``close``.

        Raises:
            DiskFull: it would not fit beside the reserve.
            ArchiveError: the disk fails.
        """
        return await ended(lambda: self._open(key, size))

    async def finish(self, part: PartFile) -> Stored:
        """Give the file its place; when this returns it is whole and on the disk.

        The part is closed, whatever happens; what came in pieces stays until ``release``.

        Raises:
            FileFailed: ``truncated`` (what is there is kept for the next time), ``incomplete``
                (a file of undeclared length that does not end as it should; thrown away).
            DiskFull, ArchiveError: the disk fails.
        """
        return await ended(lambda: self._finish(part))

    async def release(self, part: PartFile) -> None:
        """A row speaks of the finished file; until then nothing but its parts knows of it."""
        if part.is_in_pieces:
            await ended(lambda: quietly(lambda: remove_idle(self._files, part.path)))

    async def close(self, part: PartFile) -> None:
        """Let go of a file that is not finished; its parts stay for the next time."""
        await ended(lambda: self._let_go(part))

    async def discard(self, part: PartFile) -> None:
        """Throw a file away that is not finished."""
        await ended(lambda: self._drop(part))

    async def add(self, key: FileKey, stream: Readable, *, size: int = 0) -> Stored:
        """Copy a stream to its end; ``size`` in bytes where it is known beforehand.

        Raises:
            FileFailed: ``truncated`` or ``overlong``: it has not the size that it should have.
            DiskFull, ArchiveError: the disk fails. Whatever the stream raises.
        """
        copying = Copying(stream)
        return await ended(lambda: self._add(key, copying, size), stop=copying.stop)

    async def collect(self, wanted: Wanted) -> int:
        """Remove what others have left of files that nobody wants any more; returns how many.

        ``wanted``: asked for those of some keys that are to be gone on with.
        """
        return await collect(self._files, self._parts, wanted)

    def _read_whole(self, path: PurePath) -> bytes:
        with file_errors(path):
            return self._files.read(path)

    def _room(self) -> int:
        with file_errors(self.root):
            self._files.make_folder(self.root)
            kept = self._reserve(self._files.disk_size(self.root))
            return max(0, self._files.free_space(self.root) - kept)

    def _disk(self) -> Room:
        for folder in (self.root, *self.root.parents):
            with file_errors(folder), suppress(FileNotFoundError):
                reserve = self._reserve(self._files.disk_size(folder))
                return Room(free=max(0, self._files.free_space(folder) - reserve), reserve=reserve)
        return Room(free=0, reserve=0)

    def _open(self, key: FileKey, size: int) -> PartFile:
        if size > self._room():
            raise DiskFull(
                f"There is no space left for a file of {size:,} bytes beside the reserve."
            )
        with file_errors(self._parts):
            self._files.make_folder(self._parts)
            path, lock = self._claimed(key)
            with lock:
                part = PartFile(self._files, path, key, size)
                self._locks[path] = lock.pop_all()
        return part

    def _claimed(self, key: FileKey) -> tuple[PurePath, ExitStack]:
        """A place of its own; another process may be at the same file."""
        with self._gate():
            for number in count(1):
                path = self._parts / f"{_stem(key)}.{number}.part"
                with ExitStack() as stack:
                    try:
                        lock = self._files.lock(journal_of(path), create=True, wait=False)
                        stack.enter_context(lock)
                    except BlockingIOError:
                        continue
                    return path, stack.pop_all()
        raise AssertionError("unreachable")

    def _finish(self, part: PartFile) -> Stored:
        with file_errors(part.path):
            try:
                content = self._sealed(part)
                self._publish(part.path, content, keep=part.is_in_pieces)
            except BaseException:
                quietly(lambda: self._let_go(part))
                raise
            quietly(lambda: self._let_go(part) if part.is_in_pieces else self._drop(part))
        return stored(part.key, content)

    def _sealed(self, part: PartFile) -> Content:
        """Its content, once it is known to be whole and on the disk."""
        size = part.settle()
        if part.size is None and not is_whole(b"".join(part.chunks(size, CHUNK))):
            self._drop(part)
            raise FileFailed("incomplete")
        try:
            part.fsync()
        except OSError:
            # After a sync that failed nobody knows what is on the disk.
            quietly(lambda: self._drop(part))
            raise
        return read(part.chunks(size, CHUNK))

    def _publish(self, path: PurePath, content: Content, *, keep: bool = False) -> None:
        """Put a file that is on the disk in its place, unless the same one is there, whole.

        ``keep``: it has its first name as well, where the disk knows how.
        """
        target = self.root / stored_name(content.sha256, content.type)
        self._files.make_folder(target.parent)
        if not self._is_there(target, content) and not (keep and self._linked(path, target)):
            self._files.replace(path, target)
        self._files.sync_folder(target.parent)

    def _linked(self, path: PurePath, target: PurePath) -> bool:
        try:
            self._files.link(path, target)
        except OSError as error:
            if error.errno in _NO_LINKS:
                return False
            raise
        return True

    def _is_there(self, target: PurePath, content: Content) -> bool:
        if self._files.size(target) != content.size:
            return False
        with self._files.open(target) as file:
            chunks = (file.pread(CHUNK, at) for at in range(0, content.size, CHUNK))
            if read(chunks).sha256 != content.sha256:
                return False
            # It may have come from a backup a moment ago.
            file.fsync()
        return True

    def _drop(self, part: PartFile) -> None:
        """Remove what is left of a file under its first name, and let go of it."""
        with file_errors(part.path):
            try:
                self._remove(part.path)
            finally:
                self._let_go(part)

    def _remove(self, path: PurePath) -> None:
        with self._gate():
            remove(self._files, path)

    def _let_go(self, part: PartFile) -> None:
        lock = self._locks.pop(part.path, None)
        if lock is not None:
            with lock:
                part.close()

    def _add(self, key: FileKey, stream: Copying, size: int) -> Stored:
        if size > self._room():
            raise DiskFull(
                f"There is no space left for a file of {size:,} bytes beside the reserve."
            )
        with file_errors(self._parts):
            self._files.make_folder(self._parts)
            path, lock = self._claimed(key)
            with lock:
                try:
                    content = self._copy(stream, path, size)
                    self._publish(path, content)
                finally:
                    quietly(lambda: self._remove(path))
        return stored(key, content)

    def _copy(self, stream: Copying, path: PurePath, size: int) -> Content:
        self._files.unlink(path)
        with self._files.create(path) as file:
            content = read(stream.into(file.write, size))
            if size and content.size != size:
                raise FileFailed("truncated")
            file.fsync()
        return content

    def _gate(self) -> AbstractContextManager[None]:
        return gate(self._files, self._parts)


def default_reserve(disk: int) -> int:
    """Bytes to leave free on a disk of this size."""
    return max(RESERVE_BYTES, int(disk * RESERVE_SHARE))


def _stem(key: FileKey) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
