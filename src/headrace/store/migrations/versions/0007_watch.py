"""Watched chats have a position: up to which of its changes the archive has all."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Only add."""
    op.create_table(
        "watch",
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False),
        sa.Column("pts", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("chat_id"),
        sqlite_with_rowid=False,
    )
