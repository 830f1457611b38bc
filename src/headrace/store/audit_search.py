"""Audits of what pages are read by and follows from messages: the search, and what months have."""

from __future__ import annotations

from sqlalchemy import BigInteger, Connection, bindparam, exists, select

from headrace.model.audit import Damage, Finding
from headrace.model.values import PeerId
from headrace.store import indexing, months, search_queue, word_index
from headrace.store.audit_messages import Step
from headrace.store.site_tables import findable
from headrace.store.tables import messages as rows

_BATCH = 500
_IDS = (
    select(rows.c.id)
    .where(
        rows.c.chat_id == bindparam("chat", type_=BigInteger),
        rows.c.id > bindparam("after", type_=BigInteger),
    )
    .order_by(rows.c.id)
    .limit(_BATCH)
)

_STRAYS = (
    select(findable.c.id)
    .where(
        findable.c.chat_id == bindparam("chat", type_=BigInteger),
        ~exists().where(rows.c.chat_id == findable.c.chat_id, rows.c.id == findable.c.id),
    )
    .order_by(findable.c.id)
)


def of_search(connection: Connection, chat_id: PeerId, after: int) -> Step:
    """What the search has of messages, but for those that wait for it."""
    ids = [*connection.scalars(_IDS, {"chat": chat_id, "after": after})]
    if not ids:
        return Step([], 0, None)
    waiting = search_queue.among(connection, chat_id, ids)
    differing = indexing.differing(connection, chat_id, ids)
    said = "is not what the search has of it"
    found = [_of_message(chat_id, one, said) for one in differing if one not in waiting]
    return Step(found, len(ids), ids[-1])


def of_strays(connection: Connection, chat_id: PeerId) -> list[Finding]:
    """Messages that are not there, and of which the search has words."""
    ids = [*connection.scalars(_STRAYS, {"chat": chat_id})]
    waiting = search_queue.among(connection, chat_id, ids)
    said = "is not there, and the search has words of it"
    return [_of_message(chat_id, one, said) for one in ids if one not in waiting]


def _of_message(chat_id: PeerId, message_id: int, said: str) -> Finding:
    return Finding(
        kind=Damage.SEARCH,
        where=f"message {message_id} of {chat_id}",
        detail=said,
        chat=chat_id,
        lo=message_id,
        hi=message_id,
    )


def of_months(connection: Connection, chat_id: PeerId) -> list[Finding]:
    """How many posts each month has, against the posts."""
    return [
        Finding(
            kind=Damage.MONTH,
            where=f"month {months.name_of(start)} of {chat_id}",
            detail="is not counted right",
            chat=chat_id,
        )
        for start in months.damaged(connection, chat_id)
    ]


def of_words(connection: Connection) -> list[Finding]:
    """The index of words against the rows that it is over."""
    if word_index.of(connection).is_whole(connection):
        return []
    said = "does not agree with the words of the messages"
    return [Finding(kind=Damage.WORDS, where="the index of words", detail=said)]


def look_anew(connection: Connection, chat_id: PeerId, ids: list[int]) -> None:
    """Have months that are wrong counted, and messages taken up by the search, once more."""
    months.mark(connection, chat_id, months.damaged(connection, chat_id))
    search_queue.add(connection, chat_id, ids)
