"""The site: indexes for its questions, what is hidden, months, the search; stopped jobs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_THREADED = sa.text("thread_id IS NOT NULL")
_GROUPED = sa.text("grouped_id IS NOT NULL")
_POSTS = sa.text("kind != 'service'")
_LIVE = sa.text("state IN ('queued', 'running')")
_FOUND = (
    "CREATE VIRTUAL TABLE found USING fts5(words, stems, about, content='findable',"
    " content_rowid='place', prefix='4 5',"
    " tokenize=\"unicode61 remove_diacritics 0 categories 'L* M* N* Co Cn'\")"
)
_LEXEMES = (
    "array_to_tsvector(array_remove(string_to_array("
    "(((words || ' '::text) || stems) || ' '::text) || about, ' '::text), ''::text))"
)
#: The first second of a message's month.
_START_IN_SQLITE = (
    "CAST(strftime('%s', min(max(date, 0), 253402300799), 'unixepoch', 'start of month')"
    " AS INTEGER)"
)
_START_IN_POSTGRES = (
    "CAST(extract(epoch FROM date_trunc('month',"
    " to_timestamp(least(greatest(date, 0), 253402300799)) AT TIME ZONE 'UTC')) AS BIGINT)"
)


def upgrade() -> None:
    """Change three indexes, add the rest; all that is there waits for the search."""
    op.drop_index("messages_by_thread", "messages")
    _index("messages_by_thread", ["chat_id", "thread_id", "id", "deleted_at"], _THREADED)
    op.drop_index("messages_by_album", "messages")
    _index("messages_by_album", ["chat_id", "grouped_id", "id"], _GROUPED)
    _index("messages_by_date", ["chat_id", "date", "id", "grouped_id", "kind"], _POSTS)
    op.drop_index("jobs_one_live_per_resource", "jobs")
    op.create_index(
        "jobs_one_live_per_resource",
        "jobs",
        ["resource"],
        unique=True,
        sqlite_where=_LIVE,
        postgresql_where=_LIVE,
    )
    op.create_table(
        "hidden",
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("purged", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("chat_id", "id"),
        sqlite_with_rowid=False,
    )
    whole = sa.text("id = 0")
    op.create_index(
        "hidden_chats", "hidden", ["chat_id"], sqlite_where=whole, postgresql_where=whole
    )
    _months()
    _search()


def _months() -> None:
    """All of them are to be counted."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    op.create_table(
        "months",
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False),
        sa.Column("month", sa.BigInteger(), autoincrement=False),
        sa.Column("posts", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("is_stale", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("chat_id", "month"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "months_stale",
        "months",
        ["chat_id", "month"],
        sqlite_where=sa.text("is_stale = 1"),
        postgresql_where=sa.text("is_stale"),
    )
    start = _START_IN_SQLITE if is_sqlite else _START_IN_POSTGRES
    op.execute(
        f"INSERT INTO months SELECT DISTINCT chat_id, {start}, 0, 0, {'1' if is_sqlite else 'true'}"  # noqa: S608
        " FROM messages"
    )


def _index(name: str, columns: list[str], where: sa.TextClause) -> None:
    op.create_index(name, "messages", columns, sqlite_where=where, postgresql_where=where)


def _search() -> None:
    place = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "findable",
        sa.Column("place", place, autoincrement=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("stems", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("place"),
    )
    op.create_index("findable_by_message", "findable", ["chat_id", "id"], unique=True)
    op.create_table(
        "unindexed",
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False),
        sa.PrimaryKeyConstraint("chat_id", "id"),
        sqlite_with_rowid=False,
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute(_FOUND)
    else:
        op.execute(f"CREATE INDEX findable_by_word ON findable USING gin ({_LEXEMES})")
    op.execute("INSERT INTO unindexed SELECT chat_id, id FROM messages")
