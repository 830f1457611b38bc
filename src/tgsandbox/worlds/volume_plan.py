"""Where everything stands in the group of ``talk``: arithmetic alone, nothing kept.

The group is a row of *periods*, one a post: its copy first, then *slots*, each a comment or
chatter, both spread evenly over all slots. Positions count from 0, so do posts, slots, comments.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

SHAPES = ("even", "few", "long")
"""Comments on every post, up to two posts late; on every fiftieth; on three posts in all."""
_FEW, _LONG, _LATE = 50, 3, 3


@dataclass(frozen=True)
class Plan:
    """So many posts (one at least), comments and messages of chatter."""

    posts: int
    comments: int
    chatter: int
    shape: str

    def __len__(self) -> int:
        return self.posts + self.slots

    @property
    def slots(self) -> int:
        return self.comments + self.chatter

    def first_slot(self, post: int) -> int:
        """How many slots lie before the period of a post."""
        return post * self.slots // self.posts

    def copy_at(self, post: int) -> int:
        """The position of a post's copy."""
        return post + self.first_slot(post)

    def period(self, position: int) -> int:
        """The post in whose period a position lies."""
        return bisect_right(range(self.posts), position, key=self.copy_at) - 1

    def position_of(self, slot: int) -> int:
        return slot + bisect_right(range(self.posts), slot, key=self.first_slot)

    def chatter_before(self, slot: int) -> int:
        return slot * self.chatter // self.slots if self.slots else 0

    def comments_before(self, slot: int) -> int:
        return slot - self.chatter_before(slot)

    def is_chatter(self, slot: int) -> bool:
        return self.chatter_before(slot + 1) > self.chatter_before(slot)

    def comment_at(self, comment: int) -> int:
        """The position of a comment by its number."""
        slots = range(1, self.slots + 1)
        slot = bisect_left(slots, comment + 1, key=self.comments_before)
        return self.position_of(slot)

    def chatter_at(self, number: int) -> int:
        slots = range(1, self.slots + 1)
        return self.position_of(bisect_left(slots, number + 1, key=self.chatter_before))

    def target(self, period: int, comment: int) -> int:
        """The post that a comment in a period is on."""
        if self.shape == "even":
            return max(0, period - comment % _LATE)
        if self.shape == "few":
            return period - period % _FEW
        third = max(1, self.posts // _LONG)
        return min(period // third, _LONG - 1) * third

    def before(self, period: int, comment: int) -> int | None:
        """The comment before this one on the same post, if it is near."""
        earlier = comment - (_LATE if self.shape == "even" else 1)
        target = self.target(period, comment)
        start = period if self.shape == "even" else target
        if earlier < self.comments_before(self.first_slot(start)):
            return None
        return earlier

    def thread(self, post: int) -> list[int]:
        """The positions of the comments on a post, ascending."""
        found: list[int] = []
        for period in self._periods(post):
            start, end = self.first_slot(period), self.first_slot(period + 1)
            comment = self.comments_before(start)
            for slot in range(start, end):
                if self.is_chatter(slot):
                    continue
                if self.target(period, comment) == post:
                    found.append(slot + period + 1)
                comment += 1
        return found

    def count(self, post: int) -> int:
        """How many comments a post has."""
        if self.shape == "even":
            return len(self.thread(post))
        return sum(len(self._comments_in(period)) for period in self._periods(post))

    def _comments_in(self, period: int) -> range:
        start, end = self.first_slot(period), self.first_slot(period + 1)
        return range(self.comments_before(start), self.comments_before(end))

    def _periods(self, post: int) -> range:
        """The periods whose comments may be on a post."""
        if self.shape == "even":
            return range(post, min(self.posts, post + _LATE))
        if self.target(post, 0) != post:
            return range(0)
        if self.shape == "few":
            return range(post, min(self.posts, post + _FEW))
        third = max(1, self.posts // _LONG)
        last = post // third >= _LONG - 1
        return range(post, self.posts if last else post + third)
