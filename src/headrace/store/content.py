"""The canonical content of an archive, as ``docs/reference/content.md`` defines it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any

import msgspec
from sqlalchemy import Connection, and_, or_, select

from headrace.model.chat import Chat, Peer
from headrace.model.message import Forward, Message, Reply
from headrace.model.values import CHANNEL_MARK
from headrace.store import chats, peers
from headrace.store.canonical import line, without_empty
from headrace.store.rows import to_message
from headrace.store.tables import messages

#: Fields of service actions that hold a peer or a list of peers, as marked ids.
_ACTION_PEERS = (
    "users",
    "user_id",
    "inviter_id",
    "peer",
    "peers",
    "from_id",
    "to_id",
    "boost_peer",
)
#: What the model keeps of a chat and the content does not name.
_NOT_CONTENT = ("forum", "administered")
_BATCH = 1000


def head_lines(connection: Connection, chat_ids: Collection[int] | None) -> list[str]:
    """The lines of chats and peers, which come before the messages."""
    found = [one for one in chats.list_all(connection) if chat_ids is None or one.id in chat_ids]
    named: set[int] = set()
    for chat in found:
        named |= _named_in_chat(connection, chat.id)
    lines = [chat_line(chat) for chat in found]
    ids = sorted(named)
    for start in range(0, len(ids), _BATCH):
        lines += [peer_line(peer) for peer in peers.get(connection, ids[start : start + _BATCH])]
    return lines


def chat_line(chat: Chat) -> str:
    fields = msgspec.to_builtins(chat)
    for name in _NOT_CONTENT:
        fields.pop(name, None)
    return line({"type": "chat", **without_empty(fields)})


def peer_line(peer: Peer) -> str:
    fields = msgspec.to_builtins(peer)
    return line({"type": "peer", **without_empty({**fields, "min": fields.pop("minimal", None)})})


def message_line(chat_id: int, message: Message) -> str:
    fields = msgspec.to_builtins(message)
    if message.grouped_id is not None:
        fields["grouped_id"] = str(message.grouped_id)
    for one in fields.get("unsupported", ()):
        one.pop("raw", None)
    return line({**without_empty(fields), "type": "message", "chat": chat_id})


def message_lines(
    connection: Connection, chat_id: int, after_id: int, limit: int
) -> list[tuple[int, str]]:
    """The next messages with their ids, without those that were deleted."""
    rows = connection.execute(
        select(messages)
        .where(
            messages.c.chat_id == chat_id,
            messages.c.id > after_id,
            messages.c.deleted_at.is_(None),
        )
        .order_by(messages.c.id)
        .limit(limit)
    )
    found = (to_message(row) for row in rows.mappings())
    return [(message.id, message_line(chat_id, message)) for message in found]


def _named_in_chat(connection: Connection, chat_id: int) -> set[int]:
    """Authors, forwards, replies, inline bots and whom actions name."""
    mine = and_(messages.c.chat_id == chat_id, messages.c.deleted_at.is_(None))
    named: set[int] = set()
    for column in (messages.c.author, messages.c.via_bot):
        found = connection.scalars(select(column).where(mine, column.is_not(None)).distinct())
        named.update(found)
    headers = (messages.c.forward, messages.c.reply, messages.c.action)
    rows = connection.execution_options(yield_per=_BATCH).execute(
        select(*headers).where(mine, or_(*(column.is_not(None) for column in headers)))
    )
    for forward, reply, action in rows:
        if forward is not None:
            named.update(_in_forward(msgspec.convert(forward, Forward)))
        if reply is not None:
            named.update(_in_reply(msgspec.convert(reply, Reply)))
        if action is not None:
            named.update(_in_action(action.get("data", {})))
    return named


def _in_forward(header: Forward) -> Iterator[int]:
    for one in (header.from_id, header.saved_from, header.saved_from_id):
        if one is not None:
            yield one


def _in_reply(header: Reply) -> Iterator[int]:
    if header.peer is not None:
        yield header.peer
    if header.from_header is not None:
        yield from _in_forward(header.from_header)


def _in_action(data: dict[str, Any]) -> Iterable[int]:
    for name in _ACTION_PEERS:
        value = data.get(name)
        if isinstance(value, list):
            yield from (one for one in value if isinstance(one, int))
        elif isinstance(value, int):
            yield value
    if isinstance(data.get("channel_id"), int):
        yield CHANNEL_MARK - data["channel_id"]
