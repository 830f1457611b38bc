"""The files of an export, opened one by one: never through a link, never outside its folder.

Each folder on the way is opened from the one before it, so that nobody can slip a link in
between looking and opening.
"""

from __future__ import annotations

import errno
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Protocol, Self

from headrace.desktop.files import is_inside
from headrace.errors import BrokenExport, FileAbsent, FileFailed
from headrace.model.download import Readable

_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
#: What a path leads to that is not there, or is no file that an export would write.
_NOTHING = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG, errno.ENXIO, errno.EINVAL)


#: What reading a file or a member may raise; not implemented is a compression that Python lacks.
ZIP_FAULTS = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OverflowError,
    struct.error,
    OSError,
)


class Folder(Protocol):
    """Where the paths of an export begin."""

    def open(self, path: str) -> Readable:
        """A file by the path that the export gives.

        Raises:
            FileAbsent: ``outside``, ``not_in_export`` (nothing is there), or ``no_file``
                (a link, a folder, a device).
            FileFailed: ``unreadable``.
        """


class DiskFolder:
    """The folder that an export was written into."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def open(self, path: str) -> Readable:
        """A regular file below the folder, by a way without links."""
        if not is_inside(path):
            raise FileAbsent("outside")
        *folders, name = path.split("/")
        here = os.dup(self._descriptor)
        try:
            for folder in folders:
                below = os.open(folder, _FLAGS | os.O_DIRECTORY, dir_fd=here)
                os.close(here)
                here = below
            number = os.open(name, _FLAGS, dir_fd=here)
        except OSError as error:
            raise _refusal(error) from error
        finally:
            os.close(here)
        found = os.fstat(number)
        if not stat.S_ISREG(found.st_mode):
            os.close(number)
            raise FileAbsent("no_file")
        return _Reading(os.fdopen(number, "rb", buffering=0), found.st_size)


class ZipFolder:
    """The folder in an archive that has passed judgement (``zips.py``)."""

    def __init__(self, archive: zipfile.ZipFile, root: str) -> None:
        """``root``: the folder of ``result.json``, with its slash, or nothing."""
        self._archive = archive
        self._root = root

    def open(self, path: str) -> Readable:
        """A member by its name."""
        if not is_inside(path):
            raise FileAbsent("outside")
        try:
            member = self._archive.getinfo(self._root + path)
        except KeyError:
            raise FileAbsent("not_in_export") from None
        if member.is_dir():
            raise FileAbsent("no_file")
        try:
            return _Reading(self._archive.open(member), member.file_size)
        except ZIP_FAULTS as error:
            raise FileFailed("unreadable") from error


class _Reading:
    """A stream whose faults cost this file only."""

    def __init__(self, stream: IO[bytes], size: int) -> None:
        self._stream = stream
        #: In bytes, as the disk or the archive says.
        self.size = size

    def read(self, size: int = -1, /) -> bytes:
        try:
            return self._stream.read(size)
        except ZIP_FAULTS as error:
            raise FileFailed("unreadable") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()


@contextmanager
def disk_folder(path: Path) -> Iterator[DiskFolder]:
    """A folder, held open."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise BrokenExport(f"{path} cannot be read: {error.strerror}.") from error
    try:
        yield DiskFolder(descriptor)
    finally:
        os.close(descriptor)


def root_of(member: str) -> str:
    """The folder of a member, with its slash; nothing at the top."""
    parent = PurePosixPath(member).parent.as_posix()
    return "" if parent == "." else f"{parent}/"


def _refusal(error: OSError) -> FileAbsent | FileFailed:
    if error.errno == errno.ENOENT:
        return FileAbsent("not_in_export")
    return FileAbsent("no_file") if error.errno in _NOTHING else FileFailed("unreadable")
