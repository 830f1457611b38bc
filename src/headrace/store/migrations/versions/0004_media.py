"""Files have kinds, places and thumbnails; pictures of peers and emoji of texts are files, too.

Kinds are empty here: they are read off the messages afterwards, in ``store/migrate.py``.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Only add."""
    for name in ("kind", "type", "extension"):
        op.add_column("files", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    op.create_index("files_by_state", "files", ["state", "size", "key"])
    op.create_index(
        "files_by_content",
        "files",
        ["sha256"],
        sqlite_where=sa.text("sha256 IS NOT NULL"),
        postgresql_where=sa.text("sha256 IS NOT NULL"),
    )
    op.drop_index("message_files_by_file", "message_files")
    op.create_index("message_files_by_file", "message_files", ["file", "chat_id", "id"])
    _peer_files()
    _thumbnails()


def _peer_files() -> None:
    op.create_table(
        "peer_files",
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False),
        sa.Column("peer_id", sa.BigInteger(), autoincrement=False),
        sa.Column("file", sa.Text(), autoincrement=False),
        sa.PrimaryKeyConstraint("chat_id", "peer_id", "file"),
        sqlite_with_rowid=False,
    )
    op.create_index("peer_files_by_file", "peer_files", ["file", "chat_id"])


def _thumbnails() -> None:
    op.create_table(
        "thumbnails",
        sa.Column("sha256", sa.Text(), autoincrement=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("mime", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sha256"),
        sqlite_with_rowid=False,
    )
    op.create_index("thumbnails_by_state", "thumbnails", ["state", "sha256"])
