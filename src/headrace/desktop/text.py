"""Texts of an export: a string, or parts that are strings and objects, joined again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from headrace.desktop.values import integer, text_of
from headrace.model.text import Entity, Styled

#: Export's name -> ours, where they differ.
_RENAMED = {"link": "url", "phone": "phone_number", "mention_name": "text_mention"}
_TYPES = frozenset(
    [
        "mention",
        "hashtag",
        "cashtag",
        "bot_command",
        "url",
        "email",
        "phone_number",
        "bold",
        "italic",
        "underline",
        "strikethrough",
        "spoiler",
        "blockquote",
        "code",
        "pre",
        "text_link",
        "text_mention",
        "custom_emoji",
        "bank_card",
    ]
)


def read_text(parts: Any) -> tuple[str, tuple[Entity, ...]]:
    """The text and its entities; a last part without a character counts for nothing."""
    if isinstance(parts, str):
        return parts, ()
    if not isinstance(parts, list):
        return "", ()
    text: list[str] = []
    entities: list[Entity] = []
    offset = 0
    for part in parts:
        piece = text_of(part.get("text") if isinstance(part, dict) else part)
        length = _units(piece)
        if length and isinstance(part, dict) and part.get("type") != "plain":
            entities.append(_entity(part, offset, length))
        text.append(piece)
        offset += length
    return "".join(text), tuple(entities)


def read_message_text(raw: dict[str, Any]) -> tuple[str, tuple[Entity, ...]]:
    """The text of a message: from ``text_entities`` where the version writes them."""
    parts = raw.get("text_entities")
    return read_text(parts or raw.get("text"))


def styled(parts: Any) -> Styled:
    """A text that is not the message's own."""
    text, entities = read_text(parts)
    return Styled(text=text, entities=entities)


def emoji_id(value: Any) -> str:
    """Telegram's id of a custom emoji; an export has it only where it has no file."""
    return value if isinstance(value, str) and value.isascii() and value.isdigit() else ""


def _entity(part: dict[str, Any], offset: int, length: int) -> Entity:
    given = text_of(part.get("type"))
    kind = _RENAMED.get(given, given)
    if kind not in _TYPES:
        return Entity(type="unknown", offset=offset, length=length)
    more = _MORE.get(kind)
    return Entity(type=kind, offset=offset, length=length, **(more(part) if more else {}))


def _user(part: dict[str, Any]) -> dict[str, Any]:
    user = integer(part.get("user_id"))
    return {"user_id": user} if user is not None and 0 < user < 2**63 else {}


_MORE: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "text_link": lambda part: {"url": text_of(part.get("href"))},
    "text_mention": _user,
    "pre": lambda part: {"language": text_of(part.get("language"))},
    "custom_emoji": lambda part: {"document_id": emoji_id(part.get("document_id"))},
    "blockquote": lambda part: {"collapsed": part.get("collapsed") is True},
}


def _units(text: str) -> int:
    """UTF-16 code units; a lone surrogate is one."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2
