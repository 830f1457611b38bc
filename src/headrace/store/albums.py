"""Albums: a row for each that a page touched; its layout is computed later."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, func, select

from headrace.model.message import Message
from headrace.store.statements import insert_missing
from headrace.store.tables import albums

_ADD = insert_missing(albums)


def touch(connection: Connection, chat_id: int, batch: Sequence[Message]) -> int:
    """Add the albums of messages; returns how many are new."""
    found = {message.grouped_id for message in batch if message.grouped_id is not None}
    return _ADD.run(connection, [(chat_id, album, None, False) for album in sorted(found)])


def count(connection: Connection, chat_id: int) -> int:
    where = albums.c.chat_id == chat_id
    return connection.execute(select(func.count()).select_from(albums).where(where)).scalar_one()
