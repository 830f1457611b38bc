"""Rows are counted when the work on a chat ends, and thumbnails know their bytes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Only add: the next run on a chat makes its first seal."""
    op.create_table(
        "seals",
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False),
        sa.Column("name", sa.Text(), autoincrement=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("lost", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("chat_id", "name"),
        sqlite_with_rowid=False,
    )
    op.add_column("thumbnails", sa.Column("content", sa.Text(), nullable=False, server_default=""))
