"""Files out of the archive: into a folder, under names for people, with their captions.

The folder keeps a list of what was put into it (``LIST``), one line a file, so that another run
adds only what is new, whatever else has happened in the archive meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import NamedTuple

import msgspec

from headrace.errors import UsageError
from headrace.export.copying import Copier
from headrace.model.chat import Chat
from headrace.model.exportable import Exportable
from headrace.model.files import FileOps, file_errors, write_whole
from headrace.transform.filenames import distinct
from headrace.transform.name_templates import Named, NameTemplate
from headrace.transform.plain_text import to_plain

#: What a folder holds, in the folder itself.
LIST = ".headrace-files.jsonl"
_CAPTION = ".txt"


class Line(msgspec.Struct, frozen=True):
    """One line of the list."""

    chat: int
    id: int
    key: str
    path: str


class Outcome(msgspec.Struct, kw_only=True):
    """What an export did; printed by ``export files --json`` as it is."""

    folder: str
    new: int = 0
    #: Were put there by an earlier run, and still are.
    there: int = 0
    #: The archive's row speaks of a file that is not on the disk.
    missing: int = 0
    captions: int = 0
    #: Of what is new, in bytes, and how it got there: ``cloned``, ``linked`` or ``copied``.
    bytes: int = 0
    ways: dict[str, int] = msgspec.field(default_factory=dict)


class _Place(NamedTuple):
    chat: int
    id: int
    key: str


@dataclass(slots=True)
class FileExport:
    """One folder that files are put into. Methods block; run them beside the event loop."""

    files: FileOps
    folder: PurePath
    #: Where the archive has a file, given its hash and extension.
    source: Callable[[str, str], PurePath]
    template: NameTemplate
    copier: Copier
    outcome: Outcome
    _known: dict[_Place, str] = field(default_factory=dict)
    #: Of each folder in it, the names that are on the disk or in the list.
    _taken: dict[str, list[str]] = field(default_factory=dict)
    _listed: set[str] = field(default_factory=set)

    def open(self) -> None:
        """Make the folder, and read what it holds.

        Raises:
            UsageError: it holds things that headrace has not put there.
            ArchiveError: the disk fails.
        """
        with file_errors(self.folder):
            self.files.make_folder(self.folder)
            names = self.files.names(self.folder)
            if LIST in names:
                self._read(self.files.read(self.folder / LIST))
            elif names:
                raise UsageError(
                    f"{self.folder} is not empty, and nothing in it is headrace's.",
                    hint="Name a new folder, or one that an export was put into before.",
                )
            else:
                # From here on the folder is headrace's, whatever ends the first run.
                self.files.create(self.folder / LIST).close()

    def put(self, chat: Chat, batch: Iterable[Exportable]) -> None:
        """Put files of a chat into the folder, and note them in its list.

        Raises:
            DiskFull, ArchiveError: what was put there is whole and noted.
        """
        added: list[Line] = []
        try:
            for one in batch:
                with file_errors():
                    added += self._one(chat, one)
        finally:
            self._note(added)

    def _read(self, content: bytes) -> None:
        for raw in content.splitlines():
            try:
                line = msgspec.json.decode(raw, type=Line)
            except msgspec.DecodeError:
                continue  # cut off when the one who wrote it was ended
            self._known[_Place(line.chat, line.id, line.key)] = line.path
            self._listed.add(line.path)

    def _one(self, chat: Chat, one: Exportable) -> list[Line]:
        place = _Place(chat.id, one.id, one.key)
        earlier = self._known.get(place)
        if earlier is not None and self.files.size(self.folder / earlier) == one.size:
            self.outcome.there += 1
            return []
        found = self.source(one.sha256, one.extension)
        if self.files.size(found) != one.size:
            self.outcome.missing += 1
            return []
        path = self._free_path(chat, one) if earlier is None else PurePath(earlier)
        target = self.folder / path
        with file_errors(target):
            self.files.make_folder(target.parent)
            way = self.copier.put(found, target, one.date)
        if one.text:
            text = to_plain(one.text, one.entities) + "\n"
            write_whole(self.files, target.with_name(target.name + _CAPTION), text.encode())
            self.outcome.captions += 1
        self.outcome.new += 1
        self.outcome.bytes += one.size
        self.outcome.ways[way] = self.outcome.ways.get(way, 0) + 1
        self._known[place] = str(path)
        self._listed.add(str(path))
        return [] if earlier else [Line(chat.id, one.id, one.key, str(path))]

    def _free_path(self, chat: Chat, one: Exportable) -> PurePath:
        """A name that nothing in the folder has, nor has the caption beside it."""
        named = Named(
            channel=chat.username or chat.title or str(chat.id),
            date=one.date,
            id=one.id,
            name=one.name,
            ext=one.extension,
            kind=one.kind,
        )
        wanted = PurePath(self.template.path(named))
        taken = self._names(wanted.parent)
        if wanted.name in taken and self._is_ours(wanted, one):
            return wanted
        occupied = [*taken, *(name + _CAPTION for name in taken)]
        path = wanted.with_name(distinct([*occupied, wanted.name])[-1])
        taken.append(path.name)
        return path

    def _names(self, folder: PurePath) -> list[str]:
        if str(folder) not in self._taken:
            with file_errors(self.folder / folder):
                found = {*self.files.names(self.folder / folder)}
            found |= {PurePath(p).name for p in self._listed if PurePath(p).parent == folder}
            self._taken[str(folder)] = sorted(found)
        return self._taken[str(folder)]

    def _is_ours(self, path: PurePath, one: Exportable) -> bool:
        """Whether a run that was ended before it could note it has put the file there."""
        target = self.folder / path
        is_same = self.files.size(target) == one.size and self.files.changed(target) == one.date
        return str(path) not in self._listed and is_same

    def _note(self, lines: list[Line]) -> None:
        if not lines:
            return
        with file_errors(self.folder / LIST), self.files.open(self.folder / LIST) as file:
            file.write(b"".join(msgspec.json.encode(line) + b"\n" for line in lines))
            file.fsync()
