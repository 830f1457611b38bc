"""Canonical JSON: one text for one value, whatever database it came from."""

from __future__ import annotations

from typing import Any

import msgspec

_encode = msgspec.json.Encoder(order="sorted").encode

#: Zero is unknown for these, and left out.
_MEASURES = frozenset(("width", "height", "duration"))
_EMPTY: tuple[object, ...] = (None, "", [], {}, ())


def line(value: object) -> str:
    """JSON with sorted keys and no blanks."""
    return _encode(value).decode()


def without_empty(value: Any) -> Any:
    """The value less null, false, empty text, lists and objects, and unknown measures."""
    if isinstance(value, dict):
        kept = {key: without_empty(item) for key, item in value.items()}
        return {key: item for key, item in kept.items() if not _is_empty(key, item)}
    if isinstance(value, list | tuple):
        return [without_empty(item) for item in value]
    return whole(value)


def whole(value: Any) -> Any:
    """A float without a fraction as an integer: JSONB does not tell 10.0 from 1e1."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _is_empty(key: str, value: Any) -> bool:
    if value is False or value is None or value in _EMPTY:
        return True
    return value == 0 and key in _MEASURES
