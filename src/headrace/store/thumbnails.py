"""Thumbnails of our own: which pictures want one, and what came of it."""

from __future__ import annotations

import hashlib
from collections.abc import Collection

from sqlalchemy import BigInteger, Connection, bindparam, exists, func, literal_column, select

from headrace.model.download import FileKind, Stored
from headrace.model.values import FileKey, PeerId
from headrace.store.file_tables import files, message_files, thumbnails
from headrace.store.statements import insert_missing, upsert
from headrace.transform.thumbnails import NoThumbnail, Thumbnail

_PICTURES = frozenset(("image/jpeg", "image/png", "image/webp", "image/gif"))
#: Small already.
_SMALL = frozenset((FileKind.THUMBNAIL, FileKind.AVATAR, FileKind.CUSTOM_EMOJI))

_WANT = insert_missing(thumbnails)
_SET = upsert(thumbnails)
_MISSING = (
    select(files.c.key, files.c.sha256, files.c.size, files.c.type, files.c.extension)
    .join(thumbnails, thumbnails.c.sha256 == files.c.sha256)
    .where(
        thumbnails.c.state == literal_column("'wanted'"),
        files.c.state == literal_column("'stored'"),
        exists().where(
            message_files.c.file == files.c.key,
            message_files.c.chat_id == bindparam("chat", type_=BigInteger),
        ),
    )
    .order_by(thumbnails.c.sha256, files.c.key)
    .limit(bindparam("limit"))
)
_COUNT = (
    select(func.count())
    .select_from(thumbnails)
    .where(
        thumbnails.c.state == literal_column("'made'"),
        exists().where(
            files.c.sha256 == thumbnails.c.sha256,
            message_files.c.file == files.c.key,
            message_files.c.chat_id.in_(bindparam("chats", expanding=True, type_=BigInteger)),
        ),
    )
)


def count(connection: Connection, chats: Collection[PeerId]) -> int:
    """Thumbnails that were made of the pictures of chats; each content once."""
    return connection.scalar(_COUNT, {"chats": chats}) or 0


def want(connection: Connection, stored: Stored, kind: FileKind) -> None:
    """Ask for a thumbnail of a file that is a picture and not small by its nature."""
    want_of(connection, stored.sha256, stored.mime, kind)


def want_of(connection: Connection, sha256: str, mime: str, kind: str) -> None:
    """The same of a content whose type and kind are known."""
    if mime in _PICTURES and kind not in _SMALL:
        _WANT.run(connection, [(sha256, "wanted", 0, 0, "", "", "")])


def made(connection: Connection, sha256: str, found: Thumbnail | NoThumbnail) -> None:
    """There is a thumbnail, or there never will be one."""
    match found:
        case Thumbnail():
            content = hashlib.sha256(found.data).hexdigest()
            row = (sha256, "made", found.width, found.height, found.mime, "", content)
        case NoThumbnail():
            row = (sha256, "impossible", 0, 0, "", found.reason, "")
    _SET.run(connection, [row])


def missing(connection: Connection, chat_id: int, limit: int) -> list[Stored]:
    """Stored pictures of a chat that want a thumbnail; each content once."""
    rows = connection.execute(_MISSING, {"chat": chat_id, "limit": limit})
    found = {
        row.sha256: Stored(
            key=FileKey(row.key),
            sha256=row.sha256,
            size=row.size,
            mime=row.type,
            extension=row.extension,
        )
        for row in rows
    }
    return list(found.values())
