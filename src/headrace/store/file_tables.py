"""The tables of files: what Telegram names, where it is named, and what was made of it."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text

from headrace.store.schema import key, metadata, need, said

files = Table(
    "files",
    metadata,
    key("key", Text),
    need("size", BigInteger),
    need("mime", Text),
    # wanted, skipped, stored, failed or absent
    need("state", Text),
    need("reason", Text),
    Column("sha256", Text),
    need("attempts", Integer),
    # A ``FileKind``: what the file is to people.
    said("kind"),
    # The MIME type and the extension that the stored bytes show.
    said("type"),
    said("extension"),
    sqlite_with_rowid=False,
)
Index("files_by_state", files.c.state, files.c.size, files.c.key)
Index(
    "files_by_content",
    files.c.sha256,
    sqlite_where=files.c.sha256.is_not(None),
    postgresql_where=files.c.sha256.is_not(None),
)

message_files = Table(
    "message_files",
    metadata,
    key("chat_id"),
    key("id"),
    key("file", Text),
    # media, web_page, reply, action, other, thumbnail or custom_emoji; ``former`` after an edit
    # took the file away, or all took back their reactions with it
    key("role", Text),
    sqlite_with_rowid=False,
)
Index("message_files_by_file", message_files.c.file, message_files.c.chat_id, message_files.c.id)

peer_files = Table(
    "peer_files",
    metadata,
    # Whose picture it is or was, as seen in a chat.
    key("chat_id"),
    key("peer_id"),
    key("file", Text),
    sqlite_with_rowid=False,
)
Index("peer_files_by_file", peer_files.c.file, peer_files.c.chat_id)

thumbnails = Table(
    "thumbnails",
    metadata,
    # Of the picture that it was made of.
    key("sha256", Text),
    # wanted, made or impossible
    need("state", Text),
    need("width", Integer),
    need("height", Integer),
    need("mime", Text),
    need("reason", Text),
    # The SHA-256 of the thumbnail itself.
    said("content"),
    sqlite_with_rowid=False,
)
Index("thumbnails_by_state", thumbnails.c.state, thumbnails.c.sha256)
