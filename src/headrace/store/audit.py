"""Audits of rows: seals, the ledger, and references both ways. Nothing is changed.

Whatever walks a table does it some hundred rows at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, exists, func, select, text

from headrace.model.audit import Cure, Damage, Finding, cure_of
from headrace.model.coverage import DESKTOP, HISTORY, TELEGRAM, Failure, IdRange, subtract
from headrace.model.proof import Verdict
from headrace.store import coverage as ranges
from headrace.store import failures, ledger, seals
from headrace.store.counts import OF_CHAT
from headrace.store.file_tables import files, message_files, peer_files
from headrace.store.rows import SOURCE_BITS
from headrace.store.seals import Seal
from headrace.store.tables import (
    albums,
    chats,
    counts,
    coverage,
    message_versions,
    messages,
)

_CURES = {TELEGRAM: Cure.REPAIR, DESKTOP: Cure.EXPORT}
#: More of what SQLite says is wrong says nothing new.
_MOST_SAID = 20


def of_database(connection: Connection) -> list[Finding]:
    """What SQLite says of its own file; PostgreSQL looks after its files itself."""
    if connection.dialect.name != "sqlite":
        return []
    said = connection.execute(text(f"PRAGMA integrity_check({_MOST_SAID})")).scalars().all()
    return [
        Finding(kind=Damage.DATABASE, where="archive.db", detail=str(one))
        for one in said
        if one != "ok"
    ]


def chat_ids(connection: Connection) -> list[int]:
    """Every chat that has a row, or of which there are messages or ranges."""
    found: set[int] = set(connection.scalars(select(chats.c.id)))
    for table in (messages, coverage, peer_files):
        found.update(connection.scalars(select(table.c.chat_id).distinct()))
    return sorted(found)


def is_sealed(connection: Connection, chat_id: int) -> bool:
    """Whether the rows of a chat (or of all) were counted after they were last written."""
    found = seals.of_chat(connection, chat_id)
    return bool(found) and not any(one.is_broken for one in found)


def of_seal(connection: Connection, chat_id: int) -> list[Finding]:
    """Tables of a chat (or of all) that have lost rows since they were counted."""
    return [
        Finding(
            kind=Damage.ROWS,
            where=one.table,
            detail=_said_of(one),
            chat=chat_id or None,
            rows=one.found + one.lost,
        )
        for one in seals.of_chat(connection, chat_id)
        if one.lost
    ]


def _said_of(seal: Seal) -> str:
    of_chat = f" of {seal.chat_id}" if seal.chat_id else ""
    lost = "1 row is" if seal.lost == 1 else f"{seal.lost:,} rows are"
    return f"{lost} gone since the rows{of_chat} were counted; {seal.found:,} are there"


def of_chat_row(connection: Connection, chat_id: int) -> list[Finding]:
    if connection.scalar(select(chats.c.id).where(chats.c.id == chat_id)) is not None:
        return []
    said = "is known by its messages only"
    return [Finding(kind=Damage.CHAT, where=f"chat {chat_id}", detail=said, chat=chat_id)]


def of_ledger(connection: Connection, chat_id: int) -> list[Finding]:
    """Ranges that do not add up, and messages that no range covers."""
    found: list[Finding] = []
    read = connection.execute(
        select(coverage.c.scope, coverage.c.source).where(coverage.c.chat_id == chat_id).distinct()
    ).all()
    for scope, source in sorted(read):
        verdicts = ledger.verify(connection, chat_id, scope, source)
        found += [_unsound(chat_id, scope, source, one) for one in verdicts if not one.is_whole]
    found += [
        _lost(chat_id, source, one)
        for source in SOURCE_BITS
        for one in failures.of_scope(connection, chat_id, HISTORY, source)
        if one.reason == failures.LOST
    ]
    # Replies that were read post by post lie in ranges of their own.
    if all(scope == HISTORY for scope, _ in read):
        for source in SOURCE_BITS:
            found += _uncovered(connection, chat_id, source)
    return found


def _unsound(chat_id: int, scope: str, source: str, verdict: Verdict) -> Finding:
    which = "" if verdict.lost_id is None else f" (it is {verdict.lost_id})"
    cure = _CURES[source]
    if source == TELEGRAM and (scope != HISTORY or (verdict.left_out and verdict.lost_id is None)):
        cure = Cure.IMPORT
    return Finding(
        kind=Damage.LEDGER,
        where=f"messages {verdict.lo}..{verdict.hi} of {chat_id}",
        detail=f"{verdict.stored:,} were stored, {verdict.found:,} are there{which}",
        chat=chat_id,
        scope=scope,
        source=source,
        lo=verdict.lo,
        hi=verdict.hi,
        cure=cure,
    )


def _lost(chat_id: int, source: str, failure: Failure) -> Finding:
    one = failure.lo == failure.hi
    return Finding(
        kind=Damage.LEDGER,
        where=f"message {failure.lo} of {chat_id}"
        if one
        else f"messages {failure.lo}..{failure.hi} of {chat_id}",
        detail="was stored, and is gone" if one else "were stored, and some are gone",
        chat=chat_id,
        source=source,
        lo=failure.lo,
        hi=failure.hi,
        cure=_CURES[source],
    )


def _uncovered(connection: Connection, chat_id: int, source: str) -> Iterator[Finding]:
    shown = messages.c.sources.bitwise_and(SOURCE_BITS[source]) != 0
    span = _span(connection, chat_id, shown)
    if span is None:
        return
    covered = ranges.ranges(connection, chat_id, HISTORY, source)
    known = [IdRange(lo=one.lo, hi=one.hi) for one in covered]
    cure = Cure.IMPORT if any(one.left_out for one in covered) else _CURES[source]
    for gap in subtract([span], known):
        inside = _span(connection, chat_id, shown, messages.c.id.between(gap.lo, gap.hi))
        if inside is not None:
            # What lies between two ranges was most likely read with them.
            lo = gap.lo if any(one.hi == gap.lo - 1 for one in known) else inside.lo
            yield Finding(
                kind=Damage.UNCOVERED,
                where=f"messages {inside.lo}..{inside.hi} of {chat_id}",
                detail="are there, and the ledger does not know that they were read",
                chat=chat_id,
                source=source,
                lo=lo,
                hi=inside.hi,
                cure=cure,
            )


def _span(connection: Connection, chat_id: int, *where: ColumnElement[bool]) -> IdRange | None:
    lo, hi = connection.execute(
        select(func.min(messages.c.id), func.max(messages.c.id)).where(
            messages.c.chat_id == chat_id, *where
        )
    ).one()
    return None if lo is None else IdRange(lo=lo, hi=hi)


def of_orphans(connection: Connection, chat_id: int) -> list[Finding]:
    """Rows that belong to a message which is not there, and albums without a member."""
    lost: dict[int, set[str]] = {}
    for table in (message_files, message_versions, counts):
        for message_id in connection.scalars(_without_message(table, chat_id)):
            lost.setdefault(message_id, set()).add(table.name)
    found = [
        Finding(
            kind=Damage.ORPHAN,
            where=f"message {message_id} of {chat_id}",
            detail=f"is not there, and has rows in {', '.join(sorted(names))}",
            chat=chat_id,
            lo=message_id,
            hi=message_id,
        )
        for message_id, names in sorted(lost.items())
    ]
    empty = select(albums.c.grouped_id).where(
        albums.c.chat_id == chat_id,
        ~exists().where(
            messages.c.chat_id == albums.c.chat_id, messages.c.grouped_id == albums.c.grouped_id
        ),
    )
    return found + [
        _album(chat_id, one, "has no message any more") for one in connection.scalars(empty)
    ]


def _without_message(table: Table, chat_id: int) -> Any:
    there = exists().where(messages.c.chat_id == table.c.chat_id, messages.c.id == table.c.id)
    of_messages = (table.c.chat_id == chat_id, table.c.id != OF_CHAT)
    return select(table.c.id).where(*of_messages, ~there).distinct()


def _album(chat_id: int, grouped_id: int, detail: str) -> Finding:
    where = f"album {grouped_id} of {chat_id}"
    return Finding(kind=Damage.ORPHAN, where=where, detail=detail, chat=chat_id)


def of_file_rows(connection: Connection, chat_id: int) -> list[Finding]:
    """Files that a chat names and that have no row."""
    found: list[Finding] = []
    for table, number in ((message_files, "id"), (peer_files, "peer_id")):
        rows = connection.execute(
            select(table.c.file, func.max(table.c[number]))
            .where(
                table.c.chat_id == chat_id,
                ~exists().where(files.c.key == table.c.file),
            )
            .group_by(table.c.file)
            .order_by(table.c.file)
        )
        found += [_no_row(chat_id, key, last, of=table) for key, last in rows]
    return found


def _no_row(chat_id: int, key: Any, last: int, *, of: Table) -> Finding:
    by = f"message {last}" if of is message_files else f"the picture of {last}"
    return Finding(
        kind=Damage.FILE_ROW,
        where=str(key),
        detail=f"is named by {by} of {chat_id}, and has no row",
        chat=chat_id,
        lo=last if of is message_files else None,
        hi=last if of is message_files else None,
        file=key,
        cure=cure_of(key),
    )


def of_unnamed_files(connection: Connection) -> list[Finding]:
    """Files with a row that nothing names."""
    rows = connection.scalars(
        select(files.c.key)
        .where(
            ~exists().where(message_files.c.file == files.c.key),
            ~exists().where(peer_files.c.file == files.c.key),
        )
        .order_by(files.c.key)
    )
    said = "has a row, and nothing names it"
    return [Finding(kind=Damage.ORPHAN, where=key, detail=said, file=key) for key in rows]


def of_contentless_files(connection: Connection) -> list[Finding]:
    """Rows that say that a file is stored, and not under which content."""
    rows = connection.scalars(
        select(files.c.key).where(files.c.state == "stored", files.c.sha256.is_(None))
    )
    said = "is stored, and its row does not say where"
    return [Finding(kind=Damage.FILE, where=key, detail=said, file=key) for key in rows]
