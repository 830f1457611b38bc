"""Opening an export: a folder, its ``result.json``, or a zip archive of either.

Of a folder only one regular file in it is opened, never through a link; the paths that the
export itself names are opened by ``folders.py``.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import IO, Protocol

from headrace.desktop.folders import Folder, disk_folder
from headrace.desktop.zips import Member, ZipExport
from headrace.errors import BrokenExport, NotSupported

RESULT = "result.json"
#: The JSON of an export as a stream.
Stream = IO[bytes] | Member

_BOM = b"\xef\xbb\xbf"

HOW_TO_EXPORT = (
    "In Telegram Desktop: the chat's menu ⋮, Export chat history, Format: Machine-readable JSON. "
    "Then: headrace import FOLDER"
)


class Export(Protocol):
    """An export that was found; it can be read from the start as often as needed."""

    path: Path

    def open(self) -> Stream:
        """Its JSON from the first byte."""

    def folder(self) -> AbstractContextManager[Folder]:
        """Where the paths in it begin, held open."""


class FileExport:
    """An export whose JSON lies open in a folder."""

    def __init__(self, file: Path) -> None:
        """Raises ``BrokenExport`` where ``file`` is no regular file."""
        self.path = file
        self.open().close()

    def open(self) -> IO[bytes]:
        """Its JSON from the first byte; a link or a device in its place is refused."""
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        folder = -1
        try:
            folder = os.open(self.path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            number = os.open(self.path.name, flags, dir_fd=folder)
        except OSError as error:
            raise _unreadable(self.path, error) from None
        finally:
            if folder >= 0:
                os.close(folder)
        if not stat.S_ISREG(os.fstat(number).st_mode):
            os.close(number)
            raise BrokenExport(f"{self.path} is no regular file.", hint=HOW_TO_EXPORT)
        return os.fdopen(number, "rb", buffering=0)

    def folder(self) -> AbstractContextManager[Folder]:
        """The folder that the file lies in."""
        return disk_folder(self.path.parent)


def looks_like_path(ref: str) -> bool:
    """Whether what a user typed means a file here and not a channel at Telegram."""
    if not ref or ref.startswith("@") or "\0" in ref or "://" in ref:
        return False
    path = _existing(ref)
    if path is not None:
        named = "/" in ref or path.suffix.lower() in (".json", ".zip", ".html")
        return named or _is_export_folder(path)
    whole = ref.partition("#")[0].lower()
    return whole.endswith((".json", ".zip")) or whole.startswith(("/", "./", "../", "~"))


def split_reference(ref: str) -> tuple[Path, str]:
    """The path, and which chat of it is meant (``PATH#NAME``); nothing where none is named."""
    path = Path(ref).expanduser()
    if "#" not in ref or path.exists():
        return path, ""
    name, _, which = ref.rpartition("#")
    return Path(name).expanduser(), which


def find_export(path: Path) -> Export:
    """The export at a path.

    Raises:
        BrokenExport: there is none, or it cannot be read.
        NotSupported: it is one in HTML.
    """
    try:
        path = path.resolve(strict=True)
    except (OSError, RuntimeError):
        raise BrokenExport(f"There is nothing at {path}.", hint=HOW_TO_EXPORT) from None
    if path.is_dir():
        return _in_folder(path)
    if path.suffix.lower() in (".html", ".htm"):
        raise _html_only(path)
    found = FileExport(path)
    with opened(found) as stream:
        packed = stream.read(4).startswith(b"PK")
    try:
        return ZipExport(path) if packed or path.suffix.lower() == ".zip" else found
    except OSError as error:
        raise _unreadable(path, error) from None


@contextmanager
def opened(export: Export) -> Iterator[Stream]:
    """The JSON behind a byte order mark, if there is one.

    Raises:
        BrokenExport: also while it is read, where the medium or the archive fails.
    """
    try:
        with export.open() as stream:
            yield stream
    except OSError as error:
        raise _unreadable(export.path, error) from None


def mark_length(export: Export) -> int:
    """Bytes before the JSON."""
    with opened(export) as stream:
        return len(_BOM) if stream.read(len(_BOM)) == _BOM else 0


def _in_folder(folder: Path) -> Export:
    if os.path.lexists(folder / RESULT):
        return FileExport(folder / RESULT)
    if _has_pages(folder):
        raise _html_only(folder)
    raise BrokenExport(f"There is no {RESULT} in {folder}.", hint=HOW_TO_EXPORT)


def _existing(ref: str) -> Path | None:
    try:
        path = split_reference(ref)[0]
        return path if path.exists() or path.is_symlink() else None
    except (OSError, RuntimeError, ValueError):
        return None


def _is_export_folder(path: Path) -> bool:
    return path.is_dir() and (os.path.lexists(path / RESULT) or _has_pages(path))


def _html_only(path: Path) -> NotSupported:
    return NotSupported(
        f"{path} is an export in HTML, which leaves out too much; headrace reads JSON.",
        hint=HOW_TO_EXPORT,
    )


def _has_pages(folder: Path) -> bool:
    try:
        return any(folder.glob("messages*.html"))
    except OSError:
        return False


def _unreadable(path: Path, error: OSError) -> BrokenExport:
    link = "it is a link" if path.is_symlink() else (error.strerror or type(error).__name__).lower()
    return BrokenExport(f"{path} cannot be read: {link}.", hint=HOW_TO_EXPORT)
