r"""One value of an export, from its bytes; what Telegram Desktop gets wrong is repaired.

Telegram Desktop writes control characters as ``\xNN``, which is no JSON, and may write the
key ``text`` twice in one object.
"""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

import msgspec

_BROKEN_ESCAPE = re.compile(rb"(?<!\\)((?:\\\\)*)\\x([0-9A-Fa-f]{2})")
_WEB_VIEW = b'"send_webview_data"'
#: Where the first of two texts of a web view's message goes.
WEB_VIEW_TEXT = "webview_text"

_decode = msgspec.json.Decoder().decode


class Undecodable(ValueError):
    """These bytes are no JSON, even after the repairs that are known."""


def decode(raw: bytes) -> Any:
    """The value.

    Raises:
        Undecodable: it is none.
    """
    if _WEB_VIEW not in raw:
        try:
            return _decode(raw)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            pass
    text = _BROKEN_ESCAPE.sub(rb"\1\\u00\2", raw).decode("utf-8", "replace")
    try:
        return json.loads(text, object_pairs_hook=_both_texts, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise Undecodable(str(error)) from None


def decode_or_none(raw: bytes | None) -> Any:
    """The value; none also where it is too long or none at all."""
    try:
        return None if raw is None else decode(raw)
    except Undecodable:
        return None


def _both_texts(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if found.get("action") == "send_webview_data":
        texts = [value for key, value in pairs if key == "text"]
        if len(texts) > 1:
            found[WEB_VIEW_TEXT] = texts[0]
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")
