"""Values of any noun, made from its annotations: a new field is tested from its first day."""

from __future__ import annotations

import types
import typing
from enum import Enum
from typing import Any

import msgspec
from hypothesis import strategies as st

#: What both databases hold in a column.
INTEGERS = st.integers(min_value=-(2**63), max_value=2**63 - 1)
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)
JSON = st.recursive(
    st.none() | st.booleans() | INTEGERS | TEXT,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXT, inner, max_size=2),
    max_leaves=4,
)
_PLAIN = {
    int: INTEGERS,
    str: TEXT,
    bool: st.booleans(),
    float: st.floats(allow_nan=False, allow_infinity=False),
    bytes: st.binary(max_size=8),
    Any: JSON,
}


def values(kind: Any) -> st.SearchStrategy[Any]:  # noqa: PLR0911 - one for each kind of type
    """Any value of a type that the model uses."""
    if kind in _PLAIN:
        return _PLAIN[kind]
    if supertype := getattr(kind, "__supertype__", None):
        return values(supertype)
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        return st.one_of([st.none() if one is type(None) else values(one) for one in arguments])
    if origin is tuple:
        return st.lists(values(arguments[0]), max_size=2).map(tuple)
    if origin is dict:
        return st.dictionaries(values(arguments[0]), values(arguments[1]), max_size=2)
    if issubclass(kind, Enum):
        return st.sampled_from(kind)
    return structs(kind)


def structs(kind: type[msgspec.Struct], **given: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Any struct; each field that has a default is left out half of the time."""
    hints = typing.get_type_hints(kind)
    needed, optional = {}, {}
    for field in msgspec.structs.fields(kind):
        made = st.deferred(lambda hint=hints[field.name]: values(hint))
        (needed if field.required else optional)[field.name] = given.get(field.name, made)
    return st.fixed_dictionaries(needed, optional=optional).map(lambda found: kind(**found))
