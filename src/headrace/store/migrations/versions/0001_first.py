"""All tables of the first version."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None

JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    """Create everything."""
    _albums()
    _chats()
    _claims()
    _counts()
    _coverage()
    _failures()
    _files()
    _jobs()
    _leases()
    _message_files()
    _message_versions()
    _messages()
    _message_indexes()
    _peers()
    _roots()


def _albums() -> None:
    op.create_table(
        "albums",
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False),
        sa.Column("grouped_id", sa.BigInteger(), autoincrement=False),
        sa.Column("layout", JSON, nullable=True),
        sa.Column("edited_by_user", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("chat_id", "grouped_id"),
        sqlite_with_rowid=False,
    )


def _chats() -> None:
    op.create_table(
        "chats",
        sa.Column("id", sa.BigInteger(), autoincrement=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=True),
        sa.Column("subscribers", sa.BigInteger(), nullable=True),
        sa.Column("linked_chat_id", sa.BigInteger(), nullable=True),
        sa.Column("photo", sa.Text(), nullable=False),
        sa.Column("noforwards", sa.Boolean(), nullable=False),
        sa.Column("forum", sa.Boolean(), nullable=False),
        sa.Column("administered", sa.Boolean(), nullable=False),
        sa.Column("first_seen_at", sa.BigInteger(), nullable=False),
        sa.Column("last_seen_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )


def _claims() -> None:
    op.create_table(
        "claims",
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False),
        sa.Column("scope", sa.Text(), autoincrement=False),
        sa.Column("hi", sa.BigInteger(), autoincrement=False),
        sa.Column("lo", sa.BigInteger(), nullable=False),
        sa.Column("cursor", sa.BigInteger(), nullable=False),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("chat_id", "scope", "hi"),
        sqlite_with_rowid=False,
    )


def _counts() -> None:
    op.create_table(
        "counts",
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False),
        sa.Column("kind", sa.Text(), autoincrement=False),
        sa.Column("at", sa.BigInteger(), autoincrement=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("chat_id", "id", "kind", "at"),
        sqlite_with_rowid=False,
    )


def _coverage() -> None:
    op.create_table(
        "coverage",
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False),
        sa.Column("scope", sa.Text(), autoincrement=False),
        sa.Column("source", sa.Text(), autoincrement=False),
        sa.Column("lo", sa.BigInteger(), autoincrement=False),
        sa.Column("hi", sa.BigInteger(), nullable=False),
        sa.Column("stored", sa.BigInteger(), nullable=False),
        sa.Column("left_out", sa.BigInteger(), nullable=False),
        sa.Column("ids_sum", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("chat_id", "scope", "source", "lo"),
        sqlite_with_rowid=False,
    )


def _failures() -> None:
    op.create_table(
        "failures",
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False),
        sa.Column("scope", sa.Text(), autoincrement=False),
        sa.Column("lo", sa.BigInteger(), autoincrement=False),
        sa.Column("hi", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("chat_id", "scope", "lo"),
        sqlite_with_rowid=False,
    )


def _files() -> None:
    op.create_table(
        "files",
        sa.Column("key", sa.Text(), autoincrement=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("mime", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
        sqlite_with_rowid=False,
    )


def _jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", sa.Text(), autoincrement=False),
        sa.Column("resource", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("request", JSON, nullable=True),
        sa.Column("progress", JSON, nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "jobs_one_live_per_resource",
        "jobs",
        ["resource"],
        unique=True,
        sqlite_where=sa.text("state IN ('queued', 'running', 'waiting', 'paused')"),
        postgresql_where=sa.text("state IN ('queued', 'running', 'waiting', 'paused')"),
    )


def _leases() -> None:
    op.create_table(
        "leases",
        sa.Column("resource", sa.Text(), autoincrement=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("resource"),
        sqlite_with_rowid=False,
    )


def _message_files() -> None:
    op.create_table(
        "message_files",
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False),
        sa.Column("file", sa.Text(), autoincrement=False),
        sa.Column("role", sa.Text(), autoincrement=False),
        sa.PrimaryKeyConstraint("chat_id", "id", "file", "role"),
        sqlite_with_rowid=False,
    )
    op.create_index("message_files_by_file", "message_files", ["file"], unique=False)


def _message_versions() -> None:
    op.create_table(
        "message_versions",
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False),
        sa.Column("version", sa.Integer(), autoincrement=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("entities", JSON, nullable=True),
        sa.Column("media", JSON, nullable=True),
        sa.Column("edited", sa.BigInteger(), nullable=True),
        sa.Column("last_seen_at", sa.BigInteger(), nullable=False),
        sa.Column("replaced_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("chat_id", "id", "version"),
    )


def _messages() -> None:
    op.create_table(
        "messages",
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("entities", JSON, nullable=True),
        sa.Column("date", sa.BigInteger(), nullable=False),
        sa.Column("edited", sa.BigInteger(), nullable=True),
        sa.Column("author", sa.BigInteger(), nullable=True),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("via_bot", sa.BigInteger(), nullable=True),
        sa.Column("forward", JSON, nullable=True),
        sa.Column("reply", JSON, nullable=True),
        sa.Column("thread_id", sa.BigInteger(), nullable=True),
        sa.Column("topic", sa.BigInteger(), nullable=True),
        sa.Column("grouped_id", sa.BigInteger(), nullable=True),
        sa.Column("views", sa.BigInteger(), nullable=True),
        sa.Column("forwards", sa.BigInteger(), nullable=True),
        sa.Column("comments", sa.BigInteger(), nullable=True),
        sa.Column("replies", JSON, nullable=True),
        sa.Column("reactions", JSON, nullable=True),
        sa.Column("recent_reactions", JSON, nullable=True),
        sa.Column("poll", JSON, nullable=True),
        sa.Column("action", JSON, nullable=True),
        sa.Column("buttons", JSON, nullable=True),
        sa.Column("flags", sa.Integer(), nullable=False),
        sa.Column("noforwards", sa.Boolean(), nullable=False),
        sa.Column("media", JSON, nullable=True),
        sa.Column("extra", JSON, nullable=True),
        sa.Column("unsupported", JSON, nullable=True),
        sa.Column("first_seen_at", sa.BigInteger(), nullable=False),
        sa.Column("last_seen_at", sa.BigInteger(), nullable=False),
        sa.Column("deleted_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("chat_id", "id"),
    )


def _message_indexes() -> None:
    op.create_index(
        "messages_by_album",
        "messages",
        ["chat_id", "grouped_id"],
        unique=False,
        sqlite_where=sa.text("grouped_id IS NOT NULL"),
        postgresql_where=sa.text("grouped_id IS NOT NULL"),
    )
    op.create_index(
        "messages_by_thread",
        "messages",
        ["chat_id", "thread_id", "id"],
        unique=False,
        sqlite_where=sa.text("thread_id IS NOT NULL"),
        postgresql_where=sa.text("thread_id IS NOT NULL"),
    )
    op.create_index(
        "messages_unsupported",
        "messages",
        ["chat_id", "id"],
        unique=False,
        sqlite_where=sa.text("unsupported IS NOT NULL"),
        postgresql_where=sa.text("unsupported IS NOT NULL"),
    )


def _peers() -> None:
    op.create_table(
        "peers",
        sa.Column("id", sa.BigInteger(), autoincrement=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("photo", sa.Text(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("bot", sa.Boolean(), nullable=False),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("premium", sa.Boolean(), nullable=False),
        sa.Column("minimal", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_with_rowid=False,
    )


def _roots() -> None:
    op.create_table(
        "roots",
        sa.Column("group_id", sa.BigInteger(), autoincrement=False),
        sa.Column("root_id", sa.BigInteger(), autoincrement=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("group_id", "root_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("roots_by_post", "roots", ["channel_id", "post_id"], unique=False)
