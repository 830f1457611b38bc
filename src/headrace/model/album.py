"""Albums: messages that Telegram shows as one, and where each of them stands."""

from __future__ import annotations

from enum import StrEnum

from headrace.model.message import Message
from headrace.model.values import Value


class AlbumKind(StrEnum):
    """What an album is made of, which says how it is shown."""

    #: Photos and videos: a mosaic.
    MEDIA = "media"
    #: Files one below the other.
    DOCUMENTS = "documents"
    #: Music and voice, one below the other.
    AUDIO = "audio"
    #: A mosaic of what can be seen, and the rest below it.
    MIXED = "mixed"


class Tile(Value, frozen=True, kw_only=True):
    """Where an item stands, in pixels of its layout; without measures: in the column below.

    ``sides`` are the outer edges that it touches, of ``LTRB``: where two meet, the corner is round.
    """

    #: The message that it shows; none while only sizes are known.
    id: int | None = None
    x: int = 0
    y: int = 0
    width: int = 0
    height: int = 0
    sides: str = ""


class AlbumLayout(Value, frozen=True, kw_only=True):
    """Tiles in the order of the messages; ``width`` and ``height`` are those of the mosaic.

    ``shape`` names the rule: ``one``, ``two_equal``, ``rows:2+3`` …, or ``column``.
    """

    kind: AlbumKind
    shape: str
    width: int = 0
    height: int = 0
    tiles: tuple[Tile, ...] = ()


class Album(Value, frozen=True, kw_only=True):
    """The messages of an album, ascending; each keeps its own caption."""

    grouped_id: int
    kind: AlbumKind
    members: tuple[Message, ...]
