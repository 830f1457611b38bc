"""The one place where text is made storable, for both back ends alike.

PostgreSQL refuses U+0000 in text and JSON, UTF-8 has no lone surrogates: both become
U+FFFD, so that SQLite and PostgreSQL hold the same.
"""

from __future__ import annotations

import re
from typing import Any, TypeVar

import msgspec

_T = TypeVar("_T")

_BAD = re.compile("[\x00\ud800-\udfff]")
_encode = msgspec.json.Encoder().encode


def sanitised(value: _T) -> _T:
    """The value itself where it can be stored, or else a copy that can."""
    try:
        suspicious = b"\\u0000" in _encode(value)
    except (ValueError, TypeError, OverflowError):
        suspicious = True
    return _clean(value) if suspicious else value


def clean_text(text: str) -> str:
    return _BAD.sub("\ufffd", text)


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return clean_text(value) if type(value) is str else value
    if isinstance(value, msgspec.Struct):
        fields = value.__struct_fields__
        return type(value)(**{name: _clean(getattr(value, name)) for name in fields})
    if isinstance(value, dict):
        return {_clean(key): _clean(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(_clean(item) for item in value)
    return value
