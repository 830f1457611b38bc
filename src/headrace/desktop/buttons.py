"""Inline buttons of an export, in the form that Telegram's have."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from headrace.desktop.values import filled, integer, plain, text_of

Button = dict[str, Any]

#: Export's type -> Telegram's, the field that its ``data`` is, and what the type implies.
_TYPES: dict[str, tuple[str, str, Button]] = {
    "default": ("default", "", {}),
    "url": ("url", "url", {}),
    "callback": ("callback", "data", {}),
    "callback_with_password": ("callback", "data", {"requires_password": True}),
    "request_phone": ("request_phone", "", {}),
    "request_location": ("request_geo_location", "", {}),
    "request_poll": ("request_poll", "", {}),
    "request_peer": ("request_peer", "", {}),
    "switch_inline": ("switch_inline", "query", {}),
    "switch_inline_same": ("switch_inline", "query", {"same_peer": True}),
    "game": ("game", "", {}),
    "buy": ("buy", "", {}),
    "auth": ("url_auth", "url", {}),
    "user_profile": ("user_profile", "user_id", {}),
    "web_view": ("web_view", "url", {}),
    "simple_web_view": ("simple_web_view", "url", {}),
    "copy_text": ("copy", "copy_text", {}),
}
_KEYS = ("type", "text", "data", "dataBase64", "forward_text", "button_id")


def read_buttons(rows: Any) -> tuple[tuple[Button, ...], ...]:
    """The rows that hold a button."""
    if not isinstance(rows, list):
        return ()
    found = (
        tuple(_button(one) for one in row if isinstance(one, dict))
        for row in rows
        if isinstance(row, list)
    )
    return tuple(row for row in found if row)


def _button(raw: dict[str, Any]) -> Button:
    given = text_of(raw.get("type"))
    kind, place, implied = _TYPES.get(given, (given, "data", {}))
    data = _data(raw, kind)
    more = {key: plain(value) for key, value in raw.items() if key not in _KEYS}
    fields = filled(
        **more,
        **({place: data} if place else {}),
        fwd_text=text_of(raw.get("forward_text")),
        button_id=integer(raw.get("button_id")) or None,
    )
    return {**fields, **implied, "type": kind, "text": text_of(raw.get("text"))}


def _data(raw: dict[str, Any], kind: str) -> Any:
    """Of a callback the bytes, in base64; versions before 4.16 wrote them as a text."""
    text = text_of(raw.get("data"))
    if kind == "user_profile":
        return plain(integer(text)) or text
    if kind != "callback":
        return text
    packed = text_of(raw.get("dataBase64"))
    try:
        data = base64.b64decode(packed, validate=False) if packed else text.encode()
    except (binascii.Error, ValueError, UnicodeEncodeError):
        return packed or text
    return base64.b64encode(data).decode()
