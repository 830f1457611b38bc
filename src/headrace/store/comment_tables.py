"""The tables of comments: what of a discussion group is no row of ``messages``, and why."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, Table, Text

from headrace.store.schema import key, metadata, need

#: Messages of a group that were read and left out: they hang on no post of a channel.
chatter = Table(
    "chatter",
    metadata,
    key("chat_id"),
    key("id"),
    sqlite_with_rowid=False,
)

#: Messages that were read before what they hang on, as JSON: comments, or chatter.
undecided = Table(
    "undecided",
    metadata,
    key("chat_id"),
    key("id"),
    need("thread_id", BigInteger),
    need("message", Text),
    Index("undecided_by_thread", "chat_id", "thread_id", "id"),
)

#: How the comments of a post were asked for by themselves: what Telegram counted then, how many
#: of these it did not give, and why.
threads = Table(
    "threads",
    metadata,
    key("channel_id"),
    key("post_id"),
    need("expected", BigInteger),
    need("missing", BigInteger),
    need("reason", Text),
    sqlite_with_rowid=False,
)
