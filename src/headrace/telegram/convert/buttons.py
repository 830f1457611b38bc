"""Buttons under a message, and what they stand in."""

from __future__ import annotations

from typing import Any

from telethon.tl import types

from headrace.telegram.convert.fields import convert_fields
from headrace.telegram.convert.values import snake_name

Rows = tuple[tuple[dict[str, Any], ...], ...]


def convert_buttons(markup: Any) -> Rows:
    """Rows of buttons; a markup that only hides or forces a keyboard has none."""
    if not isinstance(markup, types.ReplyInlineMarkup | types.ReplyKeyboardMarkup):
        return ()
    return tuple([tuple([_button(button) for button in row.buttons]) for row in markup.rows])


def convert_markup(markup: Any) -> dict[str, Any]:
    """What the buttons stand in, without them; nothing for plain inline buttons."""
    fields = convert_fields(markup)
    fields.pop("rows", None)
    if isinstance(markup, types.ReplyInlineMarkup) and not fields:
        return {}
    return {"type": snake_name(type(markup), "Reply"), **fields}


def _button(button: Any) -> dict[str, Any]:
    kind = button.type
    name = type(kind).__name__
    prefix = "InlineButtonType" if name.startswith("InlineButtonType") else "ButtonType"
    found = {**convert_fields(kind), "type": snake_name(type(kind), prefix), "text": button.text}
    if button.style is not None:
        found["style"] = convert_fields(button.style)
    return found
