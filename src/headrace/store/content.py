"""The canonical content of an archive, as ``docs/reference/content.md`` defines it."""

from __future__ import annotations

from collections.abc import Collection

import msgspec
from sqlalchemy import Connection, select

from headrace.model.chat import Chat, Peer
from headrace.model.message import Message
from headrace.store import chats, peers
from headrace.store.canonical import line, without_empty
from headrace.store.named import in_chat
from headrace.store.rows import to_message
from headrace.store.tables import messages

#: What the model keeps of a chat and the content does not name.
_NOT_CONTENT = ("forum", "administered")
_BATCH = 1000


def head_lines(connection: Connection, chat_ids: Collection[int] | None) -> list[str]:
    """The lines of chats and peers, which come before the messages."""
    found = [one for one in chats.list_all(connection) if chat_ids is None or one.id in chat_ids]
    named: set[int] = set()
    for chat in found:
        named |= in_chat(connection, chat.id)
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
    if fields.pop("minimal", False):
        fields["min"] = True
    return line({"type": "peer", **without_empty(fields)})


def message_line(chat_id: int, message: Message) -> str:
    fields = msgspec.to_builtins(message)
    if message.grouped_id is not None:
        fields["grouped_id"] = str(message.grouped_id)
    for one in fields.get("unsupported", ()):
        one.pop("raw", None)
    fields.get("replies", {}).pop("newest", None)
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
