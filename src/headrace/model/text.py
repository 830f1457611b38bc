"""Text: entities, the formatting spans of a text."""

from __future__ import annotations

from headrace.model.values import PeerId, Timestamp, Value


class Entity(Value, frozen=True, kw_only=True):
    """A span; ``offset`` and ``length`` in UTF-16 code units. Types as in the Bot API."""

    type: str
    offset: int
    length: int
    url: str = ""
    user_id: PeerId | None = None
    language: str = ""
    document_id: str = ""
    collapsed: bool = False
    old_text: str = ""
    date: Timestamp | None = None
    relative: bool = False
    short_time: bool = False
    long_time: bool = False
    short_date: bool = False
    long_date: bool = False
    day_of_week: bool = False


class Styled(Value, frozen=True, kw_only=True):
    """A text with its entities, other than a message's own."""

    text: str = ""
    entities: tuple[Entity, ...] = ()


class Quote(Value, frozen=True, kw_only=True):
    """The part of a message that a reply quotes; ``offset`` in UTF-16 code units."""

    text: str = ""
    entities: tuple[Entity, ...] = ()
    offset: int | None = None
