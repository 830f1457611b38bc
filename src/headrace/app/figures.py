"""Figures of chats as they were a moment ago: what has to count rows is not done for each page."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from headrace.model.chat import Chat

#: Figures are good for so many times as long as it took to count them, up to a minute.
_TIMES, _MOST_S = 50, 60.0
Count = Callable[[Chat], Awaitable[dict[str, Any]]]


class Figures:
    """Counts, and remembers for a while: the larger an archive is, the longer."""

    def __init__(self, count: Count, clock: Callable[[], float] = time.monotonic) -> None:
        """``clock``: seconds that only grow."""
        self._count = count
        self._clock = clock
        self._known: dict[Chat, _Counted] = {}

    async def of(self, chat: Chat) -> dict[str, Any]:
        """What is counted of a chat."""
        known, began = self._known, self._clock()
        counted = known.get(chat)
        if counted is None or began >= counted.until:
            found = await self._count(chat)
            ended = self._clock()
            counted = _Counted(found, ended + min(_TIMES * (ended - began), _MOST_S))
            # What was forgotten meanwhile is not remembered by this.
            known[chat] = counted
        return counted.found

    def forget(self) -> None:
        """Something has changed that is to be seen at once."""
        self._known = {}


class _Counted(NamedTuple):
    found: dict[str, Any]
    until: float
