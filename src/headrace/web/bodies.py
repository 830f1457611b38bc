"""What bodies of requests are made of: whole numbers, and one of a kind or a list of it."""

from __future__ import annotations


def whole(given: object) -> int:
    """A whole number as JSON has it: ``5`` and ``5.0``, but neither ``"5"`` nor ``true``.

    Raises:
        ValueError: it is none.
    """
    if isinstance(given, bool) or not isinstance(given, int | float) or given != int(given):
        raise ValueError("it has to be a whole number")
    return int(given)


def one_or_list(given: object) -> str:
    """The tag of a body that may be one thing or a list: each of them has errors of its own."""
    return LIST if isinstance(given, list) else ONE


ONE, LIST = "one", "list"
