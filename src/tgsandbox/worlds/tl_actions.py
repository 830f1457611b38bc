"""Service actions in TL: ``pin_message`` -> ``MessageActionPinMessage`` and so on.

The data of an action are the fields of its constructor. Which fields are peers, photos or
64-bit ids is told by the annotations of Telethon's constructors.
"""

from __future__ import annotations

import inspect
from typing import Any

from telethon.tl import types

from tgsandbox.worlds import ids, tl_media
from tgsandbox.worlds.base import Content
from tgsandbox.worlds.locations import Locations

#: Where capitalising the words of the snake case does not give TL's name.
_NAMES = {"set_messages_ttl": "SetMessagesTTL"}


def action(content: Content, locations: Locations) -> Any:
    """``MessageAction`` of a canonical action."""
    kind = content["type"]
    name = _NAMES.get(kind) or "".join(word.capitalize() for word in kind.split("_"))
    constructor = getattr(types, f"MessageAction{name}", None)
    if constructor is None:
        raise ValueError(f"There is no service action {kind!r}.")
    data = content.get("data", {})
    annotations = _annotations(constructor) if data else {}
    return constructor(
        **{key: _field(annotations[key], value, locations) for key, value in data.items()}
    )


def _annotations(constructor: Any) -> dict[str, str]:
    parameters = inspect.signature(constructor.__init__).parameters
    return {name: str(parameter.annotation) for name, parameter in parameters.items()}


def _field(annotation: str, value: Any, locations: Locations) -> Any:
    if "TypePhoto" in annotation:
        return tl_media.photo(value, locations)
    if "TypePeer" in annotation:
        return [ids.peer(one) for one in value] if isinstance(value, list) else ids.peer(value)
    if "int" in annotation and isinstance(value, str):
        return int(value)
    return value
