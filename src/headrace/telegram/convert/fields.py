"""Fields of an object as plain data, under Telegram's own names."""

from __future__ import annotations

import base64
import datetime as dt
import inspect
from collections.abc import Callable
from typing import Any

import msgspec
from telethon.tl import types

from headrace.telegram.convert.values import marked, snake_name, unix

#: Beyond this a number does not survive JavaScript, so it travels as text.
_LARGEST_SAFE = 2**53
_PEERS = (types.PeerUser, types.PeerChat, types.PeerChannel)
_names: dict[type, tuple[str, ...]] = {}

ToValue = Callable[[Any], Any]


def convert_fields(thing: Any, to_photo: ToValue, to_document: ToValue) -> dict[str, Any]:
    """The fields that are set: peers as marked ids, files as in the model, objects as fields."""
    converter = _Fields(to_photo, to_document)
    return converter.of(thing)


class _Fields:
    def __init__(self, to_photo: ToValue, to_document: ToValue) -> None:
        self._to_photo = to_photo
        self._to_document = to_document

    def of(self, thing: Any) -> dict[str, Any]:
        found = ((name, self._value(getattr(thing, name))) for name in _field_names(type(thing)))
        return {name: value for name, value in found if not _is_empty(value)}

    def _value(self, value: Any) -> Any:
        if value is None or isinstance(value, bool | str | float):
            return value
        if isinstance(value, int):
            return value if -_LARGEST_SAFE < value < _LARGEST_SAFE else str(value)
        if isinstance(value, list):
            return [self._value(one) for one in value]
        return self._object(value)

    def _object(self, value: Any) -> Any:
        if isinstance(value, bytes):
            return base64.b64encode(value).decode("ascii")
        if isinstance(value, dt.datetime):
            return unix(value)
        if isinstance(value, _PEERS):
            return marked(value)
        if isinstance(value, types.Photo):
            return msgspec.to_builtins(self._to_photo(value))
        if isinstance(value, types.Document):
            return msgspec.to_builtins(self._to_document(value))
        return {"_": snake_name(type(value), ""), **self.of(value)}


def _field_names(kind: type) -> tuple[str, ...]:
    names = _names.get(kind)
    if names is None:
        # A constructor without fields has no __init__ of its own.
        own = vars(kind).get("__init__")
        names = tuple(inspect.signature(own).parameters)[1:] if own else ()
        _names[kind] = names
    return names


def _is_empty(value: Any) -> bool:
    return value is None or value is False or value in ("", [], {})
