"""Senders: connections of their own over which parts of files come, and what each may carry."""

from __future__ import annotations

from headrace.telegram.calls import Gate
from headrace.telegram.parts import BLOCK

#: Bytes in flight: on one connection, and on all.
FIRST_WINDOW, LARGEST_WINDOW, SMALLEST_WINDOW = BLOCK, 4 * BLOCK, BLOCK // 4
IN_ALL = 32 * BLOCK
#: Parts of whatever size that a sound connection carries at once.
_ALWAYS = 2
#: A full window that is answered faster than this may grow; slower, it shrinks.
_QUICK_S, _SLOW_S = 0.8, 2.0


class Room:
    """Bytes that may be in flight or unwritten, in all pools together."""

    def __init__(self, size: int = IN_ALL) -> None:
        """``size`` in bytes."""
        self.free = size


class Sender:
    """One connection, with its window of bytes in flight."""

    def __init__(self, gate: Gate) -> None:
        """``gate`` is its own."""
        self.gate = gate
        self.in_flight = 0
        self.parts = 0
        self.window = FIRST_WINDOW
        self.is_ready = False
        self.is_leaving = False

    def has_room(self, cost: int) -> bool:
        """Whether a part of this size may be asked for now."""
        if not self.is_ready or self.is_leaving:
            return False
        if self.in_flight + cost <= self.window or not self.parts:
            return True
        # While one part is on the wire the next one is asked for, or the line is idle meanwhile.
        return self.parts < _ALWAYS and self.window >= FIRST_WINDOW

    def learn(self, cost: int, seconds: float, *, was_full: bool) -> None:
        """Fit the window to how long an answer took."""
        if was_full and seconds < _QUICK_S:
            self.window = min(self.window + cost, LARGEST_WINDOW)
        elif seconds > _SLOW_S:
            self.window = max(self.window - cost, FIRST_WINDOW)

    def break_down(self) -> None:
        """An answer did not come: less at once from now on, so that less is lost."""
        self.window = max(self.window // 2, SMALLEST_WINDOW)


class Flight:
    """A part on its way: it takes room of its connection until it has come, of all till written."""

    def __init__(self, sender: Sender, room: Room, cost: int) -> None:
        """``cost`` in bytes; it is on its way from now on."""
        self.sender, self.cost = sender, cost
        self._room = room
        self._has_landed = False
        sender.in_flight += cost
        sender.parts += 1
        room.free -= cost

    def land(self) -> None:
        """The connection is free for others."""
        if not self._has_landed:
            self._has_landed = True
            self.sender.in_flight -= self.cost
            self.sender.parts -= 1

    def end(self) -> None:
        """Called once."""
        self.land()
        self._room.free += self.cost
