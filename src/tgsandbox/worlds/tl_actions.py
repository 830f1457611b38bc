"""Service actions in TL: ``pin_message`` -> ``MessageActionPinMessage`` and so on.

The data of an action are the fields of its constructor, in the generic form.
"""

from __future__ import annotations

from typing import Any

from tgsandbox.worlds import tl_generic
from tgsandbox.worlds.base import Content
from tgsandbox.worlds.locations import Locations


def action(content: Content, locations: Locations) -> Any:
    """``MessageAction`` of a canonical action."""
    try:
        kind = tl_generic.constructor(f"message_action_{content['type']}")
    except ValueError as exc:
        raise ValueError(f"There is no service action {content['type']!r}.") from exc
    return tl_generic.built(kind, content.get("data", {}), locations)
