"""Albums: a row for each that a page touched; its layout is computed later."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, delete, exists, func, select

from headrace.model.message import Message
from headrace.store.statements import for_each, insert_missing
from headrace.store.tables import albums, messages

_ADD = insert_missing(albums)
_DROP_EMPTY = for_each(
    ["b_chat", "b_album"],
    delete(albums).where(
        albums.c.chat_id == bindparam("b_chat"),
        albums.c.grouped_id == bindparam("b_album"),
        ~exists().where(
            messages.c.chat_id == albums.c.chat_id,
            messages.c.grouped_id == albums.c.grouped_id,
        ),
    ),
)


def touch(connection: Connection, chat_id: int, batch: Sequence[Message]) -> int:
    """Add the albums of messages; returns how many are new."""
    found = {message.grouped_id for message in batch if message.grouped_id is not None}
    return _ADD.run(connection, [(chat_id, album, None, False) for album in sorted(found)])


def drop_empty(connection: Connection, chat_id: int, batch: Sequence[Message]) -> None:
    """Delete the albums that messages left, where nobody else is in them."""
    left = {message.grouped_id for message in batch if message.grouped_id is not None}
    _DROP_EMPTY.run(connection, [(chat_id, album) for album in sorted(left)])


def count(connection: Connection, chat_id: int) -> int:
    where = albums.c.chat_id == chat_id
    return connection.execute(select(func.count()).select_from(albums).where(where)).scalar_one()
