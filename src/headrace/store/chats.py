"""Chats: what is archived."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, func, literal_column, select

from headrace.model.chat import Chat
from headrace.model.coverage import DESKTOP, TELEGRAM
from headrace.model.proof import Holdings
from headrace.store.albums import count as count_albums
from headrace.store.file_tables import files, message_files
from headrace.store.messages import count_posts
from headrace.store.statements import upsert
from headrace.store.tables import chats, messages, roots

_DESKTOP: ColumnElement[str] = literal_column(f"'{DESKTOP}'")
#: What an export says of a chat never overwrites what Telegram said.
_UPSERT = upsert(
    chats,
    keep=["first_seen_at"],
    when=lambda old, new: (new.source != _DESKTOP) | (old.source == _DESKTOP),
)
_COMMENTS = roots.join(
    messages, (messages.c.chat_id == roots.c.group_id) & (messages.c.thread_id == roots.c.root_id)
)
_FIELDS = tuple(Chat.__struct_fields__)
_SELECT = select(*(chats.c[name] for name in _FIELDS))


def save(connection: Connection, chat: Chat, now: int, source: str = TELEGRAM) -> None:
    values = [getattr(chat, name) for name in _FIELDS]
    _UPSERT.run(connection, [(*values, now, now, source)])


def list_all(connection: Connection) -> list[Chat]:
    return [_chat(row) for row in connection.execute(_SELECT.order_by(chats.c.id))]


def of_telegram(connection: Connection) -> list[Chat]:
    """Those that Telegram has spoken of, by id."""
    found = _SELECT.where(chats.c.source == TELEGRAM).order_by(chats.c.id)
    return [_chat(row) for row in connection.execute(found)]


def get(connection: Connection, chat_id: int) -> Chat | None:
    row = connection.execute(_SELECT.where(chats.c.id == chat_id)).first()
    return _chat(row) if row else None


def by_username(connection: Connection, username: str) -> Chat | None:
    """Case does not matter, as in Telegram; of two chats the one seen last has the name now."""
    row = connection.execute(
        _SELECT.where(func.lower(chats.c.username) == username.lower())
        .order_by(chats.c.last_seen_at.desc(), chats.c.id)
        .limit(1)
    )
    found = row.first()
    return _chat(found) if found else None


def holdings(connection: Connection, chat: Chat) -> Holdings:
    def one(statement: Select[Any]) -> int:
        return int(connection.scalar(statement) or 0)

    there = messages.c.deleted_at.is_(None)
    rows = select(func.count()).select_from(messages)
    comments = select(func.count()).select_from(_COMMENTS).where(roots.c.channel_id == chat.id)
    wanted = (
        select(func.count(message_files.c.file.distinct()))
        .join(files, files.c.key == message_files.c.file)
        .where(message_files.c.chat_id == chat.id, files.c.state == "wanted")
    )
    newest = one(select(func.max(messages.c.id)).where(messages.c.chat_id == chat.id))
    return Holdings(
        messages=one(rows.where(messages.c.chat_id == chat.id, there)),
        posts=count_posts(connection, chat.id, 1, newest),
        comments=one(comments.where(there)),
        albums=count_albums(connection, chat.id),
        files_wanted=one(wanted),
        only_exported=one(rows.where(messages.c.chat_id == chat.id, messages.c.source == DESKTOP)),
    )


def _chat(row: Any) -> Chat:
    return msgspec.convert(dict(zip(_FIELDS, row, strict=True)), Chat)
