"""Counts over time: one point for each new value of what Telegram counts on a message or a chat.

A value that never moved has no points: the row has it. When it moves for the first time, the
value before is kept, too, at the time at which it was first said.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, exists, select

from headrace.model.chat import Chat
from headrace.model.coverage import DESKTOP, TELEGRAM
from headrace.store.statements import insert_missing, upsert
from headrace.store.tables import chats, counts, coverage

#: What is counted of the chat itself has this in the place of a message's id.
OF_CHAT = 0
SUBSCRIBERS = "subscribers"

_ADD = upsert(counts)
_ADD_FIRST = insert_missing(counts)


class Point(NamedTuple):
    """A value, and when headrace first saw it (Unix seconds)."""

    at: int
    value: int


Series = dict[str, list[Point]]
"""Points in the order of time, by kind: ``views``, ``reaction:❤``, ``subscribers`` …"""


def keep_subscribers(connection: Connection, chat: Chat, now: int) -> None:
    """Add a point where Telegram counts others than the row has, which is still to be written."""
    if chat.subscribers is None:
        return
    old = connection.execute(
        select(chats.c.subscribers, chats.c.first_seen_at, chats.c.last_seen_at).where(
            chats.c.id == chat.id, chats.c.source == TELEGRAM
        )
    ).first()
    if old is None or old.subscribers == chat.subscribers:
        return
    key = (chat.id, OF_CHAT, SUBSCRIBERS)
    if old.subscribers is not None and not of(connection, chat.id, OF_CHAT):
        said_at = _said_at(connection, chat.id, old)
        _ADD_FIRST.run(connection, [(*key, said_at, old.subscribers)])
    _ADD.run(connection, [(*key, now, chat.subscribers)])


def of(connection: Connection, chat_id: int, message_id: int) -> Series:
    """All series of a message, or (`OF_CHAT`) of the chat."""
    rows = connection.execute(
        select(counts.c.kind, counts.c.at, counts.c.value)
        .where(counts.c.chat_id == chat_id, counts.c.id == message_id)
        .order_by(counts.c.kind, counts.c.at)
    )
    found: Series = {}
    for kind, at, value in rows:
        found.setdefault(kind, []).append(Point(at, value))
    return found


def _said_at(connection: Connection, chat_id: int, old: Row[Any, Any, Any]) -> int:
    """When Telegram said it first, as far as the row tells: an export may be older."""
    exported = exists().where(coverage.c.chat_id == chat_id, coverage.c.source == DESKTOP)
    is_exported = connection.scalar(select(exported))
    return int(old.last_seen_at if is_exported else old.first_seen_at)
