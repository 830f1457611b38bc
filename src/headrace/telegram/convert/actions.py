"""Service actions, all of them alike: Telegram's name in snake case and its fields."""

from __future__ import annotations

from typing import Any

from headrace.model.message import Action
from headrace.telegram.convert.fields import convert_fields
from headrace.telegram.convert.values import snake_name


def convert_action(action: Any) -> Action:
    """What a service message reports."""
    kind = snake_name(type(action), "MessageAction")
    return Action(type=kind, data=convert_fields(action))
