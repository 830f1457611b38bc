"""Proofs from the ledger: that no row is lost, and what became of any single id."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, func, select

from headrace.model.coverage import HISTORY
from headrace.model.proof import Verdict, Whereabouts
from headrace.store import coverage, failures
from headrace.store.tables import coverage as ranges
from headrace.store.tables import messages, roots


def verify(connection: Connection, chat_id: int, scope: str, source: str) -> list[Verdict]:
    """Count the rows of every covered range."""
    verdicts = []
    for covered in coverage.ranges(connection, chat_id, scope, source):
        found, found_sum = connection.execute(
            select(func.count(), func.coalesce(func.sum(messages.c.id), 0)).where(
                messages.c.chat_id == chat_id,
                messages.c.id.between(covered.lo, covered.hi),
                *_of_scope(chat_id, scope, source),
            )
        ).one()
        verdicts.append(
            Verdict(
                lo=covered.lo,
                hi=covered.hi,
                stored=covered.stored,
                ids_sum=covered.ids_sum,
                found=found,
                found_sum=int(found_sum),
            )
        )
    return verdicts


def whereabouts(connection: Connection, chat_id: int, message_id: int) -> Whereabouts:
    row = connection.execute(
        select(messages.c.date, messages.c.deleted_at).where(
            messages.c.chat_id == chat_id, messages.c.id == message_id
        )
    ).first()
    if row is not None:
        if row.deleted_at is None:
            return Whereabouts(state="stored", at=row.date)
        return Whereabouts(state="deleted", at=row.deleted_at)
    failure = failures.of_id(connection, chat_id, message_id)
    if failure is not None:
        return Whereabouts(state="failed", reason=failure.reason, detail=failure.detail)
    # Only Telegram's own history proves that there was nothing.
    proven = connection.execute(
        select(ranges.c.lo).where(
            ranges.c.chat_id == chat_id,
            ranges.c.scope == HISTORY,
            ranges.c.source == "telegram",
            ranges.c.lo <= message_id,
            ranges.c.hi >= message_id,
        )
    ).first()
    return Whereabouts(state="never there" if proven else "not yet read")


def _of_scope(chat_id: int, scope: str, source: str) -> list[ColumnElement[bool]]:
    """Which rows a scope and source have to show; an export's rows may be Telegram's by now."""
    where = [messages.c.source == source] if source == "telegram" else []
    if scope != HISTORY:
        _, channel, post = scope.split(":")
        root = select(roots.c.root_id).where(
            roots.c.group_id == chat_id,
            roots.c.channel_id == int(channel),
            roots.c.post_id == int(post),
        )
        where.append(messages.c.thread_id == root.scalar_subquery())
    return where
