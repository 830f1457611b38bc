"""Refreshing: which stored messages are read once more, to see what has become of them."""

from __future__ import annotations

import re

from headrace.model.coverage import Failure, IdRange
from headrace.model.values import Timestamp, Value

_POLICY = re.compile(r"(\d+)\s*([hdw])")
_UNIT_S = {"h": 3_600, "d": 86_400, "w": 604_800}
DAY_S = _UNIT_S["d"]


class Refresh(Value, frozen=True, kw_only=True):
    """Messages posted within so many seconds are looked at again; None: all, 0: none of them."""

    seconds: int | None = 7 * DAY_S

    @property
    def is_off(self) -> bool:
        """Nothing is looked at again."""
        return self.seconds == 0

    def since(self, now: Timestamp) -> Timestamp | None:
        """From when on messages are looked at again; None: from the first one on."""
        return None if self.seconds is None else now - self.seconds


class Round(Value, frozen=True, kw_only=True):
    """A run over a chat, from its first page to the end of its refresh.

    One that was broken off goes on as the same round in the next run.
    """

    #: What was seen after this moment has just been read.
    began: Timestamp
    #: Nothing of Telegram's was stored of the chat before.
    is_first: bool = False
    #: What Telegram had been read of when the run began; the rest the run reads itself.
    covered: tuple[IdRange, ...] = ()


class Refreshed(Value, frozen=True, kw_only=True):
    """What a refresh came to."""

    #: Messages looked at again.
    messages: int = 0
    #: Those of them that could not be read this time; they stay as they are.
    failures: tuple[Failure, ...] = ()

    def __add__(self, other: Refreshed) -> Refreshed:
        return Refreshed(
            messages=self.messages + other.messages, failures=self.failures + other.failures
        )


def parse_refresh(text: str) -> Refresh:
    """``7d``, ``12h``, ``2w``, ``all`` or ``none``.

    Raises:
        ValueError: of no such form; the message says which forms there are.
    """
    typed = text.strip().lower()
    if typed in {"all", "none"}:
        return Refresh(seconds=None if typed == "all" else 0)
    found = _POLICY.fullmatch(typed)
    if found is None:
        raise ValueError("write all, none, or how far back, as 7d, 12h or 2w")
    return Refresh(seconds=int(found[1]) * _UNIT_S[found[2]])
