"""Exports packed as zip archives, read in place; nothing is ever unpacked to disk.

An archive is judged by its directory before a byte of it is unpacked: how much it claims to
hold, how well it is packed, and what its names are. ``zipfile`` then holds each member to
the length and checksum that it claims.
"""

from __future__ import annotations

import os
import stat
import struct
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Self

from headrace.desktop.folders import ZIP_FAULTS, ZipFolder, root_of
from headrace.errors import BrokenExport, NotSupported

#: Real exports of whole accounts hold some hundred thousand files.
MAX_ENTRIES = 500_000
#: The directory is read as one; half a million long names fit.
MAX_DIRECTORY = 128 << 20
#: Unpacked bytes of all members.
MAX_TOTAL = 1 << 40
#: Unpacked for each packed byte; pretty-printed JSON comes to about 20.
MAX_RATIO = 100
#: Below this length a ratio says nothing.
_SMALL = 1 << 16

_END = struct.Struct("<4s4H2LH")
_END_64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR = struct.Struct("<4sLQL")
_UNPACKED_AT_ONCE = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_HINT = "Unpack it yourself if you trust it, and import the folder: headrace import FOLDER"


class ZipExport:
    """An export in a zip archive: its ``result.json`` at the top or in one folder."""

    def __init__(self, path: Path) -> None:
        """Raises ``BrokenExport`` or ``NotSupported`` where the archive is not to be trusted."""
        self.path = path
        with self._archive() as archive:
            entries = archive.infolist()
            _judge(path, entries)
            self._member = _result_of(path, entries)

    def open(self) -> Member:
        """Its JSON from the first byte."""
        archive = self._archive()
        try:
            return Member(archive, self._member, self.path)
        except ZIP_FAULTS as error:
            archive.close()
            raise _damaged(self.path) from error

    @contextmanager
    def folder(self) -> Iterator[ZipFolder]:
        """Where its paths begin; the archive is held open."""
        with self._archive() as archive:
            yield ZipFolder(archive, root_of(self._member.filename))

    def _archive(self) -> zipfile.ZipFile:
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        number = os.open(self.path, flags)
        file = os.fdopen(number, "rb")
        try:
            _judge_file(self.path, file)
            return _Owning(file)
        except ZIP_FAULTS as error:
            file.close()
            raise _damaged(self.path) from error
        except BaseException:
            file.close()
            raise


class _Owning(zipfile.ZipFile):
    """An archive that closes its file."""

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__(file)
        self._file = file

    def close(self) -> None:
        super().close()
        self._file.close()


class Member:
    """The stream of one member; its damages are told as those of the export."""

    def __init__(self, archive: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path) -> None:
        self._archive = archive
        self._path = path
        self._stream = archive.open(member)

    def read(self, size: int = -1) -> bytes:
        try:
            return self._stream.read(size)
        except ZIP_FAULTS as error:
            raise _damaged(self._path) from error

    def seek(self, offset: int) -> int:
        try:
            return self._stream.seek(offset)
        except ZIP_FAULTS as error:
            raise _damaged(self._path) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()
        self._archive.close()


def _judge_file(path: Path, file: IO[bytes]) -> None:
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        raise BrokenExport(f"{path} is no regular file.", hint=_HINT)
    if _directory_size(file) > MAX_DIRECTORY:
        raise _refused(path, "its list of contents is too long")


def _judge(path: Path, entries: Sequence[zipfile.ZipInfo]) -> None:
    if len(entries) > MAX_ENTRIES:
        raise _refused(path, f"it holds more than {MAX_ENTRIES:,} files")
    names = set()
    total = packed = 0
    for entry in entries:
        name = entry.filename
        if not _is_safe(name) or not _is_plain(entry):
            raise _refused(path, f"it holds {name[:80]!r}, which is no file of an export")
        if name in names:
            raise _refused(path, f"it holds {name[:80]!r} twice")
        names.add(name)
        if entry.file_size > max(_SMALL, MAX_RATIO * entry.compress_size):
            raise _refused(path, f"{name[:80]!r} in it is packed too tightly to be honest")
        total += entry.file_size
        packed += entry.compress_size
    if total > MAX_TOTAL or total > max(_SMALL, MAX_RATIO * packed):
        raise _refused(path, "it would unpack to more than is plausible")


def _is_safe(name: str) -> bool:
    """A relative path that stays where it is, on every system."""
    parts = PurePosixPath(name).parts
    return (
        bool(parts)
        and not name.startswith("/")
        and "\\" not in name
        and ":" not in parts[0]
        and ".." not in parts
        and min(name) >= " "
    )


def _is_plain(entry: zipfile.ZipInfo) -> bool:
    kind = stat.S_IFMT(entry.external_attr >> 16)
    return kind in (0, stat.S_IFREG, stat.S_IFDIR)


def _result_of(path: Path, entries: Sequence[zipfile.ZipInfo]) -> zipfile.ZipInfo:
    """The one ``result.json`` that lies highest."""
    found = sorted(
        (entry for entry in entries if PurePosixPath(entry.filename).name == "result.json"),
        key=lambda entry: entry.filename.count("/"),
    )
    if not found:
        if any(PurePosixPath(entry.filename).match("messages*.html") for entry in entries):
            raise NotSupported(
                f"{path} is an export in HTML, which leaves out too much; headrace reads JSON.",
                hint="Export again in Telegram Desktop, Format: Machine-readable JSON.",
            )
        raise BrokenExport(f"There is no result.json in {path}.", hint=_HINT)
    depth = found[0].filename.count("/")
    if sum(entry.filename.count("/") == depth for entry in found) > 1:
        raise BrokenExport(f"There are several exports in {path}.", hint=_HINT)
    if found[0].flag_bits & 1:
        raise BrokenExport(f"{path} is locked with a password.", hint=_HINT)
    if found[0].compress_type not in _UNPACKED_AT_ONCE:
        raise BrokenExport(f"{path} is packed by a method that headrace does not read.", hint=_HINT)
    return found[0]


def _directory_size(file: IO[bytes]) -> int:
    """The length of the archive's directory, before ``zipfile`` reads it as one."""
    end = file.seek(0, os.SEEK_END)
    start = max(0, end - (1 << 16) - _END.size)
    file.seek(start)
    tail = file.read()
    at = tail.rfind(b"PK\5\6")
    if at < 0 or at + _END.size > len(tail):
        raise zipfile.BadZipFile
    size: int = _END.unpack_from(tail, at)[5]
    before = at - _LOCATOR.size
    if before >= 0 and tail[before : before + 4] == b"PK\6\7":
        file.seek(_LOCATOR.unpack_from(tail, before)[2])
        size = max(size if size < 2**32 - 1 else 0, _END_64.unpack(file.read(_END_64.size))[8])
    return size


def _refused(path: Path, why: str) -> BrokenExport:
    return BrokenExport(f"{path} is not opened: {why}.", hint=_HINT)


def _damaged(path: Path) -> BrokenExport:
    return BrokenExport(
        f"{path} is no zip archive that can be read to its end.",
        hint="Copy it anew, or unpack it and import the folder.",
    )
