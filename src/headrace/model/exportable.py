"""Files on their way out of the archive: what a name and a date for each are made of."""

from __future__ import annotations

from headrace.model.download import FileKind
from headrace.model.text import Entity
from headrace.model.values import FileKey, Timestamp, Value


class Exportable(Value, frozen=True, kw_only=True):
    """A stored file, once for each message that carries it."""

    #: The message.
    id: int
    date: Timestamp
    key: FileKey
    kind: FileKind
    #: The sender's name for it; hostile.
    name: str = ""
    sha256: str
    #: In bytes.
    size: int
    #: That of the stored file, without a dot.
    extension: str
    #: What the message says, where this file is its own content.
    text: str = ""
    entities: tuple[Entity, ...] = ()
