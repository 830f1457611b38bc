"""What the search has to look at anew: noted in the transaction that changes a message.

The row of a message that was noted before is locked, so that whoever indexes it at that moment
is waited for, and it is noted once more.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import BigInteger, Connection, bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite

from headrace.model.values import PeerId
from headrace.store.site_tables import unindexed
from headrace.store.statements import ManyRows

_ADD_LOCKING = postgresql.insert(unindexed)
_ADD = ManyRows(
    unindexed.columns.keys(),
    # SQLite has one writer at a time.
    sqlite=sqlite.insert(unindexed).on_conflict_do_nothing(),
    postgresql=_ADD_LOCKING.on_conflict_do_update(
        index_elements=["chat_id", "id"], set_={"id": _ADD_LOCKING.excluded.id}
    ),
)

_AMONG = select(unindexed.c.id).where(
    unindexed.c.chat_id == bindparam("chat", type_=BigInteger),
    unindexed.c.id.in_(bindparam("ids", expanding=True)),
)


def add(connection: Connection, chat_id: PeerId, ids: Iterable[int]) -> None:
    """These messages are new, or other than they were."""
    _ADD.run(connection, [(chat_id, message_id) for message_id in sorted(set(ids))])


def among(connection: Connection, chat_id: PeerId, ids: Iterable[int]) -> set[int]:
    """Those of the messages that wait."""
    return set(connection.scalars(_AMONG, {"chat": chat_id, "ids": [*ids]}))


def length(connection: Connection) -> int:
    """How many messages wait."""
    return connection.scalar(select(func.count()).select_from(unindexed)) or 0
