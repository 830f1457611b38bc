"""Proofs from the ledger: that no row is lost, and what became of any single id."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, Connection, Select, Text, cast, exists, func, select

from headrace.model.coverage import (
    API,
    DESKTOP,
    HISTORY,
    TELEGRAM,
    Covered,
    Failure,
    thread_of,
)
from headrace.model.proof import Verdict, Whereabouts
from headrace.store import coverage, failures, undecided
from headrace.store.rows import SOURCE_BITS
from headrace.store.tables import coverage as ranges
from headrace.store.tables import messages, roots


def verify(connection: Connection, chat_id: int, scope: str, source: str) -> list[Verdict]:
    """Count the rows of every covered range.

    Of a thread whose root is not known nothing can be counted.
    """
    if scope != HISTORY and connection.execute(_roots_of(chat_id, scope)).first() is None:
        return []
    found = coverage.ranges(connection, chat_id, scope, source)
    return [_verdict(connection, chat_id, scope, source, covered) for covered in found]


def _verdict(
    connection: Connection, chat_id: int, scope: str, source: str, covered: Covered
) -> Verdict:
    where = (
        messages.c.chat_id == chat_id,
        messages.c.id.between(covered.lo, covered.hi),
        *_of_scope(chat_id, scope, source),
    )
    sums = select(func.count(), func.coalesce(func.sum(messages.c.id), 0)).where(*where)
    found, found_sum = connection.execute(sums).one()
    there = (found, int(found_sum))
    shared: Sequence[int] = ()
    if there != (covered.stored, covered.ids_sum):
        of_others = select(messages.c.id).where(*where, _is_in_another(scope, source))
        shared = connection.scalars(of_others.order_by(messages.c.id)).all()
    return Verdict(
        lo=covered.lo,
        hi=covered.hi,
        stored=covered.stored,
        ids_sum=covered.ids_sum,
        found=there[0],
        found_sum=there[1],
        left_out=covered.left_out,
        shared=tuple(shared),
    )


def _is_in_another(scope: str, source: str) -> ColumnElement[bool]:
    """Whether a range of another scope covers a row: its thread, or else the history."""
    covers = exists().where(
        ranges.c.chat_id == messages.c.chat_id,
        ranges.c.source == source,
        ranges.c.lo <= messages.c.id,
        ranges.c.hi >= messages.c.id,
    )
    if scope != HISTORY:
        return covers.where(ranges.c.scope == HISTORY)
    thread = "thread:" + cast(roots.c.channel_id, Text) + ":" + cast(roots.c.post_id, Text)
    return covers.where(
        roots.c.group_id == messages.c.chat_id,
        roots.c.root_id == messages.c.thread_id,
        ranges.c.scope == thread,
    )


def histories(
    connection: Connection, chat_ids: Collection[int], source: str
) -> dict[int, tuple[list[Covered], list[Failure]]]:
    """What a source has been read of the history of chats, and what of it failed."""
    return {
        one: (
            coverage.ranges(connection, one, HISTORY, source),
            failures.of_scope(connection, one, HISTORY, source),
        )
        for one in chat_ids
    }


def whereabouts(connection: Connection, chat_id: int, message_id: int) -> Whereabouts:
    """What became of one id; only Telegram's own history proves that there is nothing.

    ``never there`` says that: it may also have been deleted before it was first looked for.
    """
    row = connection.execute(
        select(messages.c.date, messages.c.deleted_at, messages.c.source).where(
            messages.c.chat_id == chat_id, messages.c.id == message_id
        )
    ).first()
    if row is not None and row.deleted_at is not None:
        return Whereabouts(state="deleted", at=row.deleted_at)
    if row is not None and row.source in (TELEGRAM, API):
        return Whereabouts(state="stored", at=row.date, source=row.source)
    failure = failures.of_id(connection, chat_id, message_id, TELEGRAM)
    if row is not None:
        found = {"reason": failure.reason, "detail": failure.detail} if failure else {}
        looked = _is_covered(connection, chat_id, TELEGRAM, message_id)
        return Whereabouts(
            state="stored", at=row.date, source=DESKTOP, off_server=looked and not failure, **found
        )
    failure = failure or failures.of_id(connection, chat_id, message_id, DESKTOP)
    if failure is not None:
        return Whereabouts(state="failed", reason=failure.reason, detail=failure.detail)
    return _of_no_row(connection, chat_id, message_id)


def _of_no_row(connection: Connection, chat_id: int, message_id: int) -> Whereabouts:
    """What became of an id that is not stored and has not failed."""
    if undecided.is_left_out(connection, chat_id, message_id):
        return Whereabouts(state="left out")
    if _is_covered(connection, chat_id, TELEGRAM, message_id):
        return Whereabouts(state="never there")
    return Whereabouts(state="not yet read", source=_who_was_read(connection, chat_id))


def _is_covered(connection: Connection, chat_id: int, source: str, message_id: int) -> bool:
    where = (*_history(chat_id, source), ranges.c.lo <= message_id, ranges.c.hi >= message_id)
    return connection.execute(select(ranges.c.lo).where(*where)).first() is not None


def _who_was_read(connection: Connection, chat_id: int) -> str:
    """``desktop`` where the chat is known from exports only."""
    read = {
        source: connection.execute(
            select(ranges.c.lo).where(*_history(chat_id, source)).limit(1)
        ).first()
        for source in (TELEGRAM, DESKTOP)
    }
    return DESKTOP if read[DESKTOP] and not read[TELEGRAM] else TELEGRAM


def _history(chat_id: int, source: str) -> tuple[ColumnElement[bool], ...]:
    return (
        ranges.c.chat_id == chat_id,
        ranges.c.scope == HISTORY,
        ranges.c.source == source,
    )


def _of_scope(chat_id: int, scope: str, source: str) -> list[ColumnElement[bool]]:
    """Which rows a scope and source have to show, whoever's words they have by now."""
    where = [messages.c.sources.bitwise_and(SOURCE_BITS[source]) != 0]
    if scope != HISTORY:
        where.append(messages.c.thread_id.in_(_roots_of(chat_id, scope)))
    return where


def _roots_of(chat_id: int, scope: str) -> Select[int]:
    """What the comments of a ``thread:`` scope's post hang on."""
    channel, post = thread_of(scope)
    return select(roots.c.root_id).where(
        roots.c.group_id == chat_id,
        roots.c.channel_id == channel,
        roots.c.post_id == post,
    )
