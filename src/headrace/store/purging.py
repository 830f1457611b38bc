"""Erasing what a person wants gone for good: content, its traces, and files nobody else names.

The row of an erased message stays, empty, so that the ledger still adds up and no reading brings
the content back. Of an erased chat nothing stays but a mark.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Connection, Table, bindparam, delete, func, null, select, update

from headrace.model.coverage import Lease
from headrace.model.values import PeerId
from headrace.store import (
    albums,
    hidden,
    leases,
    messages,
    months,
    search_queue,
    site_tables,
    tables,
    threads,
    word_index,
)
from headrace.store.comment_tables import chatter, undecided
from headrace.store.comment_tables import threads as thread_rows
from headrace.store.file_tables import files, message_files, peer_files, thumbnails
from headrace.store.indexing import rows_of
from headrace.store.site_tables import findable, unindexed
from headrace.store.site_tables import hidden as marks
from headrace.store.tables import message_versions, roots

#: What of a message stays: who has shown it when, and what it hangs on.
_KEPT = {
    "chat_id", "id", "source", "kind", "date", "thread_id", "topic", "first_seen_at",
    "last_seen_at", "deleted_at", "sources",
}  # fmt: skip
_EMPTY: dict[str, Any] = {"text": "", "signature": "", "flags": 0, "noforwards": False}
_ROWS = tables.messages
_BLANK = (
    update(_ROWS)
    .values({
        column.name: _EMPTY.get(column.name, null())
        for column in _ROWS.c
        if column.name not in _KEPT
    })
    .where(
        _ROWS.c.chat_id == bindparam("chat", type_=BigInteger),
        _ROWS.c.id.in_(bindparam("ids", expanding=True)),
    )
)  # fmt: skip
#: Tables whose rows belong to one chat, and the column that says to which.
_OF_CHAT: tuple[tuple[Table, str], ...] = (
    (tables.messages, "chat_id"),
    (message_versions, "chat_id"),
    (tables.counts, "chat_id"),
    (tables.albums, "chat_id"),
    (tables.coverage, "chat_id"),
    (tables.claims, "chat_id"),
    (tables.failures, "chat_id"),
    (tables.watch, "chat_id"),
    (tables.seals, "chat_id"),
    (marks, "chat_id"),
    (message_files, "chat_id"),
    (peer_files, "chat_id"),
    (chatter, "chat_id"),
    (undecided, "chat_id"),
    (unindexed, "chat_id"),
    (site_tables.months, "chat_id"),
    (roots, "group_id"),
    (roots, "channel_id"),
    (thread_rows, "channel_id"),
    (tables.chats, "id"),
)
_BATCH = 500


class Content(NamedTuple):
    """Bytes that no row speaks of any more; ``thumb_mime`` is nothing where there is no picture."""

    sha256: str
    extension: str
    thumb_mime: str


def purge(
    connection: Connection, lease: Lease, chat_id: PeerId, ids: Collection[int], now: int
) -> list[Content]:
    """Erase messages and mark them; returns what may be taken off the disk."""
    leases.check(connection, lease)
    known = messages.by_ids(connection, chat_id, ids)
    found = sorted(known)
    named = _named(connection, chat_id, found)
    connection.execute(_BLANK, {"chat": chat_id, "ids": found})
    for table in (message_versions, tables.counts, message_files):
        connection.execute(delete(table).where(table.c.chat_id == chat_id, table.c.id.in_(found)))
    old = [one.message for one in known.values()]
    months.mark(connection, chat_id, [one.date for one in old])
    albums.drop_empty(connection, chat_id, old)
    albums.lay_out(connection, chat_id, {one.grouped_id for one in old if one.grouped_id})
    hidden.mark_purged(connection, chat_id, found, now)
    _forget_words(connection, chat_id, found)
    return _unnamed(connection, named)


def purge_chat(connection: Connection, lease: Lease, chat_id: PeerId, now: int) -> list[Content]:
    """Erase all that is known of a chat; one lease for each is the caller's business."""
    leases.check(connection, lease)
    named = set(connection.scalars(select(message_files.c.file).where(
        message_files.c.chat_id == chat_id).distinct()))  # fmt: skip
    named |= set(
        connection.scalars(
            select(peer_files.c.file).where(peer_files.c.chat_id == chat_id).distinct()
        )
    )
    index = word_index.of(connection)
    while words := connection.execute(
        select(findable).where(findable.c.chat_id == chat_id).limit(_BATCH)
    ).all():
        index.drop(connection, [word_index.Row(*row) for row in words])
    for table, column in _OF_CHAT:
        connection.execute(delete(table).where(table.c[column] == chat_id))
    hidden.mark_purged(connection, chat_id, [hidden.WHOLE_CHAT], now)
    return _unnamed(connection, named)


def own_groups(connection: Connection, channel_id: PeerId) -> list[PeerId]:
    """The discussion groups of a channel that hold copies of no other's posts."""
    return [
        group
        for group in threads.groups_of(connection, channel_id)
        if connection.scalar(
            select(func.count(roots.c.channel_id.distinct())).where(roots.c.group_id == group)
        )
        == 1
    ]


def _named(connection: Connection, chat_id: PeerId, ids: Sequence[int]) -> set[str]:
    where = (message_files.c.chat_id == chat_id, message_files.c.id.in_(ids))
    return set(connection.scalars(select(message_files.c.file).where(*where)))


def _forget_words(connection: Connection, chat_id: PeerId, ids: Sequence[int]) -> None:
    """At once: what is erased is not found until the search has followed."""
    words = rows_of(connection, chat_id, ids)
    word_index.of(connection).drop(connection, list(words.values()))
    search_queue.add(connection, chat_id, ids)


def _unnamed(connection: Connection, keys: Collection[str]) -> list[Content]:
    """Delete the rows of those files that nothing names any more, and find their bytes."""
    found: dict[str, str] = {}
    ordered = sorted(keys)
    for start in range(0, len(ordered), _BATCH):
        gone = (
            files.c.key.in_(ordered[start : start + _BATCH]),
            ~select(message_files.c.file).where(message_files.c.file == files.c.key).exists(),
            ~select(peer_files.c.file).where(peer_files.c.file == files.c.key).exists(),
        )
        rows = connection.execute(select(files.c.sha256, files.c.extension).where(*gone))
        found |= {sha256: extension for sha256, extension in rows if sha256}
        connection.execute(delete(files).where(*gone))
    return [
        content
        for sha256, extension in sorted(found.items())
        if (content := _content(connection, sha256, extension)) is not None
    ]


def _content(connection: Connection, sha256: str, extension: str) -> Content | None:
    """The bytes, unless another file has the same; the row of the thumbnail goes with them."""
    if connection.scalar(select(files.c.key).where(files.c.sha256 == sha256).limit(1)):
        return None
    mime = connection.scalar(select(thumbnails.c.mime).where(thumbnails.c.sha256 == sha256))
    connection.execute(delete(thumbnails).where(thumbnails.c.sha256 == sha256))
    return Content(sha256, extension, mime or "")
