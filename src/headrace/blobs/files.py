"""The one place that touches files on the disk; ``headrace.model.files`` says what it promises."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePath
from types import TracebackType
from typing import Self

#: Linux's FICLONE; other systems refuse the number.
_CLONE = 0x40049409
_CREATE = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC


class LocalFile:
    """An open file of the local disk."""

    def __init__(self, descriptor: int, path: PurePath) -> None:
        """Own the descriptor from here on."""
        self._descriptor: int | None = descriptor
        self._path = path

    def write(self, content: bytes | memoryview) -> None:
        """Add all of it at the end."""
        with _naming(self._path):
            self._put(content, os.fstat(self._number).st_size)

    def pwrite(self, content: bytes | memoryview, offset: int) -> None:
        """Put all of it at an offset."""
        with _naming(self._path):
            self._put(content, offset)

    def pread(self, size: int, offset: int) -> bytes:
        """Up to ``size`` bytes from an offset."""
        read = bytearray()
        with _naming(self._path):
            while len(read) < size:
                piece = os.pread(self._number, size - len(read), offset + len(read))
                if not piece:
                    break
                read += piece
        return bytes(read)

    def truncate(self, size: int) -> None:
        """Cut or lengthen the file."""
        with _naming(self._path):
            os.ftruncate(self._number, size)

    def fsync(self) -> None:
        """Return when content and size are on the disk."""
        with _naming(self._path):
            os.fsync(self._number)

    def fileno(self) -> int:
        """Its descriptor."""
        return self._number

    def close(self) -> None:
        """Let go of the file."""
        number, self._descriptor = self._descriptor, None
        if number is not None:
            with _naming(self._path):
                os.close(number)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def _number(self) -> int:
        if self._descriptor is None:
            raise ValueError(f"{self._path} is closed")
        return self._descriptor

    def _put(self, content: bytes | memoryview, offset: int) -> None:
        left = memoryview(content).cast("B")
        while left:
            written = os.pwrite(self._number, left, offset)
            left, offset = left[written:], offset + written


class LocalFiles:
    """``FileOps`` on the local disk."""

    def create(self, path: PurePath, *, mode: int = 0o600) -> LocalFile:
        """A new, empty file."""
        return LocalFile(os.open(path, _CREATE | os.O_EXCL, mode), path)

    def open(self, path: PurePath, *, mode: int = 0o600) -> LocalFile:
        """A file as it is, or a new one."""
        return LocalFile(os.open(path, _CREATE, mode), path)

    def read(self, path: PurePath) -> bytes:
        """All of a file."""
        with _naming(path):
            return Path(path).read_bytes()

    def size(self, path: PurePath) -> int | None:
        """In bytes; nothing where there is no file."""
        try:
            return os.stat(path).st_size  # noqa: PTH116 - a pure path cannot be asked
        except FileNotFoundError:
            return None

    def replace(self, source: PurePath, target: PurePath) -> None:
        """Give a file another name, in place of whatever has it."""
        Path(source).replace(target)

    def link(self, source: PurePath, target: PurePath) -> None:
        """Give a file a second name."""
        Path(target).hardlink_to(source)

    def clone(self, source: PurePath, target: PurePath) -> None:
        """A copy that shares its blocks; none is left where that cannot be."""
        number = os.open(source, os.O_RDONLY | os.O_CLOEXEC)
        with LocalFile(number, source), LocalFiles.create(self, target) as copy, _naming(target):
            try:
                fcntl.ioctl(copy.fileno(), _CLONE, number)
            except OSError:
                Path(target).unlink()
                raise

    def set_time(self, path: PurePath, seconds: int) -> None:
        """Say when a file was changed."""
        os.utime(path, (seconds, seconds))

    def links(self, path: PurePath) -> int:
        """How many names a file has."""
        return os.stat(path).st_nlink  # noqa: PTH116 - a pure path cannot be asked

    def resolved(self, path: PurePath) -> PurePath:
        """The same place by a way without links."""
        return Path(path).resolve()

    def changed(self, path: PurePath) -> int | None:
        """When a file was changed."""
        try:
            return int(os.stat(path).st_mtime)  # noqa: PTH116 - a pure path cannot be asked
        except FileNotFoundError:
            return None

    def unlink(self, path: PurePath) -> None:
        """Remove a file, if it is there."""
        Path(path).unlink(missing_ok=True)

    def chmod(self, path: PurePath, mode: int) -> None:
        """Say who may do what."""
        Path(path).chmod(mode)

    def make_folder(self, path: PurePath) -> None:
        """Make a folder and those above it, each on the disk before what lies in it."""
        folder = Path(path)
        if folder.is_dir():
            return
        self.make_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
        LocalFiles.sync_folder(self, folder.parent)

    def remove_folder(self, path: PurePath) -> None:
        """Remove an empty folder, if it is there."""
        with suppress(FileNotFoundError):
            Path(path).rmdir()

    def sync_folder(self, path: PurePath) -> None:
        """Return when the names in a folder are on the disk."""
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        with LocalFile(descriptor, path) as folder:
            folder.fsync()

    def names(self, path: PurePath) -> list[str]:
        """What lies in a folder, sorted; nothing where there is none."""
        try:
            return sorted(os.listdir(path))  # noqa: PTH208 - a pure path cannot be asked
        except FileNotFoundError:
            return []

    def free_space(self, path: PurePath) -> int:
        """Bytes that this user may still write."""
        found = os.statvfs(path)
        return found.f_bavail * found.f_frsize

    def disk_size(self, path: PurePath) -> int:
        """Bytes of the whole disk."""
        found = os.statvfs(path)
        return found.f_blocks * found.f_frsize

    @contextmanager
    def lock(self, path: PurePath, *, create: bool = False, wait: bool = True) -> Iterator[None]:
        """Hold a file or folder against other processes."""
        flags = os.O_RDONLY | os.O_CLOEXEC | (os.O_CREAT if create else 0)
        descriptor = os.open(path, flags, 0o600)
        try:
            with _naming(path):
                fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            yield
        finally:
            os.close(descriptor)


@contextmanager
def _naming(path: PurePath) -> Iterator[None]:
    """Say which file it was: operations on a descriptor do not know."""
    try:
        yield
    except OSError as error:
        if error.filename is None:
            error.filename = str(path)
        raise
