"""Indexing: the search follows the messages, some hundred at a time, in its own transactions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import BigInteger, Connection, bindparam, delete, select

from headrace.model.values import PeerId, Timestamp
from headrace.store import hidden, messages, roots, word_index
from headrace.store.messages import Known
from headrace.store.site_tables import findable, unindexed
from headrace.store.statements import for_each
from headrace.store.word_index import Row
from headrace.transform.searchable import words_in

#: The part of a place that the message's id has; the rest is the date.
_ID_BITS = 29
_LATEST = 2**34 - 1

_WAITING = (
    select(unindexed.c.chat_id, unindexed.c.id)
    .order_by(unindexed.c.chat_id.desc(), unindexed.c.id.desc())
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True)
)
_DONE = for_each(
    ["b_chat", "b_id"],
    delete(unindexed).where(
        unindexed.c.chat_id == bindparam("b_chat"), unindexed.c.id == bindparam("b_id")
    ),
)
_ROWS = select(findable).where(
    findable.c.chat_id == bindparam("chat", type_=BigInteger),
    findable.c.id.in_(bindparam("ids", expanding=True)),
)
_TAKEN = select(findable.c.place).where(findable.c.place.in_(bindparam("places", expanding=True)))


def place_of(date: Timestamp, message_id: int) -> int:
    """Where a message is in the search: newer ones have higher places, of a second higher ids."""
    return min(max(date, 0), _LATEST) << _ID_BITS | message_id & (1 << _ID_BITS) - 1


def span(since: Timestamp | None, until: Timestamp | None) -> tuple[int, int]:
    """The lowest and the highest place of messages posted in [since, until)."""
    lo = 0 if since is None else place_of(since, 0)
    return lo, 2**63 - 1 if until is None else place_of(until, 0) - 1


def index_more(connection: Connection, limit: int) -> int:
    """Bring up to ``limit`` messages up to date; returns how many, 0 when all are."""
    waiting: dict[PeerId, list[int]] = {}
    for chat_id, message_id in connection.execute(_WAITING, {"limit": limit}):
        waiting.setdefault(chat_id, []).append(message_id)
    for chat_id, ids in waiting.items():
        _index(connection, chat_id, ids)
        _DONE.run(connection, [(chat_id, message_id) for message_id in ids])
    return sum(map(len, waiting.values()))


def differing(connection: Connection, chat_id: PeerId, ids: Sequence[int]) -> list[int]:
    """Messages that the search does not have as they are, ascending."""
    return sorted({one.id for rows in _compared(connection, chat_id, ids) for one in rows})


def _index(connection: Connection, chat_id: PeerId, ids: Sequence[int]) -> None:
    stale, fresh = _compared(connection, chat_id, ids)
    index = word_index.of(connection)
    index.drop(connection, stale)
    index.add(connection, _placed(connection, fresh))


def _compared(
    connection: Connection, chat_id: PeerId, ids: Sequence[int]
) -> tuple[list[Row], list[Row]]:
    """Of the rows of messages those that are to go, and those that are to come."""
    there = rows_of(connection, chat_id, ids)
    wanted = _wanted(connection, chat_id, ids)
    stale = [one for number, one in there.items() if not _is_same(one, wanted.get(number))]
    kept = there.keys() - {one.id for one in stale}
    return stale, [one for number, one in wanted.items() if number not in kept]


def rows_of(connection: Connection, chat_id: PeerId, ids: Iterable[int]) -> dict[int, Row]:
    """What the search has of messages, by id."""
    rows = connection.execute(_ROWS, {"chat": chat_id, "ids": sorted(ids)})
    return {row.id: Row(*row) for row in rows}


def _wanted(connection: Connection, chat_id: PeerId, ids: Sequence[int]) -> dict[int, Row]:
    """What the search should have. The copy of a post is found as the post."""
    known = messages.by_ids(connection, chat_id, ids)
    left_out = roots.among(connection, chat_id, ids)
    left_out |= hidden.among(connection, chat_id, ids).keys()
    found = {}
    for number in sorted(known.keys() - left_out):
        row = _row(chat_id, known[number])
        if row is not None:
            found[number] = row
    return found


def _row(chat_id: PeerId, known: Known) -> Row | None:
    message = known.message
    words = words_in(chat_id, message, deleted=known.deleted_at is not None)
    if words is None:
        return None
    return Row(place_of(message.date, message.id), chat_id, message.id, *words)


def _is_same(row: Row, wanted: Row | None) -> bool:
    """Its place may be another than was wanted, where that was taken, but not of another second."""
    if wanted is None or row.place >> _ID_BITS != wanted.place >> _ID_BITS:
        return False
    return row[1:] == wanted[1:]


def _placed(connection: Connection, rows: Sequence[Row]) -> list[Row]:
    """The same, each in a place of its own: messages of two chats may want one."""
    found: list[Row] = []
    mine: set[int] = set()
    places = [one.place for one in rows]
    taken = set(connection.scalars(_TAKEN, {"places": places})) if places else set()
    for one in rows:
        place = one.place
        while place in taken or place in mine:
            place += 1
            taken.update(connection.scalars(_TAKEN, {"places": [place]}))
        mine.add(place)
        found.append(one._replace(place=place))
    return found
