"""Surroundings: what belongs to a message, read together and on one snapshot."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from headrace.model.chat import Peer
from headrace.model.message import Message
from headrace.model.proof import Whereabouts
from headrace.store import albums, counts, ledger, messages, peers
from headrace.store.albums import StoredLayout
from headrace.store.counts import Series
from headrace.store.messages import Known, Version
from headrace.store.tables import messages as rows

#: More than these are not listed one by one.
MOST_REPLIES = 1000
_LARGEST = 2**63


class Answered(NamedTuple):
    """The message that a reply answers, as far as the archive knows it."""

    chat_id: int
    message_id: int
    whereabouts: Whereabouts
    known: Known | None


class Surroundings(NamedTuple):
    """A message, its album's other items, its direct replies, and who is named in them."""

    known: Known
    album: list[Known]
    layout: StoredLayout | None
    reply_to: Answered | None
    replies: list[Known]
    versions: list[Version]
    counts: Series
    peers: list[Peer]


def of_message(connection: Connection, chat_id: int, message_id: int) -> Surroundings | None:
    """All of it, tombstones too; nothing when the message is not stored."""
    known = messages.get(connection, chat_id, message_id)
    if known is None:
        return None
    album = [one for one in _album(connection, chat_id, known) if one.message.id != message_id]
    answered = _answered(connection, chat_id, known)
    replies = _replies(connection, chat_id, known)
    everything = [known, *album, *replies]
    if answered is not None and answered.known is not None:
        everything.append(answered.known)
    return Surroundings(
        known=known,
        album=album,
        layout=_layout(connection, chat_id, known),
        reply_to=answered,
        replies=replies,
        versions=messages.versions(connection, chat_id, message_id),
        counts=counts.of(connection, chat_id, message_id),
        peers=peers.get(connection, named_in(one.message for one in everything)),
    )


def _album(connection: Connection, chat_id: int, known: Known) -> list[Known]:
    grouped_id = known.message.grouped_id
    if grouped_id is None:
        return []
    return _select(connection, rows.c.chat_id == chat_id, rows.c.grouped_id == grouped_id)


def _layout(connection: Connection, chat_id: int, known: Known) -> StoredLayout | None:
    grouped_id = known.message.grouped_id
    return None if grouped_id is None else albums.get(connection, chat_id, grouped_id)


def _replies(connection: Connection, chat_id: int, known: Known) -> list[Known]:
    """Direct ones: they hang on the message's thread, or on the message as a thread of its own."""
    message = known.message
    threads = {message.id, message.thread_id or message.id}
    return _select(
        connection,
        rows.c.chat_id == chat_id,
        rows.c.thread_id.in_(sorted(threads)),
        rows.c.reply["msg_id"].as_integer() == message.id,
    )


def _answered(connection: Connection, chat_id: int, known: Known) -> Answered | None:
    reply = known.message.reply
    if reply is None or reply.msg_id is None:
        return None
    chat = reply.peer or chat_id
    return Answered(
        chat_id=chat,
        message_id=reply.msg_id,
        whereabouts=ledger.whereabouts(connection, chat, reply.msg_id),
        known=messages.get(connection, chat, reply.msg_id),
    )


def _select(connection: Connection, *where: Any) -> list[Known]:
    found = connection.execute(select(rows).where(*where).order_by(rows.c.id).limit(MOST_REPLIES))
    return [messages.to_known(row) for row in found.mappings()]


def named_in(found: Iterable[Message]) -> set[int]:
    """Who is named in messages."""
    return {peer for message in found for peer in _named_in(message) if peer is not None}


def _named_in(message: Message) -> Iterator[int | None]:
    """Who wrote, forwarded, answered or reacted; whom an action names is told by its data."""
    yield from (message.author, message.via_bot)
    yield from (reaction.author for reaction in message.recent_reactions)
    if message.replies is not None:
        yield from message.replies.recent
    headers = [message.forward, message.reply.from_header if message.reply else None]
    for header in headers:
        if header is not None:
            yield from (header.from_id, header.saved_from, header.saved_from_id)
    if message.reply is not None:
        yield message.reply.peer
    data = message.action.data if message.action is not None else {}
    for value in data.values():
        yield from _ids(value)


def _ids(value: Any) -> Iterator[int]:
    found = value if isinstance(value, list) else [value]
    yield from (one for one in found if type(one) is int and abs(one) < _LARGEST)
