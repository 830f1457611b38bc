"""Messages of which something was not understood: finding them, and putting better ones in."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select

from headrace.model.coverage import Lease
from headrace.model.message import Message
from headrace.store import albums, exports, files, leases, months, search_queue
from headrace.store import messages as rows
from headrace.store.rows import message_row, to_message
from headrace.store.statements import upsert
from headrace.store.tables import messages
from headrace.store.wall import ROW_FAULTS, is_row_fault

#: What is known of a message beside its content stays as it was.
_BESIDE = ("source", "sources", "first_seen_at", "last_seen_at", "deleted_at")
_MEND = upsert(messages, keep=[name for name in _BESIDE if name in messages.columns])


def after(connection: Connection, chat_id: int, message_id: int, limit: int) -> list[Message]:
    """The next such messages of a chat, in ascending order."""
    rows = connection.execute(
        select(messages)
        .where(
            messages.c.chat_id == chat_id,
            messages.c.id > message_id,
            messages.c.unsupported.is_not(None),
        )
        .order_by(messages.c.id)
        .limit(limit)
    )
    return [to_message(row) for row in rows.mappings()]


def mend(
    connection: Connection, lease: Lease, chat_id: int, better: Sequence[Message], now: int
) -> int:
    """Put better messages in the place of those with the same ids; returns how many were taken.

    It is the same message, better understood: no edit, no new sight. One that the database
    refuses stays as it was.
    """
    leases.check(connection, lease)
    return sum(_mend(connection, chat_id, message, now) for message in better)


def _mend(connection: Connection, chat_id: int, message: Message, now: int) -> bool:
    try:
        with connection.begin_nested():
            _MEND.run(connection, [message_row(chat_id, "telegram", message, now)])
            search_queue.add(connection, chat_id, [message.id])
            months.mark(connection, chat_id, [message.date])
            files.write(connection, chat_id, [message])
            albums.touch(connection, chat_id, [message])
            if message.grouped_id is not None:
                albums.lay_out(connection, chat_id, [message.grouped_id])
            known = rows.get(connection, chat_id, message.id)
            if known is not None and known.is_telegrams and known.is_exported:
                exports.forget_repeated(connection, chat_id, [message])
    except ROW_FAULTS as error:
        if not is_row_fault(error):
            raise
        return False
    return True
