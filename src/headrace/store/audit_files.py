"""Audits of files: which contents should lie on the disk, and which thumbnails."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    func,
    literal,
    literal_column,
    or_,
    select,
)

from headrace.model.audit import Pictured, Shelved
from headrace.model.values import FileKey, PeerId
from headrace.store.file_tables import files, message_files, peer_files, thumbnails

#: Behind every digit of a SHA-256 in the order of any language.
_BEHIND = "g"
_OF_MESSAGES = (
    select(func.min(message_files.c.chat_id))
    .where(message_files.c.file == files.c.key)
    .correlate(files)
    .scalar_subquery()
)
_OF_PEERS = (
    select(func.min(peer_files.c.chat_id))
    .where(peer_files.c.file == files.c.key)
    .correlate(files)
    .scalar_subquery()
)
_CHAT = func.coalesce(_OF_MESSAGES, _OF_PEERS)


def shelves(connection: Connection) -> set[str]:
    """The first two digits of every content that rows name."""
    found: set[str] = set()
    for table in (files, thumbnails):
        digits = func.substr(table.c.sha256, 1, literal_column("2"))
        found.update(
            connection.scalars(select(digits).where(table.c.sha256.is_not(None)).distinct())
        )
    return found


def shelved(connection: Connection, shelf: str, chat_id: PeerId | None) -> list[Shelved]:
    """Files with a content whose digest begins with ``shelf``, by content; of one chat or all."""
    named_by: ColumnElement[int] = _CHAT if chat_id is None else literal(chat_id, BigInteger)
    rows = connection.execute(
        select(
            files.c.key, files.c.sha256, files.c.extension, files.c.size, files.c.state, named_by
        )
        .where(
            files.c.sha256 >= shelf,
            files.c.sha256 < shelf + _BEHIND,
            *([] if chat_id is None else [_is_named_in(chat_id)]),
        )
        .order_by(files.c.sha256, files.c.extension, files.c.key)
    )
    return [
        Shelved(
            sha256=sha256,
            extension=extension,
            size=size,
            file=FileKey(key),
            chat=chat,
            given_up=state == "absent",
        )
        for key, sha256, extension, size, state, chat in rows
    ]


def pictured(connection: Connection, shelf: str, chat_id: PeerId | None) -> list[Pictured]:
    """Thumbnails of pictures whose digest begins with ``shelf``."""
    named_by: ColumnElement[int] = _CHAT if chat_id is None else literal(chat_id, BigInteger)
    rows = connection.execute(
        select(
            thumbnails.c.sha256,
            thumbnails.c.mime,
            thumbnails.c.width,
            thumbnails.c.height,
            thumbnails.c.content,
            named_by.label("chat"),
        )
        .select_from(thumbnails)
        .join(files, files.c.sha256 == thumbnails.c.sha256)
        .where(
            thumbnails.c.sha256 >= shelf,
            thumbnails.c.sha256 < shelf + _BEHIND,
            thumbnails.c.state == "made",
            *([] if chat_id is None else [_is_named_in(chat_id)]),
        )
        .order_by(thumbnails.c.sha256, files.c.key)
    )
    found = {row.sha256: Pictured(**row._mapping) for row in rows}  # noqa: SLF001
    return list(found.values())


def _is_named_in(chat_id: PeerId) -> ColumnElement[bool]:
    named = select(message_files.c.file).where(message_files.c.chat_id == chat_id)
    faces = select(peer_files.c.file).where(peer_files.c.chat_id == chat_id)
    return or_(files.c.key.in_(named), files.c.key.in_(faces))
