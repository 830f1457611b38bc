"""Coverage: which ids have been read; ranges that touch are one row, merged by addition."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    Row,
    bindparam,
    delete,
    func,
    literal_column,
    select,
    update,
)

from headrace.model.coverage import (
    HISTORY,
    TELEGRAM,
    THREAD,
    Covered,
    thread_of,
    thread_scope,
)
from headrace.model.page import Page
from headrace.store.statements import for_each, upsert
from headrace.store.tables import coverage

_FIELDS = ("lo", "hi", "stored", "ids_sum", "left_out")
_OF_SCOPE = select(*(coverage.c[name] for name in _FIELDS)).where(
    coverage.c.chat_id == bindparam("chat"),
    coverage.c.scope == bindparam("scope"),
    coverage.c.source == bindparam("source"),
)
_BEFORE = coverage.alias()
#: The last range that begins below: of ranges that never overlap, no other one can reach up.
_LAST_BELOW = (
    select(func.max(_BEFORE.c.lo))
    .where(
        _BEFORE.c.chat_id == bindparam("chat"),
        _BEFORE.c.scope == bindparam("scope"),
        _BEFORE.c.source == bindparam("source"),
        _BEFORE.c.lo <= bindparam("above"),
    )
    .scalar_subquery()
)
_NEIGHBOURS = _OF_SCOPE.where(
    coverage.c.lo >= func.coalesce(_LAST_BELOW, bindparam("above")),
    coverage.c.lo <= bindparam("below"),
    coverage.c.hi >= bindparam("above"),
).order_by(coverage.c.lo)
_KEY = ("chat_id", "scope", "source", "lo")
_DROP = for_each(
    [f"b_{name}" for name in _KEY],
    delete(coverage).where(*(coverage.c[name] == bindparam(f"b_{name}") for name in _KEY)),
)
_PUT = upsert(coverage)
_IN_HISTORY = (
    coverage.c.scope == literal_column(f"'{HISTORY}'"),
    coverage.c.source == literal_column(f"'{TELEGRAM}'"),
)
_WITHIN = select(coverage.c.lo, coverage.c.hi).where(
    coverage.c.chat_id == bindparam("chat"),
    *_IN_HISTORY,
    coverage.c.lo <= bindparam("last"),
    coverage.c.hi >= bindparam("first"),
)
_SHIFT = {
    name: for_each(
        ["change", "b_chat", "b_lo"],
        update(coverage)
        .values({name: coverage.c[name] + bindparam("change", type_=BigInteger)})
        .where(
            coverage.c.chat_id == bindparam("b_chat"),
            *_IN_HISTORY,
            coverage.c.lo == bindparam("b_lo"),
        ),
    )
    for name in ("stored", "ids_sum", "left_out")
}


def add(
    connection: Connection, page: Page, *, held: Collection[int], fresh: Collection[int]
) -> None:
    """Cover the page's range.

    ``held``: the ids in it that are stored now; ``fresh``: those of them that were not
    before. Where the range was covered already, only the fresh ones are added.
    """
    if page.lo > page.hi:
        return
    key = (page.chat_id, page.scope, page.source)
    where = dict(zip(("chat", "scope", "source"), key, strict=True))
    rows = connection.execute(_NEIGHBOURS, {**where, "below": page.hi + 1, "above": page.lo - 1})
    neighbours = [_covered(row) for row in rows]
    merged = merge(neighbours, page.lo, page.hi, held=held, fresh=fresh)
    if neighbours == [merged]:
        return
    _DROP.run(connection, [(*key, old.lo) for old in neighbours if old.lo != merged.lo])
    _PUT.run(
        connection,
        [(*key, merged.lo, merged.hi, merged.stored, merged.left_out, merged.ids_sum)],
    )


def merge(
    neighbours: Sequence[Covered],
    lo: int,
    hi: int,
    *,
    held: Collection[int],
    fresh: Collection[int],
) -> Covered:
    """One range of ``lo..hi`` and all that overlaps or touches it."""
    overlaps = [old for old in neighbours if old.lo <= hi and old.hi >= lo]
    added = [
        one for one in held if one in fresh or not any(old.lo <= one <= old.hi for old in overlaps)
    ]
    return Covered(
        lo=min(lo, *(old.lo for old in neighbours)) if neighbours else lo,
        hi=max(hi, *(old.hi for old in neighbours)) if neighbours else hi,
        stored=sum(old.stored for old in neighbours) + len(added),
        ids_sum=sum(old.ids_sum for old in neighbours) + sum(added),
        left_out=sum(old.left_out for old in neighbours),
    )


def leave_out(
    connection: Connection,
    chat_id: int,
    *,
    added: Collection[int] = (),
    taken: Collection[int] = (),
) -> None:
    """Count ids of read ranges as left out, or no longer so."""
    _shift(connection, chat_id, "left_out", _ones(added, 1) + _ones(taken, -1))


def store_more(connection: Connection, chat_id: int, ids: Collection[int]) -> None:
    """Count ids of read ranges as stored that were not stored when the range was read."""
    _shift(connection, chat_id, "stored", _ones(ids, 1))
    _shift(connection, chat_id, "ids_sum", [(one, one) for one in ids])


def covered_among(connection: Connection, chat_id: int, ids: Collection[int]) -> set[int]:
    """Those of the ids that lie in ranges of the history that Telegram has shown."""
    found = _of_ids(connection, chat_id, ids) if ids else []
    return {one for one in ids if any(lo <= one <= hi for lo, hi in found)}


def has_threads(connection: Connection, chat_id: int) -> bool:
    """Something of a group was read post by post."""
    of_thread = coverage.c.scope.startswith(THREAD)
    found = select(coverage.c.lo).where(coverage.c.chat_id == chat_id, of_thread)
    return connection.execute(found.limit(1)).first() is not None


def tops_of_threads(
    connection: Connection, channel_id: int, groups: Iterable[int]
) -> dict[int, int]:
    """By post of a channel: how far up its comments were read by themselves, in these groups."""
    found: dict[int, int] = {}
    of_channel = coverage.c.scope.startswith(thread_scope(channel_id, 0)[:-1])
    for group in groups:
        rows = connection.execute(
            select(coverage.c.scope, func.max(coverage.c.hi))
            .where(coverage.c.chat_id == group, of_channel)
            .group_by(coverage.c.scope)
        )
        found |= {thread_of(scope)[1]: top for scope, top in rows}
    return found


def _shift(
    connection: Connection, chat_id: int, column: str, found: Sequence[tuple[int, int]]
) -> None:
    """Add to a column of the ranges that hold ids; an id in no range counts nowhere."""
    if not found:
        return
    sums: dict[int, int] = {}
    for lo, hi in _of_ids(connection, chat_id, [one for one, _ in found]):
        if change := sum(number for one, number in found if lo <= one <= hi):
            sums[lo] = change
    _SHIFT[column].run(connection, [(change, chat_id, lo) for lo, change in sums.items()])


def _of_ids(connection: Connection, chat_id: int, ids: Collection[int]) -> list[tuple[int, int]]:
    """The ranges of the history that may hold one of the ids."""
    found = connection.execute(_WITHIN, {"chat": chat_id, "first": min(ids), "last": max(ids)})
    return [(row.lo, row.hi) for row in found]


def _ones(ids: Collection[int], number: int) -> list[tuple[int, int]]:
    return [(one, number) for one in ids]


def ranges(connection: Connection, chat_id: int, scope: str, source: str) -> list[Covered]:
    rows = connection.execute(
        _OF_SCOPE.order_by(coverage.c.lo),
        {"chat": chat_id, "scope": scope, "source": source},
    )
    return [_covered(row) for row in rows]


def _covered(row: Row[Any]) -> Covered:
    return Covered(**dict(zip(_FIELDS, row, strict=True)))
