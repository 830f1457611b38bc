"""Files on a disk, as everybody but the disk sees them: the port ``FileOps`` and what it promises.

Whoever writes a file gets a ``FileOps`` as an argument, so that a test can fail each
operation in its turn; ``headrace.blobs.files`` has the one that touches the disk. Paths
here are names only: whoever holds one can ask nothing of the disk but through the port.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import PurePath
from types import TracebackType
from typing import Protocol, Self

from headrace.errors import ArchiveError, ArchiveReadOnly, DiskFull

_FULL = {errno.ENOSPC, errno.EDQUOT}
_FORBIDDEN = {errno.EROFS, errno.EACCES, errno.EPERM}


class Closing(Protocol):
    """Something open, closed at the end of the block that it is used for."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


class OpenFile(Closing, Protocol):
    """A file open for reading and writing. Methods may be called from any thread.

    All of them raise ``OSError`` with the name of the file; what was written before is
    on the disk for certain only when ``fsync`` has returned.
    """

    def write(self, content: bytes | memoryview) -> None:
        """Add all of it at the end."""

    def pwrite(self, content: bytes | memoryview, offset: int) -> None:
        """Put all of it at an offset, in bytes; what lies between stays or becomes zeros."""

    def pread(self, size: int, offset: int) -> bytes:
        """Up to ``size`` bytes from an offset; fewer only at the end of the file."""

    def truncate(self, size: int) -> None:
        """Cut or lengthen the file to a size in bytes."""

    def fsync(self) -> None:
        """Return when content and size are on the disk."""

    def close(self) -> None:
        """Let go of the file; a second time does nothing."""


class FileOps(Protocol):
    """The operations on files; each raises ``OSError`` with the name of the file."""

    def create(self, path: PurePath, *, mode: int = 0o600) -> OpenFile:
        """A new, empty file; ``FileExistsError`` where there is one."""

    def open(self, path: PurePath, *, mode: int = 0o600) -> OpenFile:
        """A file as it is, or a new one with this mode."""

    def read(self, path: PurePath) -> bytes:
        """All of a file."""

    def size(self, path: PurePath) -> int | None:
        """In bytes; nothing where there is no file."""

    def replace(self, source: PurePath, target: PurePath) -> None:
        """Give a file another name on the same disk, in place of whatever has it."""

    def link(self, source: PurePath, target: PurePath) -> None:
        """Give a file a second name; ``FileExistsError`` where that is taken."""

    def clone(self, source: PurePath, target: PurePath) -> None:
        """A copy that shares its blocks until one is changed; ``OSError`` where no disk can."""

    def set_time(self, path: PurePath, seconds: int) -> None:
        """Say when a file was changed, in Unix seconds."""

    def links(self, path: PurePath) -> int:
        """How many names a file has."""

    def resolved(self, path: PurePath) -> PurePath:
        """The same place by a way without links; what is not there yet stays as it is."""

    def changed(self, path: PurePath) -> int | None:
        """When a file was changed, in whole Unix seconds; nothing where there is none."""

    def unlink(self, path: PurePath) -> None:
        """Remove a file; one that is not there counts as removed."""

    def chmod(self, path: PurePath, mode: int) -> None:
        """Say who may do what."""

    def make_folder(self, path: PurePath) -> None:
        """Make a folder and those above it, mode 0700; one that is there is left as it is."""

    def remove_folder(self, path: PurePath) -> None:
        """Remove an empty folder; one that is not there counts as removed."""

    def sync_folder(self, path: PurePath) -> None:
        """Return when the names in a folder are on the disk."""

    def names(self, path: PurePath) -> list[str]:
        """What lies in a folder, sorted; nothing where there is none."""

    def free_space(self, path: PurePath) -> int:
        """Bytes that this user may still write to the disk of a file or folder."""

    def disk_size(self, path: PurePath) -> int:
        """Bytes that the disk of a file or folder has in all."""

    def lock(
        self, path: PurePath, *, create: bool = False, wait: bool = True
    ) -> AbstractContextManager[None]:
        """Hold a file or folder against other processes; it is let go when this one ends.

        ``create`` makes the file where there is none. Without ``wait``, ``BlockingIOError``
        when another holds it.
        """


def write_whole(files: FileOps, path: PurePath, content: bytes, *, mode: int = 0o600) -> None:
    """Put a file in place: whole or not at all, and on the disk when this returns.

    Of two writers at once one may fail; neither leaves a torn file. What a killed one left
    is taken away by the next.

    Raises:
        DiskFull, ArchiveReadOnly, ArchiveError: the old file, if any, is as it was.
    """
    unfinished = partial(path)
    with file_errors(path):
        files.unlink(unfinished)
        try:
            with files.create(unfinished, mode=mode) as file:
                file.write(content)
                file.fsync()
            files.replace(unfinished, path)
        except BaseException:
            with suppress(OSError):
                files.unlink(unfinished)
            raise
        files.sync_folder(path.parent)


def partial(path: PurePath) -> PurePath:
    """Where a file is written before it gets its name."""
    return path.with_name(f".{path.name}.part")


@contextmanager
def file_errors(path: PurePath | None = None) -> Iterator[None]:
    """Translate what the operations raise into the errors for people, about ``path`` if given."""
    try:
        yield
    except OSError as error:
        raise file_error(error, path) from error


def file_error(error: OSError, path: PurePath | None = None) -> ArchiveError:
    """The error for people; it names ``path``, or else the file that the system names."""
    named = path or error.filename2 or error.filename
    if error.errno in _FULL:
        return DiskFull(f"There is no space left to write {named}." if named else "")
    name, reason = named or "The archive", error.strerror or error
    if error.errno in _FORBIDDEN:
        return ArchiveReadOnly(
            f"{name} cannot be written to: {reason}.",
            hint="Check its owner and mode, and whether the disk accepts changes.",
        )
    return ArchiveError(
        f"{name} cannot be used: {reason}.", hint="Check the disk, then run the command again."
    )
