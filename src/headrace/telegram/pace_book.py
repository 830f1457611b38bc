"""The pace book of an account: its learned limits, kept in a file between runs."""

from __future__ import annotations

from pathlib import Path
from typing import Self

import msgspec

from headrace.model.files import FileOps, file_errors, write_whole
from headrace.telegram.limits import Limit
from headrace.telegram.rates import Rate

_FILES, _HISTORY = "files", "history"


class PaceBook:
    """Limits by class of methods. Without a file it lives in memory only."""

    def __init__(self) -> None:
        """Empty."""
        self.limits: dict[str, Limit] = {}
        #: Downloads are limited otherwise than the rest.
        self.rate = Rate()
        self._kept: tuple[FileOps, Path] | None = None

    @classmethod
    def kept(cls, files: FileOps, path: Path) -> Self:
        """Read the file; a missing or damaged one counts as empty: limits are learned anew."""
        book = cls()
        book._kept = (files, path)
        try:
            kept = msgspec.json.decode(files.read(path), type=dict[str, msgspec.Raw])
            book.rate = msgspec.json.decode(kept.pop(_FILES, msgspec.Raw(b"{}")), type=Rate)
            book.limits = {
                name: msgspec.json.decode(limit, type=Limit) for name, limit in kept.items()
            }
        except (OSError, msgspec.MsgspecError):
            book.limits, book.rate = {}, Rate()
        return book

    def limit(self, name: str) -> Limit:
        """The limit of a class, empty at first; changes to it stay in the book."""
        return self.limits.setdefault(name, Limit())

    def least_seconds(self, history: int, files: int) -> float:
        """How long so many requests take by the limits that were learned; 0 where none were."""
        limit, rate = self.limits.get(_HISTORY, Limit()), self.rate.rate
        by_history = 0.0
        if limit.burst and limit.window:
            by_history = max(history - limit.burst, 0) / limit.burst * limit.window
        return max(by_history, files / rate if rate else 0.0)

    def save(self) -> None:
        """Write the file (0600): whole or not at all, and on the disk when this returns.

        Raises:
            DiskFull, ArchiveReadOnly, ArchiveError: the old file, if any, is as it was.
        """
        if self._kept is not None:
            files, path = self._kept
            with file_errors():
                files.make_folder(path.parent)
            write_whole(files, path, msgspec.json.encode({**self.limits, _FILES: self.rate}))
