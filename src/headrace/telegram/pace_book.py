"""The pace book of an account: its learned limits, kept in a file between runs."""

from __future__ import annotations

from pathlib import Path

import msgspec

from headrace.telegram.limits import Limit
from headrace.telegram.private_files import write_private


class PaceBook:
    """Limits by class of methods. Without a path it lives in memory only."""

    def __init__(self, path: Path | None = None) -> None:
        """Read the file; a missing or damaged one counts as empty: limits are learned anew."""
        self._path = path
        self.limits: dict[str, Limit] = {}
        if path is not None:
            try:
                self.limits = msgspec.json.decode(path.read_bytes(), type=dict[str, Limit])
            except (OSError, msgspec.MsgspecError):
                self.limits = {}

    def limit(self, name: str) -> Limit:
        """The limit of a class, empty at first; changes to it stay in the book."""
        return self.limits.setdefault(name, Limit())

    def save(self) -> None:
        """Write the file (0600, atomic)."""
        if self._path is not None:
            write_private(self._path, msgspec.json.encode(self.limits))
