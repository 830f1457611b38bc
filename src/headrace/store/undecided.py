"""Messages of a group that wait for what they hang on, and the ids of those that were left out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, Select, bindparam, delete, func, select

from headrace.model.coverage import IdRange
from headrace.model.message import Message
from headrace.store.comment_tables import chatter, undecided
from headrace.store.statements import for_each, insert_missing, upsert

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Message).decode
_WAIT = upsert(undecided)
_LEAVE = insert_missing(chatter)
_KEY = ("b_chat", "b_id")
_NO_LONGER_WAITING = for_each(
    list(_KEY),
    delete(undecided).where(
        undecided.c.chat_id == bindparam("b_chat"), undecided.c.id == bindparam("b_id")
    ),
)
_NO_LONGER_LEFT = for_each(
    list(_KEY),
    delete(chatter).where(
        chatter.c.chat_id == bindparam("b_chat"), chatter.c.id == bindparam("b_id")
    ),
)
_CHATTER_AMONG = select(chatter.c.id).where(
    chatter.c.chat_id == bindparam("chat"), chatter.c.id.in_(bindparam("ids", expanding=True))
)
_WAITING_AMONG = select(undecided.c.id).where(
    undecided.c.chat_id == bindparam("chat"), undecided.c.id.in_(bindparam("ids", expanding=True))
)
_OF_CHAT = select(undecided.c.id, undecided.c.thread_id, undecided.c.message).where(
    undecided.c.chat_id == bindparam("chat")
)
#: Sorted by whoever asks: told to sort, SQLite reads all that wait in the order of their ids.
_HANGING = _OF_CHAT.where(undecided.c.thread_id.in_(bindparam("ids", expanding=True))).limit(
    bindparam("limit")
)
_AFTER = (
    _OF_CHAT.where(undecided.c.id > bindparam("after"))
    .order_by(undecided.c.id)
    .limit(bindparam("limit"))
)
_TOPS_BELOW = (
    select(undecided.c.thread_id)
    .where(undecided.c.chat_id == bindparam("chat"), undecided.c.thread_id < bindparam("floor"))
    .distinct()
    .order_by(undecided.c.thread_id)
)

_OF_THREAD = _AFTER.where(undecided.c.thread_id == bindparam("thread"))
_ANY = tuple(
    select(table.c.id).where(table.c.chat_id == bindparam("chat")).limit(1)
    for table in (chatter, undecided)
)


class Waiting(NamedTuple):
    """A message, and what it hangs on."""

    id: int
    thread_id: int
    text: str

    @property
    def message(self) -> Message:
        """The message as it was read."""
        return _decode(self.text)


def wait(connection: Connection, chat_id: int, batch: Iterable[Message]) -> None:
    """Put messages aside until it is known what they hang on."""
    rows = [(chat_id, one.id, one.thread_id, _encode(one).decode()) for one in batch]
    _WAIT.run(connection, rows)


def leave_out(connection: Connection, chat_id: int, ids: Iterable[int]) -> None:
    """Note ids as left out."""
    _LEAVE.run(connection, [(chat_id, one) for one in sorted(ids)])


def forget(connection: Connection, chat_id: int, ids: Collection[int]) -> int:
    """Ids are neither left out nor waiting any more; how many of them were."""
    rows = [(chat_id, one) for one in sorted(ids)]
    return _NO_LONGER_WAITING.run(connection, rows) + _NO_LONGER_LEFT.run(connection, rows)


def no_longer_waiting(connection: Connection, chat_id: int, ids: Iterable[int]) -> None:
    _NO_LONGER_WAITING.run(connection, [(chat_id, one) for one in sorted(ids)])


def left_out_among(connection: Connection, chat_id: int, ids: Collection[int]) -> set[int]:
    """Those of the ids that were left out."""
    return _among(connection, _CHATTER_AMONG, chat_id, ids)


def waiting_among(connection: Connection, chat_id: int, ids: Collection[int]) -> set[int]:
    """Those of the ids that wait."""
    return _among(connection, _WAITING_AMONG, chat_id, ids)


def among(connection: Connection, chat_id: int, ids: Collection[int]) -> set[int]:
    """Those of the ids that were read and are not stored: left out, or waiting."""
    found = left_out_among(connection, chat_id, ids)
    return found | waiting_among(connection, chat_id, ids)


def hanging_on(
    connection: Connection, chat_id: int, ids: Collection[int], limit: int
) -> Iterator[list[Waiting]]:
    """What waits for one of the ids, no more than ``limit`` at once, each part sorted.

    What was told may be decided before the next part is asked for.
    """
    where = {"chat": chat_id, "ids": sorted(ids), "limit": limit + 1}
    found = _waiting(connection, _HANGING, where)
    if len(found) > limit:
        yield from _by_threads(connection, chat_id, ids, limit)
    elif found:
        yield sorted(found)


def after(connection: Connection, chat_id: int, last: int, limit: int) -> list[Waiting]:
    """The next that wait, by id."""
    return _waiting(connection, _AFTER, {"chat": chat_id, "after": last, "limit": limit})


def tops_below(connection: Connection, chat_id: int, floor: int) -> list[int]:
    """What messages wait for below an id, ascending."""
    return list(connection.scalars(_TOPS_BELOW, {"chat": chat_id, "floor": floor}))


def is_left_out(connection: Connection, chat_id: int, message_id: int) -> bool:
    """The message was read and is not stored."""
    return bool(among(connection, chat_id, [message_id]))


def any_of_chat(connection: Connection, chat_id: int) -> bool:
    """Something of the chat waits or was left out."""
    where = {"chat": chat_id}
    return any(connection.scalar(one, where) is not None for one in _ANY)


def span(connection: Connection, chat_id: int) -> IdRange | None:
    """From the first to the last id that waits or was left out."""
    edges: list[int] = []
    for table in (chatter, undecided):
        lo, hi = connection.execute(
            select(func.min(table.c.id), func.max(table.c.id)).where(table.c.chat_id == chat_id)
        ).one()
        edges += [lo, hi] if lo is not None else []
    return IdRange(lo=min(edges), hi=max(edges)) if edges else None


def _by_threads(
    connection: Connection, chat_id: int, ids: Collection[int], limit: int
) -> Iterator[list[Waiting]]:
    """Looks at nothing twice: what a transaction deleted still costs its own look-ups."""
    part: list[Waiting] = []
    for thread in sorted(ids):
        where = {"chat": chat_id, "thread": thread, "after": 0}
        while found := _waiting(connection, _OF_THREAD, where | {"limit": limit - len(part)}):
            where["after"] = found[-1].id
            part += found
            if len(part) == limit:
                yield sorted(part)
                part = []
    if part:
        yield sorted(part)


def _waiting(
    connection: Connection, statement: Select[tuple[int, int, str]], where: dict[str, Any]
) -> list[Waiting]:
    return [Waiting._make(row) for row in connection.execute(statement, where)]


def _among(
    connection: Connection, statement: Select[tuple[int]], chat_id: int, ids: Collection[int]
) -> set[int]:
    if not ids:
        return set()
    return set(connection.scalars(statement, {"chat": chat_id, "ids": sorted(ids)}))
