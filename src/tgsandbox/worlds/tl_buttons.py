"""Buttons and the markups that hold them, in TL."""

from __future__ import annotations

from typing import Any

from telethon.tl import types

from tgsandbox.worlds import tl_generic
from tgsandbox.worlds.base import Content
from tgsandbox.worlds.locations import Locations

_OWN_KEYS = {"type", "text", "style"}


def markup(rows: list[list[Content]] | None, frame: Content | None, locations: Locations) -> Any:
    """The ``ReplyMarkup``; plain inline buttons need no ``frame``."""
    if not rows and not frame:
        return None
    frame = frame or {"type": "inline_markup"}
    flags = {key: value for key, value in frame.items() if key != "type"}
    kind = tl_generic.constructor(f"reply_{frame['type']}")
    match frame["type"]:
        case "inline_markup":
            flags["rows"] = [
                types.KeyboardInlineButtonRow([_inline(one, locations) for one in row])
                for row in rows or []
            ]
        case "keyboard_markup":
            flags["rows"] = [
                types.KeyboardButtonRow([_key(one, locations) for one in row]) for row in rows or []
            ]
    return kind(**flags)


def _inline(content: Content, locations: Locations) -> Any:
    return types.KeyboardInlineButton(**_fields(content, "inline_button_type_", locations))


def _key(content: Content, locations: Locations) -> Any:
    return types.KeyboardButton(**_fields(content, "button_type_", locations))


def _fields(content: Content, prefix: str, locations: Locations) -> dict[str, Any]:
    data = {key: value for key, value in content.items() if key not in _OWN_KEYS}
    style = content.get("style")
    kind = tl_generic.constructor(prefix + content["type"])
    return {
        "text": content["text"],
        "type": tl_generic.built(kind, data, locations),
        "style": tl_generic.built(types.KeyboardButtonStyle, style, locations) if style else None,
    }
