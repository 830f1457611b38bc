"""Mending rows: what follows from other rows is made anew, what was read is marked unread.

Nothing is taken away but what the ledger claims and the rows do not bear out.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import Connection, delete, literal_column, or_, select, update

from headrace.model.coverage import HISTORY, TELEGRAM, IdRange
from headrace.model.values import FileKey
from headrace.store import (
    albums,
    failures,
    files,
    ledger,
    messages,
    named_again,
    roots,
    thumbnails,
)
from headrace.store.coverage import ranges
from headrace.store.file_tables import files as file_rows
from headrace.store.file_tables import peer_files
from headrace.store.file_tables import thumbnails as thumbnail_rows
from headrace.store.statements import insert_missing
from headrace.store.tables import coverage

_BATCH = 500
#: What stays of a thread's range, so that it is known how the group is read: no comment lies
#: there, because what it hangs on has a lower id.
_NO_COMMENT = (1, 1)
_BEGUN = insert_missing(coverage)


def name_again(connection: Connection, chat_id: int, ids: Sequence[int]) -> None:
    """Add the references, files, faces, albums and roots of messages that are not there."""
    for start in range(0, len(ids), _BATCH):
        known = [*messages.by_ids(connection, chat_id, ids[start : start + _BATCH]).values()]
        found = [one.message for one in known]
        named_again.write(connection, chat_id, known)
        albums.touch(connection, chat_id, found)
        roots.write(connection, chat_id, found)
        grouped = {one.grouped_id for one in found if one.grouped_id is not None}
        albums.lay_out(connection, chat_id, grouped)


def name_faces_again(connection: Connection, chat_id: int) -> None:
    """Add the rows of pictures of peers that a chat names and that have none."""
    named = connection.scalars(
        select(peer_files.c.file)
        .where(
            peer_files.c.chat_id == chat_id,
            peer_files.c.file.not_in(select(file_rows.c.key)),
        )
        .distinct()
    )
    files.add_avatars(connection, list(named))


def reopen(connection: Connection, chat_id: int, scope: str, source: str, lo: int) -> bool:
    """Take out of the ledger what a range claims and its rows do not bear out.

    A range of Telegram's history goes, so that it is read again; where one id alone is lost, or
    an export brought it, the range stays with the rows that are there and the loss becomes a
    failure. A thread's range proves what it has stored, and no more; in a group that is read by
    threads alone it goes, so that the next import reads the thread again. Returns whether
    anything was taken out.
    """
    verdicts = ledger.verify(connection, chat_id, scope, source)
    verdict = next((one for one in verdicts if one.lo == lo and not one.is_whole), None)
    if verdict is None:
        return False
    is_it = (
        coverage.c.chat_id == chat_id,
        coverage.c.scope == scope,
        coverage.c.source == source,
        coverage.c.lo == lo,
    )
    place = verdict.lost_id
    if scope == HISTORY and source == TELEGRAM and place is None:
        connection.execute(delete(coverage).where(*is_it))
        return True
    if scope != HISTORY and not ranges(connection, chat_id, HISTORY, source):
        connection.execute(delete(coverage).where(*is_it))
        _BEGUN.run(connection, [(chat_id, scope, source, *_NO_COMMENT, 0, 0, 0)])
        return True
    there = {"stored": verdict.found, "ids_sum": verdict.found_sum}
    connection.execute(update(coverage).where(*is_it).values(there))
    if scope == HISTORY:
        first, last = (lo, verdict.hi) if place is None else (place, place)
        failures.lose(connection, chat_id, scope, source, IdRange(lo=first, hi=last))
    return True


def want_again(connection: Connection, keys: Collection[FileKey]) -> None:
    """Files that are damaged are wanted; where they lie is not forgotten."""
    connection.execute(
        update(file_rows)
        .where(
            file_rows.c.key.in_(keys),
            or_(
                file_rows.c.state == literal_column("'stored'"),
                file_rows.c.state == literal_column("'failed'"),
            ),
        )
        .values(state="wanted", reason="")
    )


def set_size(connection: Connection, key: FileKey, size: int) -> None:
    """A file's bytes, which are known to be right, are so many."""
    connection.execute(update(file_rows).where(file_rows.c.key == key).values(size=size))


def want_thumbnails_again(connection: Connection, pictures: Collection[str]) -> None:
    """The thumbnails of pictures (by content) are to be made again."""
    connection.execute(
        update(thumbnail_rows).where(thumbnail_rows.c.sha256.in_(pictures)).values(state="wanted")
    )


def want_missing_thumbnails(connection: Connection) -> None:
    """Every stored picture that has no row wants a thumbnail."""
    statement = select(file_rows.c.sha256, file_rows.c.type, file_rows.c.kind).where(
        file_rows.c.state == literal_column("'stored'"),
        file_rows.c.type.like("image/%"),
        file_rows.c.sha256.not_in(select(thumbnail_rows.c.sha256)),
    )
    for sha256, mime, kind in connection.execute(statement).all():
        thumbnails.want_of(connection, sha256, mime, kind)
