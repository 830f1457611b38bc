"""Failures: ids that were read and could not be kept, until a later page settles them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, select

from headrace.model.coverage import Failure, IdRange, subtract
from headrace.model.page import Page
from headrace.store.statements import for_each, upsert
from headrace.store.tables import failures

#: The reason of a row that the database refused.
DATABASE = "database"
#: The reason of rows that were stored and are gone from the archive.
LOST = "lost"

_FIELDS = ("lo", "hi", "reason", "detail")
_OF_SCOPE = (
    select(*(failures.c[name] for name in _FIELDS))
    .where(
        failures.c.chat_id == bindparam("chat"),
        failures.c.scope == bindparam("scope"),
        failures.c.source == bindparam("source"),
    )
    .order_by(failures.c.lo)
)
_TOUCHING = _OF_SCOPE.where(
    failures.c.lo <= bindparam("below"), failures.c.hi >= bindparam("above")
)
_DROP = for_each(
    ["b_chat", "b_scope", "b_source", "b_lo"],
    delete(failures).where(
        failures.c.chat_id == bindparam("b_chat"),
        failures.c.scope == bindparam("b_scope"),
        failures.c.source == bindparam("b_source"),
        failures.c.lo == bindparam("b_lo"),
    ),
)
_PUT = upsert(failures)


def settle(connection: Connection, page: Page, refused: Mapping[int, str]) -> None:
    """What the page says of its range takes the place of what failed there before.

    Each source settles its own: what Telegram owes an export does not pay, nor the reverse.
    ``refused``: ids whose rows the database did not take, with the reason.
    """
    told = [IdRange(lo=page.lo, hi=page.hi)] if page.lo <= page.hi else []
    told += [IdRange(lo=one.id, hi=one.id) for one in page.messages if not told]
    told += [IdRange(lo=one, hi=one) for one in page.absent]
    told += [IdRange(lo=one.lo, hi=one.hi) for one in page.failures]
    if not told:
        return
    key = (page.chat_id, page.scope, page.source)
    where = {
        **dict(zip(("chat", "scope", "source"), key, strict=True)),
        "below": max(one.hi for one in told),
        "above": min(one.lo for one in told),
    }
    old = [_failure(row) for row in connection.execute(_TOUCHING, where)]
    now = _without(old, told) + _new(page, refused)
    if old:
        _DROP.run(connection, [(*key, one.lo) for one in old])
    _PUT.run(connection, [(*key, one.lo, one.hi, one.reason, one.detail) for one in now])


def lose(connection: Connection, chat_id: int, scope: str, source: str, lost: IdRange) -> None:
    """Rows that were stored are gone; who brought them is to bring them again."""
    detail = "What was stored of it is gone from the archive."
    _PUT.run(connection, [(chat_id, scope, source, lost.lo, lost.hi, LOST, detail)])


def of_scope(connection: Connection, chat_id: int, scope: str, source: str) -> list[Failure]:
    where = {"chat": chat_id, "scope": scope, "source": source}
    rows = connection.execute(_OF_SCOPE, where)
    return [_failure(row) for row in rows]


def of_id(connection: Connection, chat_id: int, message_id: int, source: str) -> Failure | None:
    """Why a source could not give an id, whatever it was read for."""
    row = connection.execute(
        select(*(failures.c[name] for name in _FIELDS))
        .where(
            failures.c.chat_id == chat_id,
            failures.c.source == source,
            failures.c.lo <= message_id,
            failures.c.hi >= message_id,
        )
        .limit(1)
    )
    found = row.first()
    return _failure(found) if found else None


def _without(old: list[Failure], told: list[IdRange]) -> list[Failure]:
    return [
        Failure(lo=part.lo, hi=part.hi, reason=one.reason, detail=one.detail)
        for one in old
        for part in subtract([IdRange(lo=one.lo, hi=one.hi)], told)
    ]


def _new(page: Page, refused: Mapping[int, str]) -> list[Failure]:
    """The page's own failures, less what it holds after all, and the rows refused."""
    held = [IdRange(lo=one.id, hi=one.id) for one in page.messages]
    refusals = [
        Failure(lo=one, hi=one, reason=DATABASE, detail=detail) for one, detail in refused.items()
    ]
    return _without(list(page.failures), held) + refusals


def _failure(row: Row[Any]) -> Failure:
    return Failure(**dict(zip(_FIELDS, row, strict=True)))
