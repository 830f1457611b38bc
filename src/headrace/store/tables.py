"""The tables of an archive; keys are Telegram's own, times Unix seconds in UTC.

There are no foreign keys: Telegram names things that were not read yet, or never will be
(a reply to a deleted message, a forward from an unknown channel), and pages come in any order.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from headrace.model.coverage import TELEGRAM

metadata = MetaData()

Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


def _key(name: str, kind: type[BigInteger | Text | Integer] = BigInteger) -> Column[object]:
    return Column(name, kind, primary_key=True, autoincrement=False)


def _need(name: str, kind: type[BigInteger | Text | Boolean | Integer]) -> Column[object]:
    return Column(name, kind, nullable=False)


def _source() -> Column[object]:
    """Whose words a row has: ``telegram``, or ``desktop`` where only an export has spoken."""
    return Column("source", Text, nullable=False, server_default=TELEGRAM)


chats = Table(
    "chats",
    metadata,
    _key("id"),
    _need("kind", Text),
    _need("title", Text),
    _need("username", Text),
    _need("description", Text),
    Column("created", BigInteger),
    Column("subscribers", BigInteger),
    Column("linked_chat_id", BigInteger),
    _need("photo", Text),
    _need("noforwards", Boolean),
    _need("forum", Boolean),
    _need("administered", Boolean),
    _need("first_seen_at", BigInteger),
    _need("last_seen_at", BigInteger),
    _source(),
)

peers = Table(
    "peers",
    metadata,
    _key("id"),
    _need("kind", Text),
    _need("name", Text),
    _need("username", Text),
    _need("photo", Text),
    _need("deleted", Boolean),
    _need("bot", Boolean),
    _need("verified", Boolean),
    _need("premium", Boolean),
    _need("minimal", Boolean),
    _source(),
    sqlite_with_rowid=False,
)

messages = Table(
    "messages",
    metadata,
    _key("chat_id"),
    _key("id"),
    # Whose words the row has: telegram, or desktop where only an export has spoken.
    _need("source", Text),
    _need("kind", Text),
    _need("text", Text),
    Column("entities", Json),
    _need("date", BigInteger),
    Column("edited", BigInteger),
    Column("author", BigInteger),
    _need("signature", Text),
    Column("via_bot", BigInteger),
    Column("forward", Json),
    Column("reply", Json),
    Column("thread_id", BigInteger),
    Column("topic", BigInteger),
    Column("grouped_id", BigInteger),
    Column("views", BigInteger),
    Column("forwards", BigInteger),
    Column("comments", BigInteger),
    Column("replies", Json),
    Column("reactions", Json),
    Column("recent_reactions", Json),
    Column("poll", Json),
    Column("action", Json),
    Column("buttons", Json),
    # A bit for each name of ``rows.FLAGS``.
    _need("flags", Integer),
    _need("noforwards", Boolean),
    Column("media", Json),
    # The rarely set fields of ``rows.EXTRA`` by name.
    Column("extra", Json),
    # Where something was not understood: its constructor, layer and bytes.
    Column("unsupported", Json),
    _need("first_seen_at", BigInteger),
    _need("last_seen_at", BigInteger),
    Column("deleted_at", BigInteger),
    # A bit for each source that has shown the message: ``rows.SOURCE_BITS``.
    Column("sources", Integer, nullable=False, server_default=text("1")),
)
Index(
    "messages_by_thread",
    messages.c.chat_id,
    messages.c.thread_id,
    messages.c.id,
    sqlite_where=messages.c.thread_id.is_not(None),
    postgresql_where=messages.c.thread_id.is_not(None),
)
Index(
    "messages_by_album",
    messages.c.chat_id,
    messages.c.grouped_id,
    sqlite_where=messages.c.grouped_id.is_not(None),
    postgresql_where=messages.c.grouped_id.is_not(None),
)
Index(
    "messages_unsupported",
    messages.c.chat_id,
    messages.c.id,
    sqlite_where=messages.c.unsupported.is_not(None),
    postgresql_where=messages.c.unsupported.is_not(None),
)

message_versions = Table(
    "message_versions",
    metadata,
    _key("chat_id"),
    _key("id"),
    # From 1 up as Telegram showed them; from -1 down what only exports say, the newest first.
    _key("version", Integer),
    _need("text", Text),
    Column("entities", Json),
    Column("media", Json),
    Column("edited", BigInteger),
    _need("last_seen_at", BigInteger),
    _need("replaced_at", BigInteger),
)

counts = Table(
    "counts",
    metadata,
    _key("chat_id"),
    _key("id"),
    _key("kind", Text),
    _key("at"),
    _need("value", BigInteger),
    sqlite_with_rowid=False,
)

files = Table(
    "files",
    metadata,
    _key("key", Text),
    _need("size", BigInteger),
    _need("mime", Text),
    # wanted, skipped, stored, failed or absent
    _need("state", Text),
    _need("reason", Text),
    Column("sha256", Text),
    _need("attempts", Integer),
    sqlite_with_rowid=False,
)

message_files = Table(
    "message_files",
    metadata,
    _key("chat_id"),
    _key("id"),
    _key("file", Text),
    # media, web_page, reply, action or other; ``former`` after an edit took the file away
    _key("role", Text),
    sqlite_with_rowid=False,
)
Index("message_files_by_file", message_files.c.file)

albums = Table(
    "albums",
    metadata,
    _key("chat_id"),
    _key("grouped_id"),
    Column("layout", Json),
    _need("edited_by_user", Boolean),
    sqlite_with_rowid=False,
)

roots = Table(
    "roots",
    metadata,
    _key("group_id"),
    _key("root_id"),
    _need("channel_id", BigInteger),
    _need("post_id", BigInteger),
    Index("roots_by_post", "channel_id", "post_id"),
    sqlite_with_rowid=False,
)

coverage = Table(
    "coverage",
    metadata,
    _key("chat_id"),
    _key("scope", Text),
    _key("source", Text),
    _key("lo"),
    _need("hi", BigInteger),
    _need("stored", BigInteger),
    _need("left_out", BigInteger),
    _need("ids_sum", BigInteger),
    sqlite_with_rowid=False,
)

claims = Table(
    "claims",
    metadata,
    _key("chat_id"),
    _key("scope", Text),
    # The end that stays: a lane is read downward, and its lower part may go to another.
    _key("hi"),
    _need("lo", BigInteger),
    _need("cursor", BigInteger),
    _need("fence", BigInteger),
    sqlite_with_rowid=False,
)

failures = Table(
    "failures",
    metadata,
    _key("chat_id"),
    _key("scope", Text),
    _key("source", Text),
    _key("lo"),
    _need("hi", BigInteger),
    _need("reason", Text),
    _need("detail", Text),
    sqlite_with_rowid=False,
)

leases = Table(
    "leases",
    metadata,
    _key("resource", Text),
    # Nothing when nobody holds it; the fence stays, because it only grows.
    _need("owner", Text),
    _need("fence", BigInteger),
    _need("since", BigInteger),
    _need("until", BigInteger),
    sqlite_with_rowid=False,
)

#: States of a job that keep others off its resource.
LIVE_JOB_STATES = ("queued", "running", "waiting", "paused")
_IS_LIVE = text("state IN ('queued', 'running', 'waiting', 'paused')")

jobs = Table(
    "jobs",
    metadata,
    _key("id", Text),
    _need("resource", Text),
    _need("state", Text),
    Column("request", Json),
    Column("progress", Json),
    _need("error", Text),
    _need("created_at", BigInteger),
    _need("updated_at", BigInteger),
)
Index(
    "jobs_one_live_per_resource",
    jobs.c.resource,
    unique=True,
    sqlite_where=_IS_LIVE,
    postgresql_where=_IS_LIVE,
)
