"""The tables of an archive; keys are Telegram's own, times Unix seconds in UTC.

There are no foreign keys: Telegram names things that were not read yet, or never will be
(a reply to a deleted message, a forward from an unknown channel), and pages come in any order.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    Table,
    Text,
    literal_column,
    text,
)

from headrace.store import (  # noqa: F401 - so that all is in it
    comment_tables,
    file_tables,
    site_tables,
)
from headrace.store.schema import Json, key, need, source
from headrace.store.schema import metadata as metadata  # noqa: PLC0414 - others take it from here

chats = Table(
    "chats",
    metadata,
    key("id"),
    need("kind", Text),
    need("title", Text),
    need("username", Text),
    need("description", Text),
    Column("created", BigInteger),
    Column("subscribers", BigInteger),
    Column("linked_chat_id", BigInteger),
    need("photo", Text),
    need("noforwards", Boolean),
    need("forum", Boolean),
    need("administered", Boolean),
    need("first_seen_at", BigInteger),
    need("last_seen_at", BigInteger),
    source(),
)

peers = Table(
    "peers",
    metadata,
    key("id"),
    need("kind", Text),
    need("name", Text),
    need("username", Text),
    need("photo", Text),
    need("deleted", Boolean),
    need("bot", Boolean),
    need("verified", Boolean),
    need("premium", Boolean),
    need("minimal", Boolean),
    source(),
    sqlite_with_rowid=False,
)

messages = Table(
    "messages",
    metadata,
    key("chat_id"),
    key("id"),
    # Whose words the row has: telegram; desktop where only an export has spoken; api.
    need("source", Text),
    need("kind", Text),
    need("text", Text),
    Column("entities", Json),
    need("date", BigInteger),
    Column("edited", BigInteger),
    Column("author", BigInteger),
    need("signature", Text),
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
    need("flags", Integer),
    need("noforwards", Boolean),
    Column("media", Json),
    # The rarely set fields of ``rows.EXTRA`` by name.
    Column("extra", Json),
    # Where something was not understood: its constructor, layer and bytes.
    Column("unsupported", Json),
    need("first_seen_at", BigInteger),
    need("last_seen_at", BigInteger),
    Column("deleted_at", BigInteger),
    # A bit for each source that has shown the message: ``rows.SOURCE_BITS``.
    Column("sources", Integer, nullable=False, server_default=text("1")),
)
Index(
    "messages_by_thread",
    messages.c.chat_id,
    messages.c.thread_id,
    messages.c.id,
    messages.c.deleted_at,
    sqlite_where=messages.c.thread_id.is_not(None),
    postgresql_where=messages.c.thread_id.is_not(None),
)
Index(
    "messages_by_album",
    messages.c.chat_id,
    messages.c.grouped_id,
    messages.c.id,
    sqlite_where=messages.c.grouped_id.is_not(None),
    postgresql_where=messages.c.grouped_id.is_not(None),
)
#: What is no service message.
IS_POST = messages.c.kind != literal_column("'service'")
# With all that counting the posts of a month has to know, and of use for nothing else.
Index(
    "messages_by_date",
    messages.c.chat_id,
    messages.c.date,
    messages.c.id,
    messages.c.grouped_id,
    messages.c.kind,
    sqlite_where=IS_POST,
    postgresql_where=IS_POST,
)
Index(
    "messages_with_comments",
    messages.c.chat_id,
    messages.c.id,
    sqlite_where=messages.c.comments.is_not(None),
    postgresql_where=messages.c.comments.is_not(None),
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
    key("chat_id"),
    key("id"),
    # From 1 up as Telegram showed them; from -1 down what only exports say, the newest first.
    key("version", Integer),
    need("text", Text),
    Column("entities", Json),
    Column("media", Json),
    Column("edited", BigInteger),
    need("last_seen_at", BigInteger),
    need("replaced_at", BigInteger),
)

counts = Table(
    "counts",
    metadata,
    key("chat_id"),
    key("id"),
    key("kind", Text),
    key("at"),
    need("value", BigInteger),
    sqlite_with_rowid=False,
)

albums = Table(
    "albums",
    metadata,
    key("chat_id"),
    key("grouped_id"),
    Column("layout", Json),
    need("edited_by_user", Boolean),
    sqlite_with_rowid=False,
)

roots = Table(
    "roots",
    metadata,
    key("group_id"),
    key("root_id"),
    need("channel_id", BigInteger),
    need("post_id", BigInteger),
    Index("roots_by_post", "channel_id", "post_id"),
    sqlite_with_rowid=False,
)

coverage = Table(
    "coverage",
    metadata,
    key("chat_id"),
    key("scope", Text),
    key("source", Text),
    key("lo"),
    need("hi", BigInteger),
    need("stored", BigInteger),
    need("left_out", BigInteger),
    need("ids_sum", BigInteger),
    sqlite_with_rowid=False,
)

claims = Table(
    "claims",
    metadata,
    key("chat_id"),
    key("scope", Text),
    # The end that stays: a lane is read downward, and its lower part may go to another.
    key("hi"),
    need("lo", BigInteger),
    need("cursor", BigInteger),
    need("fence", BigInteger),
    sqlite_with_rowid=False,
)

failures = Table(
    "failures",
    metadata,
    key("chat_id"),
    key("scope", Text),
    key("source", Text),
    key("lo"),
    need("hi", BigInteger),
    need("reason", Text),
    need("detail", Text),
    sqlite_with_rowid=False,
)

leases = Table(
    "leases",
    metadata,
    key("resource", Text),
    # Nothing when nobody holds it; the fence stays, because it only grows.
    need("owner", Text),
    need("fence", BigInteger),
    need("since", BigInteger),
    need("until", BigInteger),
    sqlite_with_rowid=False,
)

seals = Table(
    "seals",
    metadata,
    # 0 for the tables that all chats share.
    key("chat_id"),
    # Of the table whose rows were counted.
    key("name", Text),
    # As they were counted last; -1 while somebody is at work.
    need("rows", BigInteger),
    # Rows that went unasked before the last count, and were not brought back.
    need("lost", BigInteger),
    sqlite_with_rowid=False,
)

# Up to where the changes of a watched chat are in the archive.
watch = Table(
    "watch",
    metadata,
    key("chat_id"),
    # The chat's own count of its changes; it does not depend on the account.
    need("pts", BigInteger),
    need("at", BigInteger),
    sqlite_with_rowid=False,
)

#: States of a job that keep others off its resource; one that was stopped lets them.
_IS_LIVE = text("state IN ('queued', 'running')")

jobs = Table(
    "jobs",
    metadata,
    key("id", Text),
    need("resource", Text),
    need("state", Text),
    Column("request", Json),
    Column("progress", Json),
    need("error", Text),
    need("created_at", BigInteger),
    need("updated_at", BigInteger),
)
Index(
    "jobs_one_live_per_resource",
    jobs.c.resource,
    unique=True,
    sqlite_where=_IS_LIVE,
    postgresql_where=_IS_LIVE,
)
