"""The ledger's nouns: ranges of message ids, and what is known of each."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from headrace.model.values import PeerId, Timestamp, Value

#: The scope of a chat's whole history; replies read per post have ``thread:<channel>:<post>``.
HISTORY = "history"
THREAD = "thread:"

#: Where pages come from. Only Telegram's pages prove that an id is absent.
TELEGRAM = "telegram"
DESKTOP = "desktop"
#: What a program has sent; it stands outside the ledger.
API = "api"


def thread_scope(channel_id: PeerId, post_id: int) -> str:
    """The scope of the comments of one post."""
    return f"{THREAD}{channel_id}:{post_id}"


def thread_of(scope: str) -> tuple[PeerId, int]:
    """Channel and post of such a scope."""
    _, channel_id, post_id = scope.split(":")
    return int(channel_id), int(post_id)


class IdRange(Value, frozen=True, kw_only=True):
    """Message ids from ``lo`` to ``hi``, both included."""

    lo: int
    hi: int

    def __len__(self) -> int:
        return self.hi - self.lo + 1


class Covered(Value, frozen=True, kw_only=True):
    """A range that was read: every id in it is stored, left out, in ``failures``, or absent.

    ``ids_sum`` is the sum of the stored ids: with ``stored`` it makes a lost row visible.
    """

    lo: int
    hi: int
    stored: int
    ids_sum: int
    left_out: int = 0


class Failure(Value, frozen=True, kw_only=True):
    """Ids that were read and could not be kept; tried again by the next import."""

    lo: int
    hi: int
    #: ``unknown_constructor``, ``database``, ``contradiction`` …: one word for programs.
    reason: str
    #: One sentence for people.
    detail: str = ""


class Claim(Value, frozen=True, kw_only=True):
    """A lane as the ledger knows it: the range [lo, hi], read down to ``cursor`` (exclusive)."""

    chat_id: PeerId
    scope: str
    lo: int
    hi: int
    cursor: int


class Lease(Value, frozen=True, kw_only=True):
    """The right to write to a resource (``chat:<id>``) until a time; ``fence`` only grows."""

    resource: str
    owner: str
    fence: int
    until: Timestamp


def union(ranges: Iterable[IdRange]) -> list[IdRange]:
    """Ranges in ascending order, overlapping and adjacent ones joined."""
    joined: list[IdRange] = []
    for item in sorted(ranges, key=lambda r: r.lo):
        if joined and item.lo <= joined[-1].hi + 1:
            if item.hi > joined[-1].hi:
                joined[-1] = IdRange(lo=joined[-1].lo, hi=item.hi)
        else:
            joined.append(item)
    return joined


def contains(ranges: Sequence[IdRange], message_id: int) -> bool:
    """Whether an id lies in one of the ranges, which are ascending and do not overlap."""
    place = bisect_right(ranges, message_id, key=lambda one: one.lo)
    return place > 0 and message_id <= ranges[place - 1].hi


def subtract(wanted: Iterable[IdRange], covered: Iterable[IdRange]) -> list[IdRange]:
    """What of ``wanted`` lies in none of ``covered``, ascending."""
    holes = union(covered)
    left: list[IdRange] = []
    for item in union(wanted):
        lo = item.lo
        for hole in holes:
            if hole.hi < lo:
                continue
            if hole.lo > item.hi:
                break
            if hole.lo > lo:
                left.append(IdRange(lo=lo, hi=hole.lo - 1))
            lo = hole.hi + 1
        if lo <= item.hi:
            left.append(IdRange(lo=lo, hi=item.hi))
    return left


def without(covered: Iterable[Covered], hole: IdRange | None) -> list[Covered]:
    """Ranges as if a part of the ids had not been read; what they hold is shared out by length."""
    if hole is None:
        return list(covered)
    return [part for one in covered for part in _cut(one, hole)]


def _cut(one: Covered, hole: IdRange) -> list[Covered]:
    length = one.hi - one.lo + 1
    return [
        Covered(
            lo=part.lo,
            hi=part.hi,
            stored=one.stored * len(part) // length,
            ids_sum=one.ids_sum * len(part) // length,
            left_out=one.left_out * len(part) // length,
        )
        for part in subtract([IdRange(lo=one.lo, hi=one.hi)], [hole])
    ]
