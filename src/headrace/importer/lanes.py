"""Lanes: how the ranges of a plan are dealt out to several readers at once."""

from __future__ import annotations

from headrace.importer.plan import PAGE_SIZE
from headrace.model.coverage import HISTORY
from headrace.model.plan import ImportPlan, Lane

#: Ranges with fewer ids are not split: the pages are better read one after another.
MIN_SPLIT_IDS = 1000

#: Where no id is missing, pages end where lanes do, and a split costs nothing.
MIN_SPLIT_DENSE = 2 * PAGE_SIZE

#: Nor are ranges in which fewer messages are expected: a split costs up to a page.
MIN_SPLIT_MESSAGES = 4 * PAGE_SIZE


class LanePool:
    """Ranges waiting to be read, and lanes that are being read.

    ``density`` (messages per id, 0..1) keeps sparse histories from being split for nothing.
    """

    def __init__(self, plan: ImportPlan, scope: str = HISTORY) -> None:
        self._chat_id = plan.chat.id
        self._scope = scope
        self._waiting = list(reversed(plan.ranges))
        self.active: list[Lane] = []
        ids = sum(map(len, plan.ranges))
        self._density = plan.messages / ids if ids else 0.0

    def take(self) -> Lane | None:
        """The next range as a lane, or half of the largest one left; none when that is no gain."""
        if self._waiting:
            item = self._waiting.pop()
            lane = self._lane(item.lo, item.hi)
        else:
            widest = max(self.active, key=_left, default=None)
            if widest is None or not self._worth_splitting(widest):
                return None
            lane = self._split(widest)
        self.active.append(lane)
        return lane

    def finish(self, lane: Lane) -> None:
        """Forget a lane that was read down to its floor."""
        self.active.remove(lane)

    def _worth_splitting(self, lane: Lane) -> bool:
        left = _left(lane)
        if self._density >= 1:
            return left >= MIN_SPLIT_DENSE
        return left >= MIN_SPLIT_IDS and left * self._density >= MIN_SPLIT_MESSAGES

    def _split(self, lane: Lane) -> Lane:
        """Cut off the lower half; the upper one keeps whole pages where no id is missing."""
        upper = max(_left(lane) // 2 // PAGE_SIZE, 1) * PAGE_SIZE
        floor = lane.cursor - upper
        lower = self._lane(lane.lo, floor - 1)
        lane.lo = floor
        return lower

    def _lane(self, lo: int, hi: int) -> Lane:
        return Lane(chat_id=self._chat_id, scope=self._scope, lo=lo, hi=hi, cursor=hi + 1)


def _left(lane: Lane) -> int:
    return lane.cursor - lane.lo
