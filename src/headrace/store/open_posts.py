"""Posts of a channel whose comments are open, and those from before any were."""

from __future__ import annotations

from sqlalchemy import BigInteger, ColumnElement, Connection, bindparam, func, select

from headrace.model.coverage import IdRange
from headrace.model.values import PeerId
from headrace.store.tables import IS_POST, messages

_OPEN = select(func.count()).where(
    messages.c.chat_id == bindparam("channel"),
    messages.c.comments.is_not(None),
    messages.c.deleted_at.is_(None),
    messages.c.last_seen_at <= bindparam("seen_by", type_=BigInteger),
)


def oldest_open(
    connection: Connection, channel_id: PeerId, group_id: PeerId, span: IdRange, limit: int
) -> list[int]:
    """The oldest posts of a range whose comments are open in a group, with comments or without."""
    found = connection.scalars(
        select(messages.c.id)
        .where(
            messages.c.chat_id == channel_id,
            messages.c.id.between(span.lo, span.hi),
            messages.c.comments.is_not(None),
            messages.c.replies["chat"].as_string() == str(group_id),
        )
        .order_by(messages.c.id)
        .limit(limit)
    )
    return list(found)


def count_open(connection: Connection, channel_id: PeerId, seen_by: int) -> int:
    """Posts whose comments are open and that were not seen since a moment."""
    where = {"channel": channel_id, "seen_by": seen_by}
    return connection.scalar(_OPEN, where) or 0


def stale_open(connection: Connection, channel_id: PeerId, seen_by: int) -> list[int]:
    """Their ids."""
    where = {"channel": channel_id, "seen_by": seen_by}
    return list(connection.scalars(_OPEN.with_only_columns(messages.c.id), where))


def date_of(connection: Connection, chat_id: PeerId, message_id: int) -> int | None:
    """When a message was posted, if it is stored."""
    found: int | None = connection.scalar(
        select(messages.c.date).where(messages.c.chat_id == chat_id, messages.c.id == message_id)
    )
    return found


def count_before_linking(connection: Connection, channel_id: PeerId) -> int:
    """Posts from before the channel had a discussion group; an album is one."""
    where = _before_linking(connection, channel_id)
    one_each = func.coalesce(-messages.c.grouped_id, messages.c.id)
    counted = select(func.count(one_each.distinct())).where(*where, IS_POST)
    return connection.scalar(counted) or 0 if where else 0


def is_before_linking(connection: Connection, channel_id: PeerId, message_id: int) -> bool:
    """A message of a channel is stored, and from before it had a discussion group."""
    where = _before_linking(connection, channel_id)
    found = select(messages.c.id).where(*where, messages.c.id == message_id)
    return bool(where) and connection.execute(found).first() is not None


def _before_linking(connection: Connection, channel_id: PeerId) -> list[ColumnElement[bool]]:
    """What holds for such messages: they lie below all that ever were open in any group.

    Nothing where no post has ever been open.
    """
    mine = messages.c.chat_id == channel_id
    found = connection.execute(
        select(messages.c.id, messages.c.grouped_id)
        .where(mine, messages.c.comments.is_not(None))
        .order_by(messages.c.id)
        .limit(1)
    ).first()
    if found is None:
        return []
    of_another = messages.c.grouped_id.is_distinct_from(found.grouped_id)
    return [
        mine,
        messages.c.id < found.id,
        messages.c.comments.is_(None),
        messages.c.deleted_at.is_(None),
        messages.c.grouped_id.is_(None) | of_another,
    ]
