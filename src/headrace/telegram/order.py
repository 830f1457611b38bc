"""Order: the updates of one chat as they happened, by the chat's own count of them (``pts``).

Telegram may tell twice, in another order, or not at all. An update says the count behind it and
by how much it moved: it follows when both fit to what is known, and is old when it lies before.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from headrace.telegram.pushes import Heard


class Place(NamedTuple):
    """Where an update stands: the count before and behind it."""

    before: int
    behind: int


def place_of(update: Any) -> Place | None:
    """None for what is not counted: a message that is seen more often, for one."""
    pts, count = getattr(update, "pts", None), getattr(update, "pts_count", None)
    return None if pts is None or count is None else Place(pts - count, pts)


class Order:
    """Puts updates into their order. Those that come too early are kept until they fit."""

    def __init__(self, pts: int) -> None:
        """``pts``: up to where all is known."""
        self.pts = pts
        self._early: list[_Early] = []

    @property
    def is_waiting(self) -> bool:
        """Something is missing before what has come."""
        return bool(self._early)

    def take(self, heard: Heard) -> list[Heard]:
        """What is next now, in its order; nothing where the update is old or too early."""
        place = place_of(heard.update)
        if place is None:
            return [heard]
        if place.before > self.pts:
            self._early.append(_Early(place, heard.number, heard))
            return []
        return [heard, *self._fitting()] if self._moves(place) else []

    def jump(self, pts: int) -> list[Heard]:
        """All is known up to ``pts``; what came too early and is next now."""
        self.pts = pts
        return self._fitting()

    def _moves(self, place: Place) -> bool:
        if place.before != self.pts:
            return False
        self.pts = place.behind
        return True

    def _fitting(self) -> list[Heard]:
        found: list[Heard] = []
        waiting, self._early = sorted(self._early), []
        for early in waiting:
            if early.place.before > self.pts:
                self._early.append(early)
            elif self._moves(early.place):
                found.append(early.heard)
        return found


class _Early(NamedTuple):
    place: Place
    number: int
    heard: Heard
