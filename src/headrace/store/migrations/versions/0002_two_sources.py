"""Rows know which sources have shown them, and failures whose they are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Until now everything came from Telegram, unless a row says otherwise."""
    for table in ("chats", "peers"):
        op.add_column(
            table, sa.Column("source", sa.Text(), nullable=False, server_default="telegram")
        )
    op.add_column(
        "messages", sa.Column("sources", sa.Integer(), nullable=False, server_default=sa.text("1"))
    )
    op.execute("UPDATE messages SET sources = 2 WHERE source = 'desktop'")
    _failures()


def _failures() -> None:
    """A key cannot be changed in SQLite: the table is made anew."""
    names = ("chat_id", "scope", "lo", "hi", "reason", "detail")
    old = sa.table("failures", *(sa.column(name) for name in names))
    rows = op.get_bind().execute(sa.select(old)).mappings().all()
    op.drop_table("failures")
    new = op.create_table(
        "failures",
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False),
        sa.Column("scope", sa.Text(), autoincrement=False),
        sa.Column("source", sa.Text(), autoincrement=False),
        sa.Column("lo", sa.BigInteger(), autoincrement=False),
        sa.Column("hi", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("chat_id", "scope", "source", "lo"),
        sqlite_with_rowid=False,
    )
    op.bulk_insert(new, [{**row, "source": "telegram"} for row in rows])
