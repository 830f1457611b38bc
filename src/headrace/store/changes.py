"""Changes: rows that are new, and rows of which a source says something else than they do."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from headrace.model.message import Message
from headrace.model.page import Page, Saved
from headrace.store import albums, edits, exports, files, messages, months, roots
from headrace.store.edits import Change
from headrace.transform.named_files import files_of


def insert(connection: Connection, page: Page, batch: Sequence[Message], now: int) -> Saved:
    """Write messages with their files and albums, over what is there."""
    messages.write(connection, page, batch, now)
    roots.write(connection, page.chat_id, batch)
    return Saved(
        new=len(batch),
        files=files.write(connection, page.chat_id, batch),
        albums=albums.touch(connection, page.chat_id, batch),
    )


def update(connection: Connection, page: Page, changes: Sequence[Change], now: int) -> Saved:
    """Telegram says of its own rows something else than before."""
    edited = [change for change in changes if change.is_edit]
    edits.keep_versions(connection, page.chat_id, edited, now)
    edits.keep_counts(connection, page.chat_id, changes, now)
    files.replace(connection, page.chat_id, changes)
    shared = [change.new for change in edited if change.old.is_exported]
    exports.forget_repeated(connection, page.chat_id, shared)
    saved = insert(connection, page, [change.new for change in changes], now)
    months.mark(connection, page.chat_id, [change.old.message.date for change in changes])
    albums.drop_empty(connection, page.chat_id, [one.old.message for one in changes if one.moved])
    return Saved(edited=len(edited), files=saved.files, albums=saved.albums)


def upgrade(connection: Connection, page: Page, changes: Sequence[Change], now: int) -> Saved:
    """Telegram speaks of rows that only exports had: its words take their place."""
    saved = exports.give_way(connection, page.chat_id, changes, now)
    return saved + _overwrite(connection, page, changes, now)


def renew(connection: Connection, page: Page, changes: Sequence[Change], now: int) -> Saved:
    """An export speaks of rows that only exports have: the latest edit has the row."""
    later = [_filled(change) for change in changes if not _is_older(change)]
    older = [change for change in changes if _is_older(change)]
    saved = exports.succeed(connection, page.chat_id, later, now)
    saved += exports.stand_beside(connection, page.chat_id, older, now)
    saved += _overwrite(connection, page, later, now)
    files.describe(connection, [one for change in later for one in files_of(change.new)])
    return saved + Saved(edited=sum(change.is_edit for change in later))


def hear(connection: Connection, page: Page, changes: Sequence[Change], now: int) -> Saved:
    """An export speaks of rows that have Telegram's words: they keep them."""
    ids = [change.new.id for change in changes if not change.old.is_exported]
    messages.mark_shown(connection, page, ids)
    return exports.stand_beside(connection, page.chat_id, changes, now)


def _overwrite(connection: Connection, page: Page, changes: Sequence[Change], now: int) -> Saved:
    """Put other words into the rows of exports, and sweep away what they alone named."""
    old = [change.old.message for change in changes]
    files.leave(connection, page.chat_id, [message.id for message in old])
    saved = insert(connection, page, [change.new for change in changes], now)
    months.mark(connection, page.chat_id, [message.date for message in old])
    files.drop_unnamed(connection, [named for one in old for named in files_of(one)])
    albums.drop_empty(connection, page.chat_id, old)
    return Saved(files=saved.files, albums=saved.albums)


def _filled(change: Change) -> Change:
    old, new = change.old.message, change.new
    if (old.edited or 0) != (new.edited or 0):
        return change
    return Change(change.old, exports.filled(new, old))


def _is_older(change: Change) -> bool:
    return (change.new.edited or 0) < (change.old.message.edited or 0)
