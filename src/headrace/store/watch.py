"""Watching: up to where the changes of a chat are in the archive, and counts that move."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection, select

from headrace.model.change import Counts
from headrace.model.coverage import TELEGRAM, Lease
from headrace.model.message import Message
from headrace.model.page import Page
from headrace.store import changes, leases, messages
from headrace.store.edits import Change
from headrace.store.statements import upsert
from headrace.store.tables import watch

_PUT = upsert(watch)


def position(connection: Connection, chat_id: int) -> int | None:
    """The chat's own count of changes (``pts``) that the archive has reached."""
    found: int | None = connection.scalar(select(watch.c.pts).where(watch.c.chat_id == chat_id))
    return found


def save_position(connection: Connection, chat_id: int, pts: int, now: int) -> None:
    _PUT.run(connection, [(chat_id, pts, now)])


def save_counts(
    connection: Connection, lease: Lease, chat_id: int, moved: Sequence[Counts], now: int
) -> None:
    """Put counts into the messages that are stored and still there; later ones count."""
    leases.check(connection, lease)
    known = messages.by_ids(connection, chat_id, {one.id for one in moved})
    told = {
        number: one.message
        for number, one in known.items()
        if one.is_telegrams and one.deleted_at is None
    }
    for counts in moved:
        if counts.id in told:
            told[counts.id] = _with(told[counts.id], counts)
    moves = [
        Change(known[number], message)
        for number, message in told.items()
        if known[number].message != message
    ]
    page = Page(chat_id=chat_id, lo=1, hi=0, source=TELEGRAM)
    changes.update(connection, page, moves, now)


def _with(message: Message, counts: Counts) -> Message:
    fields = {
        name: value
        for name in Counts.__struct_fields__
        if name != "id" and (value := getattr(counts, name)) is not None
    }
    return msgspec.structs.replace(message, **fields)
