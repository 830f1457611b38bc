"""Spoilers where a text stands without marks: their letters are covered."""

from __future__ import annotations

import re
from collections.abc import Iterable

from headrace.model.text import Entity
from headrace.transform.spans import Closed, Opened, marked

COVER = "\u2592"
_LETTER = re.compile(r"\S")


def covered(text: str, entities: Iterable[Entity]) -> str:
    """The text with ▒ for every letter of its spoilers; it stays as long as it is."""
    spoilers = [entity for entity in entities if entity.type == "spoiler"]
    if not spoilers:
        return text
    parts, place, is_hidden = [], 0, False
    for mark in marked(text, spoilers):
        match mark:
            case Opened():
                is_hidden = True
            case Closed():
                is_hidden = False
            case piece:
                own = text[place : place + len(piece)]
                parts.append(_LETTER.sub(COVER, own) if is_hidden else own)
                place += len(piece)
    return "".join(parts)
