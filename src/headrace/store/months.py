"""How many posts each month of a chat shows: counted once, and anew where something changed.

Whatever changes messages marks their months in its own transaction. What is marked is counted by
whoever asks, and written down by ``count_more``, which runs behind those who write. So a count is
never old, and a channel of a million messages is not counted for each page.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import MAXYEAR, UTC, datetime

from sqlalchemy import BigInteger, Connection, bindparam, false, func, select, true, update

from headrace.model.reading import Month
from headrace.model.values import PeerId, Timestamp
from headrace.store.hidden import is_hidden
from headrace.store.site_tables import months
from headrace.store.statements import for_each, upsert
from headrace.store.tables import IS_POST
from headrace.store.tables import messages as rows

#: The last second of the calendar; what is dated later, or before 1970, is in the month next to it.
_LATEST = 253_402_300_799
#: One that is marked already is left alone.
_MARK = upsert(months, keep=["posts", "position"], when=lambda old, _: old.is_stale == false())
_CHAT = bindparam("chat", type_=BigInteger)
_OF_CHAT = (
    select(months.c.month, months.c.posts, months.c.position, months.c.is_stale)
    .where(months.c.chat_id == _CHAT)
    .order_by(months.c.month.desc())
)
_STALE = (
    select(months.c.chat_id, months.c.month)
    .where(months.c.is_stale == true())
    .order_by(months.c.chat_id, months.c.month)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True)
)
_COUNTED = for_each(
    ["posts", "position", "is_stale", "b_chat", "b_month"],
    update(months)
    .values(
        posts=bindparam("posts"), position=bindparam("position"), is_stale=bindparam("is_stale")
    )
    .where(months.c.chat_id == bindparam("b_chat"), months.c.month == bindparam("b_month")),
)
_POSTS = select(
    func.count().filter(rows.c.grouped_id.is_(None)) + func.count(rows.c.grouped_id.distinct()),
    func.coalesce(func.max(rows.c.id), 0),
).where(
    rows.c.chat_id == _CHAT,
    IS_POST,
    rows.c.date >= bindparam("since", type_=BigInteger),
    rows.c.date < bindparam("until", type_=BigInteger),
    ~is_hidden(rows),
)
_NEXT = (
    select(rows.c.date)
    .where(rows.c.chat_id == _CHAT, IS_POST, rows.c.date >= bindparam("since", type_=BigInteger))
    .order_by(rows.c.date)
    .limit(1)
)
_DATES = select(rows.c.date).where(
    rows.c.chat_id == _CHAT, rows.c.id.in_(bindparam("ids", expanding=True))
)


def mark(connection: Connection, chat_id: PeerId, dates: Iterable[Timestamp]) -> None:
    """Messages of these dates have come, gone or changed."""
    starts = sorted({_start_of(date) for date in dates})
    _MARK.run(connection, [(chat_id, start, 0, 0, True) for start in starts])


def mark_those_of(connection: Connection, chat_id: PeerId, ids: Iterable[int]) -> None:
    """Messages were hidden, or are shown again."""
    mark(connection, chat_id, connection.scalars(_DATES, {"chat": chat_id, "ids": [*ids]}))


def of_chat(connection: Connection, chat_id: PeerId) -> list[Month]:
    """The months that have posts, the newest first."""
    found = []
    for row in connection.execute(_OF_CHAT, {"chat": chat_id}).all():
        posts, position = row.posts, row.position
        if row.is_stale:
            posts, position = _count(connection, chat_id, row.month)
        if posts:
            found.append(Month(month=name_of(row.month), count=posts, position=position))
    return found


def count_more(connection: Connection, limit: int) -> int:
    """Count up to ``limit`` marked months; returns how many, 0 when none is left.

    Their rows are locked first: whoever changes a message of one meanwhile marks it afterwards.
    """
    stale = connection.execute(_STALE, {"limit": limit}).all()
    counted = [
        (*_count(connection, chat_id, start), False, chat_id, start) for chat_id, start in stale
    ]
    return _COUNTED.run(connection, counted)


def damaged(connection: Connection, chat_id: PeerId) -> list[Timestamp]:
    """The first seconds of months that are counted wrong, or not at all, ascending."""
    there = {row.month: row for row in connection.execute(_OF_CHAT, {"chat": chat_id})}
    found = []
    for start in sorted({*there, *_starts(connection, chat_id)}):
        row = there.get(start)
        if row is not None and row.is_stale:
            continue
        said = (0, 0) if row is None else (row.posts, row.position)
        if said != _count(connection, chat_id, start):
            found.append(start)
    return found


def name_of(start: Timestamp) -> str:
    """A month as ``2024-01``; of its first second."""
    return datetime.fromtimestamp(start, UTC).strftime("%Y-%m")


def _starts(connection: Connection, chat_id: PeerId) -> Iterator[Timestamp]:
    """The months in which posts are, one look-up for each."""
    since = -(2**63)
    while (date := connection.scalar(_NEXT, {"chat": chat_id, "since": since})) is not None:
        yield _start_of(date)
        since = _end_of(_start_of(date))


def _count(connection: Connection, chat_id: PeerId, start: Timestamp) -> tuple[int, int]:
    """Posts of a month, an album as one, and the highest id."""
    since, until = (start, _end_of(start)) if start else (-(2**63), _end_of(start))
    where = {"chat": chat_id, "since": since, "until": until}
    posts, position = connection.execute(_POSTS, where).one()
    return posts, position


def _start_of(date: Timestamp) -> Timestamp:
    when = datetime.fromtimestamp(min(max(date, 0), _LATEST), UTC)
    return int(datetime(when.year, when.month, 1, tzinfo=UTC).timestamp())


def _end_of(start: Timestamp) -> Timestamp:
    """The first second of the next month."""
    when = datetime.fromtimestamp(start, UTC)
    if (when.year, when.month) == (MAXYEAR, 12):
        return 2**63 - 1
    following = datetime(when.year + when.month // 12, when.month % 12 + 1, 1, tzinfo=UTC)
    return int(following.timestamp())
