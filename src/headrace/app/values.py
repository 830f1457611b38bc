"""Nouns as plain values, for the faces."""

from __future__ import annotations

from typing import Any

import msgspec


def builtins_of(value: Any) -> Any:
    """A noun as plain dictionaries and lists, ready for JSON."""
    return msgspec.to_builtins(value)
