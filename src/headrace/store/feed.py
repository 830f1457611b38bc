"""Which posts come next: keyset over a chat's ids, an album under the lowest of its members.

An album counts as one and is met at its lowest shown id, so no page can cut it. Filters look at
some thousand messages at most in one question; where these are not enough, the page is short or
empty and says where to go on.
"""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    bindparam,
    exists,
    func,
    literal_column,
    or_,
    select,
)

from headrace.model.reading import Filter
from headrace.model.values import PeerId, Timestamp
from headrace.store.hidden import is_hidden
from headrace.store.tables import IS_POST, messages

#: Messages that one question looks at.
WINDOW = 10_000
#: Below and above every message id.
LOWEST, HIGHEST = -(2**63), 2**63 - 1
#: Ids grow with time; clocks of servers may differ by less than this, in seconds.
_JITTER = 3600

_CHAT = bindparam("chat", type_=BigInteger)
_LO, _HI = bindparam("lo", type_=BigInteger), bindparam("hi", type_=BigInteger)
_SPAN = select(messages.c.id).where(messages.c.chat_id == _CHAT, messages.c.id.between(_LO, _HI))
_END_DOWN = _SPAN.order_by(messages.c.id.desc()).offset(WINDOW - 1).limit(1)
_END_UP = _SPAN.order_by(messages.c.id).offset(WINDOW - 1).limit(1)
_FIRST_SINCE = (
    select(messages.c.id)
    .where(
        messages.c.chat_id == _CHAT,
        IS_POST,
        messages.c.date >= bindparam("moment", type_=BigInteger),
    )
    .order_by(messages.c.date, messages.c.id)
    .limit(1)
)


class Head(NamedTuple):
    """A post by its position, and the album that it is."""

    position: int
    grouped_id: int | None


class Heads(NamedTuple):
    """The next posts in the order asked for; ``reached``: go on behind it, none at the end."""

    found: list[Head]
    reached: int | None


class _Shape(NamedTuple):
    """What a question asks for, apart from its values."""

    up: bool
    system: bool
    reposts: bool
    polls: bool
    deleted: bool
    author: bool
    kinds: bool
    media: bool | None
    comments: bool | None


def below(
    connection: Connection, chat_id: PeerId, position: int | None, limit: int, filters: Filter
) -> Heads:
    """The newest posts below a position, newest first."""
    hi = HIGHEST if position is None else position - 1
    return _next(connection, chat_id, LOWEST, hi, limit, filters, up=False)


def above(
    connection: Connection, chat_id: PeerId, position: int, limit: int, filters: Filter
) -> Heads:
    """The oldest posts above a position, oldest first."""
    return _next(connection, chat_id, position + 1, HIGHEST, limit, filters, up=True)


def first_since(connection: Connection, chat_id: PeerId, moment: Timestamp) -> int | None:
    """The id of the first message that was posted at this time or later."""
    found: int | None = connection.scalar(_FIRST_SINCE, {"chat": chat_id, "moment": moment})
    return found


def _next(
    connection: Connection,
    chat_id: PeerId,
    lo: int,
    hi: int,
    limit: int,
    filters: Filter,
    *,
    up: bool,
) -> Heads:
    if filters.until is not None:
        later = first_since(connection, chat_id, filters.until + _JITTER)
        hi = hi if later is None else min(hi, later - 1)
    if filters.since is not None:
        first = first_since(connection, chat_id, filters.since - _JITTER)
        if first is None:
            return Heads([], None)
        lo = max(lo, first)
    values: dict[str, Any] = {"chat": chat_id, "lo": lo, "hi": hi}
    end = connection.scalar(_END_UP if up else _END_DOWN, values)
    if end is not None:
        values |= {"hi": end} if up else {"lo": end}
    values |= {"limit": limit + 1, "author": filters.author, "kinds": sorted(filters.kinds)}
    values |= {
        "since": LOWEST if filters.since is None else filters.since,
        "until": HIGHEST if filters.until is None else filters.until,
    }
    statement = heads(_shape(filters, up=up))
    names = statement.compile().params.keys()
    rows = connection.execute(statement, {name: values[name] for name in names if name in values})
    found = [Head(*row) for row in rows]
    if len(found) > limit:
        return Heads(found[:limit], found[limit - 1].position)
    return Heads(found, end)


def _shape(filters: Filter, *, up: bool) -> _Shape:
    return _Shape(
        up=up,
        system=filters.include_system_messages,
        reposts=filters.include_reposts,
        polls=filters.include_polls,
        deleted=filters.include_deleted,
        author=filters.author is not None,
        kinds=bool(filters.kinds),
        media=filters.has_media,
        comments=filters.has_comments,
    )


@cache
def heads(shape: _Shape) -> Select[int, int | None]:
    """The statement of a shape, built once."""
    rows, earlier = messages, messages.alias("earlier")
    is_later = exists().where(
        earlier.c.chat_id == rows.c.chat_id,
        earlier.c.grouped_id == rows.c.grouped_id,
        earlier.c.id < rows.c.id,
        *_shown(earlier, shape),
    )
    ordered = rows.c.id if shape.up else rows.c.id.desc()
    return (
        select(rows.c.id, rows.c.grouped_id)
        .where(
            rows.c.chat_id == _CHAT,
            rows.c.id.between(_LO, _HI),
            rows.c.date >= bindparam("since", type_=BigInteger),
            rows.c.date < bindparam("until", type_=BigInteger),
            *_shown(rows, shape),
            *_wanted(rows, shape),
            or_(rows.c.grouped_id.is_(None), ~is_later),
        )
        .order_by(ordered)
        .limit(bindparam("limit"))
    )


def _shown(rows: Any, shape: _Shape) -> list[ColumnElement[bool]]:
    """What a member of an album has to be to be shown, whatever the others are."""
    where = [~is_hidden(rows)]
    return where if shape.deleted else [*where, rows.c.deleted_at.is_(None)]


def _wanted(rows: Any, shape: _Shape) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if not shape.system:
        where.append(rows.c.kind != literal_column("'service'"))
    if not shape.reposts:
        where.append(rows.c.forward.is_(None))
    if not shape.polls:
        where.append(rows.c.poll.is_(None))
    if shape.author:
        where.append(rows.c.author == bindparam("author", type_=BigInteger))
    if shape.kinds:
        where.append(_any_member(rows, _is_of_kinds))
    if shape.media is not None:
        where.append(_any_member(rows, _has_file) if shape.media else ~_has_file(rows))
    if shape.comments is not None:
        found = _any_member(rows, _has_comments)
        where.append(found if shape.comments else ~found)
    return where


def _any_member(rows: Any, holds: Any) -> ColumnElement[bool]:
    """It holds for the message, or for another of its album."""
    member = messages.alias("member")
    return or_(
        holds(rows),
        rows.c.grouped_id.is_not(None)
        & exists().where(
            member.c.chat_id == rows.c.chat_id,
            member.c.grouped_id == rows.c.grouped_id,
            # Without it PostgreSQL may look through all messages first, for a table of albums.
            member.c.id != rows.c.id,
            holds(member),
        ),
    )


def _is_of_kinds(rows: Any) -> ColumnElement[bool]:
    media = rows.c.media
    kind = func.coalesce(media["role"].as_string(), media["kind"].as_string())
    return kind.in_(bindparam("kinds", expanding=True))


def _has_file(rows: Any) -> ColumnElement[bool]:
    kind = func.coalesce(rows.c.media["kind"].as_string(), literal_column("''"))
    return kind.in_([literal_column("'photo'"), literal_column("'document'")])


def _has_comments(rows: Any) -> ColumnElement[bool]:
    return func.coalesce(rows.c.comments, literal_column("0")) > literal_column("0")
