"""Generic conversion: the fields of an object as plain data, under Telegram's own names."""

from __future__ import annotations

import base64
import datetime as dt
import inspect
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import msgspec
from telethon.tl import types

from headrace.telegram.convert.values import NotUnderstood, marked, snake_name, unix

#: From here on a number does not survive JavaScript, so it travels as text.
_UNSAFE = 2**53
#: They belong to the account that reads.
_SECRETS = frozenset(("access_hash", "file_reference"))


class _Field(NamedTuple):
    """A field by Telethon's name and by TL's."""

    name: str
    key: str
    is_date: bool


_known: dict[type, tuple[_Field, ...]] = {}

Rule = Callable[[Any], Any]
#: Types with a form of their own instead of their fields; the modules that know them add them.
#: A rule that gives nothing, or raises ``NotUnderstood``, leaves the fields.
RULES: dict[type, Rule] = {
    types.PeerUser: marked,
    types.PeerChat: marked,
    types.PeerChannel: marked,
}


def convert_fields(thing: Any) -> dict[str, Any]:
    """The fields that are set, by their names in TL."""
    found = ((field.key, _of_field(thing, field)) for field in _fields(type(thing)))
    return {key: value for key, value in found if not _is_empty(value)}


def pick_fields(thing: Any, names: Iterable[str]) -> dict[str, Any]:
    """Those of the named fields that are set."""
    found = ((name, convert_value(getattr(thing, name))) for name in names)
    return {name: value for name, value in found if not _is_empty(value)}


def _of_field(thing: Any, field: _Field) -> Any:
    value = getattr(thing, field.name)
    # The lean reader's dates are numbers already, and zero is none.
    return unix(value) if field.is_date else convert_value(value)


def convert_value(value: Any) -> Any:
    """A field's value as plain data."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        return value if -_UNSAFE < value < _UNSAFE else str(value)
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < _UNSAFE else value
    if isinstance(value, list):
        return [convert_value(one) for one in value]
    return _object(value)


def _object(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, dt.datetime):
        return unix(value)
    rule = RULES.get(type(value))
    if rule is not None:
        try:
            found = rule(value)
        except NotUnderstood:
            found = None
        if found is not None:
            return msgspec.to_builtins(found)
    return {"_": snake_name(type(value), ""), **convert_fields(value)}


def _fields(kind: type) -> tuple[_Field, ...]:
    found = _known.get(kind)
    if found is None:
        # A constructor without fields has no __init__ of its own.
        own = vars(kind).get("__init__")
        named = list(inspect.signature(own).parameters.items())[1:] if own else []
        found = tuple(
            _Field(name, name.rstrip("_"), "datetime" in str(parameter.annotation))
            for name, parameter in named
            if name not in _SECRETS
        )
        _known[kind] = found
    return found


def _is_empty(value: Any) -> bool:
    return value is None or value is False or value in ("", [], {})
