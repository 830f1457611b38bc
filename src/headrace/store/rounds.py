"""Rounds: since when a run over a chat counts what it sees as just read, and what it has not seen.

A round is a row among the leases that nobody holds: ``since`` is when it began, ``until`` how
long it is gone on with after it was broken off; its ``fence`` is when the last one of its chat
came to its end.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, select

from headrace.model.coverage import TELEGRAM, IdRange, contains
from headrace.model.refresh import Round
from headrace.store.statements import upsert
from headrace.store.tables import leases, messages, watch

#: So long after it began, a round that was broken off is gone on with: long enough to ask for all
#: messages of a large channel, short enough for what it has seen to be fresh.
TTL_SECONDS = 3_600

_ROUND = "round:"
_PUT = upsert(leases)
_ENDED = select(leases.c.resource, leases.c.fence).where(
    leases.c.resource.startswith(_ROUND), leases.c.fence > 0
)
_WATCHED = select(watch.c.chat_id, watch.c.at)
_ROWS = select(
    messages.c.id,
    messages.c.date,
    messages.c.source,
    messages.c.last_seen_at,
    messages.c.deleted_at,
).where(messages.c.chat_id == bindparam("chat"))
_BELOW = (
    _ROWS.where(messages.c.id < bindparam("below"))
    .order_by(messages.c.id.desc())
    .limit(bindparam("limit"))
)
_ANY = (
    select(messages.c.id)
    .where(messages.c.chat_id == bindparam("chat"), messages.c.source == TELEGRAM)
    .limit(1)
)
_OF_IDS = _ROWS.where(messages.c.id.in_(bindparam("ids", expanding=True)))


class Batch(NamedTuple):
    """Ids to look at, newest first, and the id below which to go on; none at the end."""

    ids: list[int]
    below: int | None


def begin(connection: Connection, chat_id: int, now: int) -> Round:
    """The round of a chat: it begins now, or goes on where it was broken off not long ago."""
    resource = _resource(chat_id)
    row = connection.execute(select(leases).where(leases.c.resource == resource)).first()
    began = now
    if row is not None and row.since <= now < row.until:
        began = int(row.since)
    else:
        ended = 0 if row is None else row.fence
        _PUT.run(connection, [(resource, "", ended, now, now + TTL_SECONDS)])
    known = connection.execute(_ANY, {"chat": chat_id}).first()
    return Round(began=began, is_first=known is None)


def end(connection: Connection, chat_id: int, now: int) -> None:
    """The round is over; the next run begins another."""
    _PUT.run(connection, [(_resource(chat_id), "", now, now, 0)])


def ended(connection: Connection) -> dict[int, int]:
    """When the last round of each chat came to its end; of the watched, what was heard since."""
    found = {
        int(row.resource.removeprefix(_ROUND)): row.fence for row in connection.execute(_ENDED)
    }
    for chat_id, at in connection.execute(_WATCHED):
        found[chat_id] = max(at, found.get(chat_id, 0))
    return found


def unseen(
    connection: Connection,
    chat_id: int,
    began: int,
    since: int | None,
    just_read: Sequence[IdRange],
    below: int,
    limit: int,
) -> Batch:
    """Telegram's messages below an id, not deleted and not seen since a round began.

    ``since``: those posted from then on only. ``just_read``: what the round has read of the
    history; a stored message that was not shown there is asked for like any other. Ids grow with
    dates, so that a stretch of ``limit`` rows without one of them is the end.
    """
    where = {"chat": chat_id, "below": below, "limit": limit}
    rows = connection.execute(_BELOW, where).all()
    young = [row for row in rows if since is None or row.date >= since]
    # Seen in the very second in which the round began may mean before it.
    ids = [
        row.id
        for row in young
        if row.source == TELEGRAM
        and row.deleted_at is None
        and row.last_seen_at < began + (not contains(just_read, row.id))
    ]
    return Batch(ids, rows[-1].id if young and len(rows) == limit else None)


def unseen_of(connection: Connection, chat_id: int, began: int, ids: Collection[int]) -> list[int]:
    """Which of the ids are Telegram's messages, not seen since a round began, newest first."""
    rows = connection.execute(_OF_IDS, {"chat": chat_id, "ids": sorted(ids)})
    found = [row.id for row in rows if row.source == TELEGRAM and row.last_seen_at <= began]
    return sorted(found, reverse=True)


def _resource(chat_id: int) -> str:
    return f"{_ROUND}{chat_id}"
