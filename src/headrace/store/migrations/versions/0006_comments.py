"""Comments: what of a discussion group waits, what was left out, and how threads were read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_OPEN = sa.text("comments IS NOT NULL")


def upgrade() -> None:
    """Only add."""
    op.create_table(
        "chatter",
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False),
        sa.PrimaryKeyConstraint("chat_id", "id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "undecided",
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False),
        sa.Column("thread_id", sa.BigInteger(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("chat_id", "id"),
    )
    op.create_index("undecided_by_thread", "undecided", ["chat_id", "thread_id", "id"])
    op.create_table(
        "threads",
        sa.Column("channel_id", sa.BigInteger(), autoincrement=False),
        sa.Column("post_id", sa.BigInteger(), autoincrement=False),
        sa.Column("expected", sa.BigInteger(), nullable=False),
        sa.Column("missing", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("channel_id", "post_id"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "messages_with_comments",
        "messages",
        ["chat_id", "id"],
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
