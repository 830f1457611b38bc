"""Text: entities, the formatting spans of a text."""

from __future__ import annotations

from headrace.model.values import PeerId, Value


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
    date: int | None = None


class Quote(Value, frozen=True, kw_only=True):
    """The part of a message that a reply quotes; ``offset`` in UTF-16 code units."""

    text: str = ""
    entities: tuple[Entity, ...] = ()
    offset: int | None = None
