"""An audit of an archive: what was looked at, what is damaged, and what mends it."""

from __future__ import annotations

from enum import StrEnum

from headrace.model.coverage import DESKTOP, HISTORY, TELEGRAM
from headrace.model.values import FileKey, PeerId, Value


class Damage(StrEnum):
    """What is wrong, as one word for programs."""

    #: The database itself says that its file is damaged.
    DATABASE = "database"
    #: There are fewer rows than when they were last counted.
    ROWS = "rows"
    #: Messages of a chat that has no row of its own.
    CHAT = "chat"
    #: A range of the ledger and the messages in it do not add up.
    LEDGER = "ledger"
    #: Messages that no range of the ledger covers.
    UNCOVERED = "uncovered"
    #: A message names a file, and the table of references does not know it.
    REFERENCE = "reference"
    #: A file is named that has no row.
    FILE_ROW = "file_row"
    #: Something of a message that is not there, or a file that nothing names.
    ORPHAN = "orphan"
    #: An album without a row, or with a layout that is not that of its members.
    ALBUM = "album"
    #: Somebody who is named and, since rows were lost, unknown.
    PEER = "peer"
    #: The search has something else of a message than it says.
    SEARCH = "search"
    #: The index of words and the rows that it is over do not agree.
    WORDS = "words"
    #: A month has not as many posts as was counted.
    MONTH = "month"
    #: The bytes of a file are not there, are others, or are too few or too many.
    FILE = "file"
    #: The bytes are right, and the row of the file says another size.
    SIZE = "size"
    #: A thumbnail is not there or damaged, or the picture has none.
    THUMBNAIL = "thumbnail"


class Cure(StrEnum):
    """Who can bring back what is damaged."""

    #: From other rows, or from Telegram.
    REPAIR = "repair"
    #: Only the export that it came from, which is to be imported again.
    EXPORT = "export"
    #: The next import: it knows what of a group is left out, and which posts have comments.
    IMPORT = "import"


def cure_of(key: FileKey) -> Cure:
    """Of what only an export names, Telegram has no file."""
    return Cure.EXPORT if key.startswith(f"{DESKTOP}/") else Cure.REPAIR


class Finding(Value, frozen=True, kw_only=True):
    """One thing that is damaged; the fields below ``detail`` say what a repair needs to know."""

    kind: Damage
    #: What is damaged, for people: a path, a message, a table.
    where: str
    detail: str
    chat: PeerId | None = None
    scope: str = HISTORY
    source: str = TELEGRAM
    #: The first and the last message id that it concerns.
    lo: int | None = None
    hi: int | None = None
    file: FileKey | None = None
    sha256: str = ""
    #: In bytes, as they are.
    size: int = 0
    #: How many a table should have at least.
    rows: int = 0
    cure: Cure = Cure.REPAIR

    @property
    def mend(self) -> str:
        """What to do about it."""
        if self.kind in _BY_HAND:
            return _BY_HAND[self.kind]
        return _BY_CURE[self.cure]


_BY_CURE = {
    Cure.REPAIR: "headrace check --repair",
    Cure.EXPORT: "import the export again (headrace import PATH)",
    Cure.IMPORT: "headrace check --repair, then import its channel again (headrace import REF)",
}
_BY_HAND = {
    Damage.DATABASE: "bring archive.db back from a backup, or import into another folder",
    Damage.ROWS: "headrace check --repair brings back what follows from other rows or can be "
    "read again; old versions, counts and what was hidden only a backup has",
}


class Audit(Value, frozen=True, kw_only=True, omit_defaults=False):
    """What a check found. ``notes`` are worth a word and no damage."""

    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()
    #: Numbers of ``messages``, ``files``, ``bytes`` and ``thumbnails``.
    looked_at: dict[str, int]

    @property
    def is_clean(self) -> bool:
        """Nothing is damaged."""
        return not self.findings


class Shape(StrEnum):
    """How bytes on the disk stand against the content that a row names."""

    WHOLE = "whole"
    MISSING = "missing"
    DAMAGED = "damaged"
    UNREADABLE = "unreadable"


class Examined(Value, frozen=True, kw_only=True):
    """A file on the disk, read to its end; ``size`` in bytes."""

    shape: Shape
    size: int = 0


class Shelved(Value, frozen=True, kw_only=True):
    """A content that rows say is stored, and one of the files that have it."""

    sha256: str
    extension: str
    #: In bytes.
    size: int
    file: FileKey
    #: A chat that names the file; none where nothing does.
    chat: PeerId | None = None
    #: Its row says that nobody has the bytes any more: what lies on the disk is all there is.
    given_up: bool = False


class Pictured(Value, frozen=True, kw_only=True):
    """A thumbnail that a row says was made, of the picture with the content ``sha256``."""

    sha256: str
    mime: str
    #: In pixels.
    width: int
    height: int
    #: SHA-256 of the thumbnail; empty where an older version made it.
    content: str
    chat: PeerId | None = None


class Repaired(Value, frozen=True, kw_only=True, omit_defaults=False):
    """How a repair ended: what was damaged before it, and what is still."""

    before: Audit
    after: Audit
    #: What was lost and cannot be had from anywhere; told once.
    gone: tuple[str, ...] = ()
    #: Why something was left as it is.
    problems: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Nothing is damaged any more, nothing is lost, and everything could be had again."""
        return self.after.is_clean and not (self.gone or self.problems)
