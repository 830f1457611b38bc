"""The list of what was put into a folder, in the folder itself: one line a file.

A line is on the disk before its file is, so that a run that is ended leaves no file whose name
the next one does not know.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import NamedTuple

import msgspec

from headrace.errors import UsageError
from headrace.model.files import FileOps, file_errors

NAME = ".headrace-files.jsonl"


class Place(NamedTuple):
    """A file of a message."""

    chat: int
    id: int
    key: str


class _Line(msgspec.Struct, frozen=True):
    chat: int
    id: int
    key: str
    path: str


@dataclass(slots=True)
class Listing:
    """The names that files have in a folder, whoever of them is still there."""

    files: FileOps
    folder: PurePath
    _paths: dict[Place, PurePath] = field(default_factory=dict)
    #: The list ends in the middle of a line.
    _is_torn: bool = False

    def open(self) -> None:
        """Read the list, or begin one in an empty folder.

        Raises:
            UsageError: the folder holds things that headrace has not put there.
            ArchiveError: the disk fails.
        """
        with file_errors(self.folder):
            names = self.files.names(self.folder)
            if NAME in names:
                self._read()
            elif names:
                raise UsageError(
                    f"{self.folder} is not empty, and nothing in it is headrace's.",
                    hint="Name a new folder, or one that an export was put into before.",
                )
            else:
                # From here on the folder is headrace's, whatever ends the first run.
                self.files.create(self.folder / NAME).close()
                self.files.sync_folder(self.folder)

    def path(self, place: Place) -> PurePath | None:
        """The name that a file has been given, from the folder."""
        return self._paths.get(place)

    def names(self, folder: PurePath) -> list[str]:
        """Those that lie or have lain in a folder of it."""
        return [path.name for path in self._paths.values() if path.parent == folder]

    def add(self, found: Iterable[tuple[Place, PurePath]]) -> None:
        """Note names; when this returns they are on the disk."""
        lines = b""
        for place, path in found:
            self._paths[place] = path
            lines += msgspec.json.encode(_Line(*place, str(path))) + b"\n"
        if not lines:
            return
        with file_errors(self.folder / NAME), self.files.open(self.folder / NAME) as file:
            file.write((b"\n" if self._is_torn else b"") + lines)
            file.fsync()
        self._is_torn = False

    def _read(self) -> None:
        path = self.folder / NAME
        if self.files.resolved(path) != path:
            raise UsageError(f"{path} is a link.", hint="Name a folder of its own: --out DIR")
        content = self.files.read(path)
        self._is_torn = bool(content) and not content.endswith(b"\n")
        for raw in content.splitlines():
            try:
                line = msgspec.json.decode(raw, type=_Line)
            except msgspec.DecodeError:
                continue  # cut off when the one who wrote it was ended
            named = PurePath(line.path)
            # Whoever has written the list, nothing is put outside the folder.
            if not named.is_absolute() and ".." not in named.parts:
                self._paths[Place(line.chat, line.id, line.key)] = named
