"""Files out of the archive: into a folder, under names for people, with their captions.

Nothing that lies in the folder is ever replaced: what headrace has put there may have been
changed by its owner, and what it has not is none of its business.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import PurePath

import msgspec

from headrace.errors import UsageError
from headrace.export.copying import Copier
from headrace.export.listing import Listing, Place
from headrace.model.chat import Chat
from headrace.model.exportable import Exportable
from headrace.model.files import FileOps, file_errors, write_whole
from headrace.transform.filenames import Names
from headrace.transform.name_templates import Named, NameTemplate
from headrace.transform.plain_text import to_plain

_CAPTION = ".txt"


class Outcome(msgspec.Struct, kw_only=True):
    """What an export did; printed by ``export files --json`` as it is."""

    folder: str
    new: int = 0
    #: Were put there by an earlier run, and are there, changed by somebody or not.
    there: int = 0
    #: The archive's row speaks of a file that is not on the disk.
    missing: int = 0
    captions: int = 0
    #: Of what is new, in bytes, and how it got there: ``cloned``, ``linked`` or ``copied``.
    bytes: int = 0
    ways: dict[str, int] = msgspec.field(default_factory=dict)


@dataclass(slots=True)
class FileExport:
    """One folder that files are put into. Methods block; run them beside the event loop."""

    files: FileOps
    #: Without links on the way to it.
    folder: PurePath
    #: Where the archive has a file, given its hash and extension.
    source: Callable[[str, str], PurePath]
    template: NameTemplate
    copier: Copier
    outcome: Outcome
    listing: Listing = field(init=False)
    #: The names of each folder in it.
    _names: dict[PurePath, Names] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """The folder keeps a list of what is in it."""
        self.listing = Listing(self.files, self.folder)

    def make(self) -> None:
        """Make the folder; raises ``ArchiveError``."""
        with file_errors(self.folder):
            self.files.make_folder(self.folder)

    def open(self) -> None:
        """Read what the folder holds.

        Raises:
            UsageError: it holds things that headrace has not put there.
            ArchiveError: the disk fails.
        """
        self.listing.open()

    def put(self, chat: Chat, batch: Iterable[Exportable]) -> None:
        """Put files of a chat into the folder, each whole or not at all.

        Raises:
            UsageError: a folder in it is a link to another place.
            DiskFull, ArchiveError: what was put there by then stays.
        """
        with file_errors():
            had = [one for one in batch if self._is_had(one)]
            named = {_place(chat, one): one for one in had}
            fresh = [(at, one) for at, one in named.items() if self.listing.path(at) is None]
            self.listing.add([(at, self._free_path(chat, one)) for at, one in fresh])
            for at, one in named.items():
                self._put(one, self.listing.path(at) or PurePath())

    def _is_had(self, one: Exportable) -> bool:
        """Whether the archive's disk has the file."""
        is_had = self.files.size(self.source(one.sha256, one.extension)) == one.size
        self.outcome.missing += not is_had
        return is_had

    def _put(self, one: Exportable, path: PurePath) -> None:
        target = self.folder / path
        self.files.make_folder(target.parent)
        if self.files.resolved(target.parent) != target.parent:
            raise UsageError(
                f"{target.parent} leads to another place.",
                hint="Take the link away, or name another folder: --out DIR",
            )
        if self.files.size(target) is not None:
            self.outcome.there += 1
            return
        # The caption comes first: what is there is taken to be whole.
        if one.text:
            self._put_caption(one, target.with_name(target.name + _CAPTION))
        with file_errors(target):
            way = self.copier.put(self.source(one.sha256, one.extension), target, one.date)
        self.outcome.new += 1
        self.outcome.bytes += one.size
        self.outcome.ways[way] = self.outcome.ways.get(way, 0) + 1

    def _put_caption(self, one: Exportable, target: PurePath) -> None:
        if self.files.size(target) is None:
            text = to_plain(one.text, one.entities) + "\n"
            write_whole(self.files, target, text.encode())
            self.outcome.captions += 1

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
        if wanted.parent not in self._names:
            there = self.files.names(self.folder / wanted.parent)
            listed = self.listing.names(wanted.parent)
            captions = [name + _CAPTION for name in listed]
            self._names[wanted.parent] = Names([*there, *listed, *captions])
        return wanted.with_name(self._names[wanted.parent].take(wanted.name, beside=_CAPTION))


def _place(chat: Chat, one: Exportable) -> Place:
    return Place(chat.id, one.id, one.key)
