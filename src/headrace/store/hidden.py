"""What a person does not want to see: marks beside messages and chats, which syncing respects."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    bindparam,
    delete,
    exists,
    literal_column,
    select,
    true,
)

from headrace.model.values import PeerId
from headrace.store import seals
from headrace.store.site_tables import hidden
from headrace.store.statements import for_each, insert_missing, upsert

#: In the place of a message's id: the whole chat.
WHOLE_CHAT = 0

_HIDE = insert_missing(hidden)
_PURGE = upsert(hidden)
_SHOW = for_each(
    ["b_chat", "b_id"],
    delete(hidden).where(
        hidden.c.chat_id == bindparam("b_chat"),
        hidden.c.id == bindparam("b_id"),
        ~hidden.c.purged,
    ),
)
_AMONG = select(hidden.c.id, hidden.c.purged).where(
    hidden.c.chat_id == bindparam("chat", type_=BigInteger),
    hidden.c.id.in_(bindparam("ids", expanding=True)),
)
_PURGED = select(hidden.c.id).where(
    hidden.c.chat_id == bindparam("chat", type_=BigInteger),
    hidden.c.id.between(bindparam("lo", type_=BigInteger), bindparam("hi", type_=BigInteger)),
    hidden.c.purged == true(),
)
_CHATS = select(hidden.c.chat_id).where(hidden.c.id == literal_column(str(WHOLE_CHAT)))


def is_hidden(rows: Any) -> ColumnElement[bool]:
    """Whether a row with ``chat_id`` and ``id`` is; a hidden chat is looked at beforehand."""
    return exists().where(hidden.c.chat_id == rows.c.chat_id, hidden.c.id == rows.c.id)


def hide(connection: Connection, chat_id: PeerId, ids: Sequence[int], now: int) -> None:
    """Keep messages from being shown; of those that are hidden already nothing changes."""
    with seals.follows(connection, chat_id, hidden.name):
        _HIDE.run(connection, [(chat_id, message_id, now, False) for message_id in sorted(ids)])


def show(connection: Connection, chat_id: PeerId, ids: Sequence[int]) -> int:
    """Take the marks away, but for those of what was erased; returns how many."""
    with seals.follows(connection, chat_id, hidden.name):
        return _SHOW.run(connection, [(chat_id, message_id) for message_id in ids])


def show_chat(connection: Connection, chat_id: PeerId) -> None:
    """A chat is no longer hidden, nor is it remembered that it was erased."""
    is_it = (hidden.c.chat_id == chat_id, hidden.c.id == WHOLE_CHAT)
    with seals.follows(connection, chat_id, hidden.name):
        connection.execute(delete(hidden).where(*is_it))


def mark_purged(connection: Connection, chat_id: PeerId, ids: Sequence[int], now: int) -> None:
    """The content is erased, and stays away."""
    _PURGE.run(connection, [(chat_id, message_id, now, True) for message_id in sorted(ids)])


def among(connection: Connection, chat_id: PeerId, ids: Collection[int]) -> dict[int, bool]:
    """Those of the ids that are hidden, and whether their content is erased."""
    rows = connection.execute(_AMONG, {"chat": chat_id, "ids": list(ids)}) if ids else ()
    return {row[0]: row[1] for row in rows}


def purged(connection: Connection, chat_id: PeerId, ids: Collection[int]) -> set[int]:
    """Messages whose content was erased, among these or between them."""
    if not ids:
        return set()
    where = {"chat": chat_id, "lo": min(ids), "hi": max(ids)}
    return set(connection.scalars(_PURGED, where))


def chats(connection: Connection) -> set[PeerId]:
    """Chats that are hidden as a whole."""
    return set(connection.scalars(_CHATS))
