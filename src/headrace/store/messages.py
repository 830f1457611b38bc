"""Messages: writing those of a page, reading them back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import (
    Connection,
    Integer,
    RowMapping,
    and_,
    bindparam,
    func,
    literal_column,
    select,
    update,
)

from headrace.model.coverage import DESKTOP, HISTORY, TELEGRAM
from headrace.model.media import Media
from headrace.model.message import Message
from headrace.model.page import Page
from headrace.model.text import Entity
from headrace.model.values import Timestamp, Value
from headrace.store import months, search_queue
from headrace.store.rows import SOURCE_BITS, message_row, to_message
from headrace.store.statements import for_each, upsert
from headrace.store.tables import message_versions, messages

_UPSERT = upsert(messages, keep=["first_seen_at"], bits=["sources"])
_SEEN = for_each(
    ["last_seen_at", "b_chat", "b_id"],
    update(messages)
    .values(last_seen_at=bindparam("last_seen_at"))
    .where(messages.c.chat_id == bindparam("b_chat"), messages.c.id == bindparam("b_id")),
)
_SHOWN = for_each(
    ["sources", "b_chat", "b_id"],
    update(messages)
    .values(sources=messages.c.sources.bitwise_or(bindparam("sources", type_=Integer)))
    .where(messages.c.chat_id == bindparam("b_chat"), messages.c.id == bindparam("b_id")),
)
_GONE = for_each(
    ["deleted_at", "b_chat", "b_id"],
    update(messages)
    .values(deleted_at=bindparam("deleted_at"))
    .where(
        messages.c.chat_id == bindparam("b_chat"),
        messages.c.id == bindparam("b_id"),
        messages.c.source == literal_column(f"'{TELEGRAM}'"),
        messages.c.deleted_at.is_(None),
    ),
)
_IN_RANGE = select(messages).where(
    messages.c.chat_id == bindparam("chat"),
    messages.c.id.between(bindparam("lo"), bindparam("hi")),
)
_BY_IDS = select(messages).where(
    messages.c.chat_id == bindparam("chat"), messages.c.id.in_(bindparam("ids", expanding=True))
)


#: Below every message id; those of a group that became a supergroup are negative in exports.
BEFORE_ALL = -(2**63)


class Known(NamedTuple):
    """A stored message, with what only the archive knows of it."""

    message: Message
    source: str
    first_seen_at: int
    last_seen_at: int
    deleted_at: int | None
    #: A bit for each source that has shown it.
    sources: int

    @property
    def is_telegrams(self) -> bool:
        """The words are Telegram's."""
        return self.source == TELEGRAM

    @property
    def is_exported(self) -> bool:
        """An export has shown it, whoever's the words are."""
        return bool(self.sources & SOURCE_BITS[DESKTOP])


class Version(Value, frozen=True, kw_only=True):
    """What a message was before an edit, or (numbered below zero) in an export only."""

    version: int
    text: str
    entities: tuple[Entity, ...] = ()
    media: Media | None = None
    edited: Timestamp | None = None
    last_seen_at: Timestamp
    replaced_at: Timestamp

    @property
    def source(self) -> str:
        """Who said it."""
        return DESKTOP if self.version < 0 else TELEGRAM


def known(connection: Connection, page: Page) -> dict[int, Known]:
    """The stored messages of the page's range; for a thread, only those on the page.

    A history page says of its whole range what is there; a thread page does not.
    """
    if page.scope == HISTORY and page.lo <= page.hi:
        where = {"chat": page.chat_id, "lo": page.lo, "hi": page.hi}
        rows = connection.execute(_IN_RANGE, where)
    else:
        ids = [message.id for message in page.messages]
        rows = connection.execute(_BY_IDS, {"chat": page.chat_id, "ids": ids})
    return {row["id"]: to_known(row) for row in rows.mappings()}


def write(connection: Connection, page: Page, batch: Sequence[Message], now: int) -> None:
    """Insert or replace messages of a page."""
    chat_id, source = page.chat_id, page.source
    _UPSERT.run(connection, [message_row(chat_id, source, message, now) for message in batch])
    search_queue.add(connection, chat_id, [message.id for message in batch])
    months.mark(connection, chat_id, [message.date for message in batch])


def mark_seen(connection: Connection, chat_id: int, ids: Sequence[int], now: int) -> None:
    _SEEN.run(connection, [(now, chat_id, message_id) for message_id in ids])


def mark_shown(connection: Connection, page: Page, ids: Sequence[int]) -> None:
    """The page's source has shown messages too, that keep their words."""
    bit = SOURCE_BITS[page.source]
    _SHOWN.run(connection, [(bit, page.chat_id, message_id) for message_id in ids])


def mark_deleted(connection: Connection, chat_id: int, ids: Sequence[int], now: int) -> int:
    """Make tombstones of rows whose ids the server called empty; returns how many are new.

    Rows that only an export has shown get none: that the server has them not is in the ledger.
    """
    search_queue.add(connection, chat_id, ids)
    return _GONE.run(connection, [(now, chat_id, message_id) for message_id in ids])


def get(connection: Connection, chat_id: int, message_id: int) -> Known | None:
    rows = connection.execute(_BY_IDS, {"chat": chat_id, "ids": [message_id]})
    row = rows.mappings().first()
    return to_known(row) if row else None


def by_ids(connection: Connection, chat_id: int, ids: Iterable[int]) -> dict[int, Known]:
    """Those of them that are stored."""
    rows = connection.execute(_BY_IDS, {"chat": chat_id, "ids": sorted(ids)})
    return {row["id"]: to_known(row) for row in rows.mappings()}


def after(connection: Connection, chat_id: int, message_id: int, limit: int) -> list[Known]:
    """The next messages in ascending order; ``message_id`` itself is left out."""
    rows = connection.execute(
        select(messages)
        .where(messages.c.chat_id == chat_id, messages.c.id > message_id)
        .order_by(messages.c.id)
        .limit(limit)
    )
    return [to_known(row) for row in rows.mappings()]


def versions(connection: Connection, chat_id: int, message_id: int) -> list[Version]:
    """Other versions of a message, the oldest edit first."""
    found = versions_of(connection, chat_id, [message_id]).get(message_id, [])
    return sorted(found, key=lambda one: (one.edited or 0, one.version))


def versions_of(
    connection: Connection, chat_id: int, ids: Sequence[int]
) -> dict[int, list[Version]]:
    """Other versions of messages by id, in the order of their numbers."""
    if not ids:
        return {}
    names = Version.__struct_fields__
    rows = connection.execute(
        select(message_versions.c.id, *(message_versions.c[name] for name in names))
        .where(message_versions.c.chat_id == chat_id, message_versions.c.id.in_(ids))
        .order_by(message_versions.c.id, message_versions.c.version)
    )
    found: dict[int, list[Version]] = {}
    for message_id, *row in rows:
        fields = _set(dict(zip(names, row, strict=True)))
        found.setdefault(message_id, []).append(msgspec.convert(fields, Version))
    return found


def grouped_id(connection: Connection, chat_id: int, message_id: int) -> int | None:
    found: int | None = connection.scalar(
        select(messages.c.grouped_id).where(
            messages.c.chat_id == chat_id, messages.c.id == message_id
        )
    )
    return found


def count_posts(connection: Connection, chat_id: int, lo: int, hi: int) -> int:
    """Posts in a range: no service messages, no deleted ones, an album as one."""
    single = messages.c.grouped_id.is_(None)
    total = connection.scalar(
        select(func.count().filter(single) + func.count(messages.c.grouped_id.distinct())).where(
            and_(
                messages.c.chat_id == chat_id,
                messages.c.id.between(lo, hi),
                messages.c.kind != "service",
                messages.c.deleted_at.is_(None),
            )
        )
    )
    return int(total or 0)


def to_known(row: RowMapping) -> Known:
    """A row of all columns."""
    return Known(
        message=to_message(row),
        source=row["source"],
        first_seen_at=row["first_seen_at"],
        last_seen_at=row["last_seen_at"],
        deleted_at=row["deleted_at"],
        sources=row["sources"],
    )


def _set(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}
