"""Edits and counts: what of a message changed since it was last read, kept beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from headrace.model.coverage import TELEGRAM
from headrace.model.message import Message
from headrace.store.messages import Known
from headrace.store.rows import SOURCE_BITS, counters, is_edit, json_text, split_media
from headrace.store.statements import insert_missing, upsert
from headrace.store.tables import counts, message_versions

_ADD_VERSION = upsert(message_versions)
_ADD_COUNT = upsert(counts)
_ADD_FIRST_COUNT = insert_missing(counts)


class Change(NamedTuple):
    """A stored message and what the server says of it now."""

    old: Known
    new: Message

    @property
    def is_edit(self) -> bool:
        return is_edit(self.old.message, self.new)

    @property
    def moved(self) -> bool:
        """It is in another album than before, or in none."""
        return self.old.message.grouped_id != self.new.grouped_id


def keep_versions(connection: Connection, chat_id: int, edits: Sequence[Change], now: int) -> None:
    """Put the old versions aside, numbered from 1."""
    if not edits:
        return
    latest = _latest_versions(connection, chat_id, [change.new.id for change in edits])
    rows = []
    for change in edits:
        old = change.old.message
        rows.append(
            (
                chat_id,
                old.id,
                latest.get(old.id, 0) + 1,
                old.text,
                json_text(old.entities),
                json_text(split_media(old.media)[0]),
                old.edited,
                change.old.last_seen_at,
                now,
            )
        )
    _ADD_VERSION.run(connection, rows)


def keep_counts(connection: Connection, chat_id: int, changes: Sequence[Change], now: int) -> None:
    """Append the counts that have a new value, after the value that they had at first."""
    first, points = [], []
    for old, new in changes:
        before, after = counters(old.message), counters(new)
        if before == after:
            continue
        for kind in before.keys() | after.keys():
            value, earlier = after.get(kind, 0), before.get(kind)
            if value == earlier:
                continue
            if earlier is not None:
                first.append((chat_id, new.id, kind, _counted_at(old), earlier))
            points.append((chat_id, new.id, kind, now, value))
    if first:
        has_points = _with_points(connection, chat_id, {row[1] for row in first})
        missing = [row for row in first if (row[1], row[2]) not in has_points]
        _ADD_FIRST_COUNT.run(connection, sorted(missing))
    _ADD_COUNT.run(connection, sorted(points))


def _counted_at(old: Known) -> int:
    """When Telegram said what it said first, as far as the row tells: an export may be older."""
    if old.sources == SOURCE_BITS[TELEGRAM]:
        return old.first_seen_at
    return old.last_seen_at


def _latest_versions(connection: Connection, chat_id: int, ids: Sequence[int]) -> dict[int, int]:
    rows = connection.execute(
        select(message_versions.c.id, func.max(message_versions.c.version))
        .where(
            message_versions.c.chat_id == chat_id,
            message_versions.c.id.in_(ids),
            message_versions.c.version > 0,
        )
        .group_by(message_versions.c.id)
    )
    return {row[0]: row[1] for row in rows}


def _with_points(connection: Connection, chat_id: int, ids: set[int]) -> set[tuple[int, str]]:
    rows = connection.execute(
        select(counts.c.id, counts.c.kind)
        .where(counts.c.chat_id == chat_id, counts.c.id.in_(ids))
        .distinct()
    )
    return {(message_id, kind) for message_id, kind in rows}
