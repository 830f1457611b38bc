"""Any object of TL from its generic form: the constructor by name, the fields by type.

Which fields are peers, files, texts, dates or bytes is told by the annotations of Telethon's
constructors. Types with a form of their own are built by those who know it, see `build_with`.
"""

from __future__ import annotations

import base64
import inspect
import re
from collections.abc import Callable
from functools import cache
from types import ModuleType
from typing import Any

from telethon.tl import TLObject, types

from tgsandbox.worlds import ids, tl_text
from tgsandbox.worlds.base import Content
from tgsandbox.worlds.locations import Locations

_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_TYPE = re.compile(r"Type(\w+)")
#: What TL demands and the generic form leaves out, by the annotation; numbers it never does.
_ABSENT: dict[str, Any] = {"str": "", "bool": False, "bytes": b""}
#: Keywords of Python, which Telethon writes with a line behind.
_RENAMED = {"from": "from_"}

Build = Callable[[Any, Locations], Any]
_builders: dict[str, Build] = {
    "Peer": lambda value, _: ids.peer(value),
    "TextWithEntities": lambda value, _: tl_text.styled(value),
    "MessageEntity": lambda value, _: tl_text.entity(value),
}


def build_with(type_name: str, build: Build) -> None:
    """Let values of a TL type be built by ``build``, unless they are tagged with ``_``."""
    _builders[type_name] = build


def snake(name: str) -> str:
    """A TL name in the canonical form's spelling."""
    return _WORDS.sub("_", name).lower()


def constructor(name: str) -> Any:
    """The constructor that a name in snake case means; an unknown one raises ValueError."""
    found = _constructors().get(name)
    if found is None:
        raise ValueError(f"There is no constructor {name!r}.")
    return found


def built(kind: Any, data: Content, locations: Locations) -> Any:
    """An object of the constructor ``kind`` with the fields in ``data``."""
    given = fields(kind, data, locations)
    for name, parameter in _parameters(kind).items():
        if name in given:
            continue
        if name == "access_hash":
            given[name] = locations.access_hash(int(data.get("id", 0)))
        elif parameter.default is inspect.Parameter.empty:
            given[name] = _absent(kind, parameter)
    return kind(**given)


def fields(kind: Any, data: Content, locations: Locations) -> dict[str, Any]:
    """The fields in ``data`` as arguments of the constructor ``kind``."""
    parameters = _parameters(kind)
    found: dict[str, Any] = {}
    for key, value in data.items():
        if key == "_":
            continue
        name = _RENAMED.get(key, key)
        if name not in parameters:
            raise ValueError(f"{kind.__name__} has no {key}.")
        found[name] = _value(str(parameters[name].annotation), value, locations)
    return found


def tagged(content: Content, locations: Locations) -> Any:
    """An object that says in ``_`` what it is."""
    return built(constructor(content["_"]), content, locations)


def value_of(type_name: str, value: Any, locations: Locations) -> Any:
    """A value where a field of this TL type stands."""
    if isinstance(value, dict) and "_" in value:
        return tagged(value, locations)
    return _builders[type_name](value, locations)


def _value(annotation: str, value: Any, locations: Locations) -> Any:
    if isinstance(value, list):
        return [_value(annotation, one, locations) for one in value]
    named = _TYPE.search(annotation)
    if named is not None:
        return value_of(named.group(1), value, locations)
    if "bytes" in annotation:
        return base64.b64decode(value)
    if "float" in annotation:
        return float(value)
    if "int" in annotation:
        return int(value)
    return value


def _absent(kind: Any, parameter: inspect.Parameter) -> Any:
    annotation = str(parameter.annotation)
    if "List" in annotation:
        return []
    if "datetime" in annotation:
        return 0
    if "TextWithEntities" in annotation:
        return tl_text.styled(None)
    name = annotation.removeprefix("<class '").removesuffix("'>")
    if name not in _ABSENT:
        raise ValueError(f"{kind.__name__} needs {parameter.name}.")
    return _ABSENT[name]


@cache
def _parameters(kind: Any) -> dict[str, inspect.Parameter]:
    # Telethon puts classes of its own over some; and one without fields has no __init__.
    plain = next(base for base in kind.__mro__ if base.__module__.startswith(types.__name__))
    own = vars(plain).get("__init__")
    return dict(list(inspect.signature(own).parameters.items())[1:]) if own else {}


@cache
def _constructors() -> dict[str, Any]:
    """All constructors of the layer; a name without a namespace goes before one with it."""
    spaces = [one for one in vars(types).values() if isinstance(one, ModuleType)]
    found: dict[str, Any] = {}
    for space in [*spaces, types]:
        for kind in vars(space).values():
            if isinstance(kind, type) and issubclass(kind, TLObject):
                found[snake(kind.__name__)] = kind
    return found
