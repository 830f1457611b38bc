"""Seals: how many rows each table has, counted when the work on a chat has ended.

The ledger proves that no message is lost; most other rows follow from messages and can be
compared with them. Of what follows from nothing (old versions, the history of counts, peers,
failures, what is hidden) a row that goes leaves no trace, but for the seal. It is broken when
somebody takes the lease of a chat, and made anew when the lease is given back; what was found
missing then stays on record until a repair has looked after it. A run that was killed leaves no
seal, which is no damage. Where rows change without a lease, the seal follows (``follows``).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from sqlalchemy import Connection, Table, bindparam, case, func, select, update

from headrace.store.comment_tables import chatter, threads, undecided
from headrace.store.file_tables import files, message_files, peer_files, thumbnails
from headrace.store.site_tables import hidden
from headrace.store.statements import for_each, upsert
from headrace.store.tables import (
    albums,
    chats,
    counts,
    coverage,
    failures,
    message_versions,
    messages,
    peers,
    roots,
    seals,
)

#: The place of a seal over what all chats share.
SHARED = 0
_OF_CHAT: tuple[Table, ...] = (
    messages,
    message_versions,
    counts,
    albums,
    coverage,
    failures,
    message_files,
    peer_files,
    roots,
    chatter,
    undecided,
    threads,
    hidden,
)
#: Tables that know the chat by another name.
_OWNERS = {"roots": "group_id", "threads": "channel_id"}
_OF_ALL: tuple[Table, ...] = (chats, peers, files, thumbnails)
_TABLES = {one.name: one for one in (*_OF_CHAT, *_OF_ALL)}
_PUT = upsert(seals, keep=["lost"])


#: In the place of a count: the seal is broken.
_BROKEN = -1
_BREAK = for_each(
    ["rows", "lost", "b_chat", "b_name"],
    update(seals)
    .values(rows=bindparam("rows"), lost=bindparam("lost"))
    .where(seals.c.chat_id == bindparam("b_chat"), seals.c.name == bindparam("b_name")),
)


class Seal(NamedTuple):
    """Rows of a table when they were counted, and now; ``sealed`` below 0: nobody counted."""

    chat_id: int
    table: str
    sealed: int
    found: int
    #: Lost before the last count.
    lost_before: int

    @property
    def is_broken(self) -> bool:
        """Somebody is at work, or was killed: how many rows there should be nobody knows."""
        return self.sealed == _BROKEN

    @property
    def lost(self) -> int:
        """Rows that are there no more; more rows than before are no loss."""
        now = 0 if self.is_broken else max(self.sealed - self.found, 0)
        return self.lost_before + now


def seal(connection: Connection, chat_id: int, *, shared: bool) -> None:
    """Count the rows of a chat; ``shared``: those of all chats, too, as nobody writes them."""
    # Whoever changes rows without a lease comes before the count, or after it.
    connection.execute(select(seals.c.name).where(seals.c.chat_id == chat_id).with_for_update())
    counted = [(chat_id, one.name, _count(connection, one, chat_id), 0) for one in _OF_CHAT]
    if shared:
        counted += [(SHARED, one.name, _count(connection, one, SHARED), 0) for one in _OF_ALL]
    _PUT.run(connection, counted)


@contextmanager
def follows(connection: Connection, chat_id: int, name: str) -> Iterator[None]:
    """Rows of a table change without the lease of their chat, and its seal with them."""
    is_it = (seals.c.chat_id == chat_id, seals.c.name == name)
    sealed = connection.execute(
        select(seals.c.rows, seals.c.lost).where(*is_it).with_for_update()
    ).first()
    if sealed is None or sealed.rows == _BROKEN:
        yield
        return
    lost = sealed.lost + max(sealed.rows - count(connection, chat_id, name), 0)
    yield
    now = count(connection, chat_id, name)
    connection.execute(update(seals).where(*is_it).values(rows=now, lost=lost))


def break_of(connection: Connection, chat_id: int) -> None:
    """Rows of a chat, and with them those of all chats, are about to change."""
    found = [*of_chat(connection, chat_id), *of_chat(connection, SHARED)]
    _BREAK.run(connection, [(_BROKEN, one.lost, one.chat_id, one.table) for one in found])


def break_all(connection: Connection) -> None:
    """Everything is about to change."""
    connection.execute(update(seals).values(rows=_BROKEN))


def count(connection: Connection, chat_id: int, name: str) -> int:
    """The rows of a table that are there now."""
    return _count(connection, _TABLES[name], chat_id)


def accept(connection: Connection, chat_id: int, name: str) -> None:
    """What a table has now is what it should have: lost rows are back, or were told of."""
    now = count(connection, chat_id, name)
    connection.execute(
        update(seals)
        .where(seals.c.chat_id == chat_id, seals.c.name == name)
        .values(lost=0, rows=case((seals.c.rows == _BROKEN, _BROKEN), else_=now))
    )


def of_chat(connection: Connection, chat_id: int) -> list[Seal]:
    """The seals of a chat (or of ``SHARED``) held against the rows, by table."""
    sealed = connection.execute(
        select(seals.c.name, seals.c.rows, seals.c.lost)
        .where(seals.c.chat_id == chat_id)
        .order_by(seals.c.name)
    )
    return [
        Seal(chat_id, name, rows, _count(connection, _TABLES[name], chat_id), lost)
        for name, rows, lost in sealed.all()
        if name in _TABLES
    ]


def _count(connection: Connection, table: Table, chat_id: int) -> int:
    statement = select(func.count()).select_from(table)
    if chat_id != SHARED:
        statement = statement.where(table.c[_OWNERS.get(table.name, "chat_id")] == chat_id)
    return connection.execute(statement).scalar_one()
