"""Buttons under a message."""

from __future__ import annotations

from typing import Any

from telethon.tl import types

from headrace.telegram.convert.fields import convert_fields
from headrace.telegram.convert.media import convert_document, convert_photo
from headrace.telegram.convert.values import snake_name

Rows = tuple[tuple[dict[str, Any], ...], ...]


def convert_buttons(markup: Any) -> Rows:
    """Rows of buttons; a markup that only hides or forces a keyboard has none."""
    if not isinstance(markup, types.ReplyInlineMarkup | types.ReplyKeyboardMarkup):
        return ()
    return tuple([tuple([_button(button) for button in row.buttons]) for row in markup.rows])


def _button(button: Any) -> dict[str, Any]:
    kind = button.type
    if kind is None:
        return {"type": "text", "text": button.text}
    name = type(kind).__name__
    prefix = "InlineButtonType" if name.startswith("InlineButtonType") else "ButtonType"
    data = convert_fields(kind, convert_photo, convert_document)
    return {**data, "type": snake_name(type(kind), prefix), "text": button.text}
