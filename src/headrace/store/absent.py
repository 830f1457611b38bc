"""Which ids of a chat are empty at Telegram: read, and neither stored, failed nor left out."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import BigInteger, Connection, bindparam, func, select

from headrace.model.coverage import DESKTOP, HISTORY, TELEGRAM, Covered, IdRange
from headrace.store import coverage, failures
from headrace.store.comment_tables import chatter, undecided
from headrace.store.tables import messages

#: Ids that one statement looks through at most.
SPAN = 5_000

_CHAT = bindparam("chat", type_=BigInteger)
_LO, _HI = bindparam("lo", type_=BigInteger), bindparam("hi", type_=BigInteger)
_STORED = (
    select(messages.c.id, func.lag(messages.c.id).over(order_by=messages.c.id).label("before"))
    .where(messages.c.chat_id == _CHAT, messages.c.id.between(_LO, _HI))
    .subquery()
)
_BEFORE = func.coalesce(_STORED.c.before, _LO - 1)
_GAPS = select(_BEFORE + 1, _STORED.c.id - 1).where(_STORED.c.id > _BEFORE + 1)
#: Counting is ten times as fast as looking for gaps, and most spans have none.
_COUNTED = select(func.count(), func.max(messages.c.id)).where(
    messages.c.chat_id == _CHAT, messages.c.id.between(_LO, _HI)
)
_LEFT_OUT = [
    select(table.c.id).where(table.c.chat_id == _CHAT, table.c.id.between(_LO, _HI))
    for table in (chatter, undecided)
]


def of_chat(connection: Connection, chat_id: int, limit: int) -> list[IdRange]:
    """The first ranges of such ids, ascending; what is read ends where so many are found."""
    failed = [
        one
        for source in (TELEGRAM, DESKTOP)
        for one in failures.of_scope(connection, chat_id, HISTORY, source)
    ]
    found: list[IdRange] = []
    for span in _spans(coverage.ranges(connection, chat_id, HISTORY, TELEGRAM)):
        gaps = _gaps(connection, chat_id, span)
        if not gaps:
            continue
        known = _left_out(connection, chat_id, IdRange(lo=gaps[0].lo, hi=gaps[-1].hi))
        known.update(
            number
            for one in failed
            for number in range(max(one.lo, span.lo), min(one.hi, span.hi) + 1)
        )
        for one in (part for gap in gaps for part in _without(gap, known)):
            if found and found[-1].hi + 1 == one.lo:
                found[-1] = IdRange(lo=found[-1].lo, hi=one.hi)
            elif len(found) == limit:
                return found
            else:
                found.append(one)
    return found


def _spans(covered: list[Covered]) -> Iterator[IdRange]:
    for one in covered:
        if one.stored + one.left_out < one.hi - one.lo + 1:
            for lo in range(one.lo, one.hi + 1, SPAN):
                yield IdRange(lo=lo, hi=min(lo + SPAN - 1, one.hi))


def _gaps(connection: Connection, chat_id: int, span: IdRange) -> list[IdRange]:
    """Where no rows are, ascending."""
    where = {"chat": chat_id, "lo": span.lo, "hi": span.hi}
    stored, newest = connection.execute(_COUNTED, where).one()
    if stored == len(span):
        return []
    last = span.lo - 1 if newest is None else newest
    gaps = sorted(connection.execute(_GAPS, where).all())
    found = [IdRange(lo=lo, hi=hi) for lo, hi in gaps]
    return found + ([IdRange(lo=last + 1, hi=span.hi)] if last < span.hi else [])


def _left_out(connection: Connection, chat_id: int, span: IdRange) -> set[int]:
    where = {"chat": chat_id, "lo": span.lo, "hi": span.hi}
    return {number for one in _LEFT_OUT for number in connection.scalars(one, where)}


def _without(gap: IdRange, known: set[int]) -> Iterator[IdRange]:
    """What is left of a gap without some ids."""
    inside = sorted(known.intersection(range(gap.lo, gap.hi + 1))) if known else []
    lo = gap.lo
    for number in inside:
        if lo < number:
            yield IdRange(lo=lo, hi=number - 1)
        lo = number + 1
    if lo <= gap.hi:
        yield IdRange(lo=lo, hi=gap.hi)
