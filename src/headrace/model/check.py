"""A check: one thing that was looked at, how it stands, and how to mend it."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from headrace.errors import HeadraceError


class Standing(StrEnum):
    """How a thing stands; only a problem keeps headrace from working."""

    OK = "ok"
    NOTE = "note"
    PROBLEM = "problem"


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """A line of ``headrace doctor``; nothing secret is in it."""

    name: str
    state: Standing = Standing.OK
    text: str
    #: What to do; empty where there is nothing to be done.
    mend: str = ""


def of_error(name: str, error: HeadraceError, *, mend: str = "") -> Check:
    """The problem that an error tells of; ``mend`` counts where the error has no hint."""
    return Check(name=name, state=Standing.PROBLEM, text=str(error), mend=error.hint or mend)
