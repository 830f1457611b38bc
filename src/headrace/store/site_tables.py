"""The tables of the site: what is hidden, what months have, and the search and what it awaits."""

from __future__ import annotations

from typing import Any

from sqlalchemy import DDL, BigInteger, Boolean, Column, Index, Integer, Table, Text, event, text

from headrace.store.schema import key, metadata, need

#: What a person does not want to see; the messages stay, and syncing leaves them hidden.
hidden = Table(
    "hidden",
    metadata,
    key("chat_id"),
    # 0 for the whole chat.
    key("id"),
    need("at", BigInteger),
    # The content was erased and never comes back.
    need("purged", Boolean),
    Index("hidden_chats", "chat_id", sqlite_where=text("id = 0"), postgresql_where=text("id = 0")),
    sqlite_with_rowid=False,
)

#: How many posts a month has, as counted when it was not marked stale (``store/months.py``).
months = Table(
    "months",
    metadata,
    key("chat_id"),
    # Its first second, UTC.
    key("month"),
    need("posts", BigInteger),
    # The highest id.
    need("position", BigInteger),
    need("is_stale", Boolean),
    Index(
        "months_stale",
        "chat_id",
        "month",
        sqlite_where=text("is_stale = 1"),
        postgresql_where=text("is_stale"),
    ),
    sqlite_with_rowid=False,
)

#: The words of a message as they are sought. Everything in it can be made of the messages again.
findable = Table(
    "findable",
    metadata,
    # Grows with the date: ``searching.place_of``.
    Column(
        "place", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False
    ),
    need("chat_id", BigInteger),
    need("id", BigInteger),
    # In their order, blanks between them.
    need("words", Text),
    # Their stems, each once.
    need("stems", Text),
    # What filters ask for, as words that no text has.
    need("about", Text),
    Index("findable_by_message", "chat_id", "id", unique=True),
)

#: Messages that are new or other than when they were indexed.
unindexed = Table(
    "unindexed",
    metadata,
    key("chat_id"),
    key("id"),
    sqlite_with_rowid=False,
)

#: SQLite's index; our words are words to it as they are, whatever the script.
FOUND = (
    "CREATE VIRTUAL TABLE found USING fts5(words, stems, about, content='findable',"
    " content_rowid='place', prefix='4 5',"
    " tokenize=\"unicode61 remove_diacritics 0 categories 'L* M* N* Co Cn'\")"
)
#: What PostgreSQL's index is over; a query has to have the same expression.
LEXEMES = (
    "array_to_tsvector(array_remove(string_to_array("
    "(((words || ' '::text) || stems) || ' '::text) || about, ' '::text), ''::text))"
)
_FOUND_BY_WORD = f"CREATE INDEX findable_by_word ON findable USING gin ({LEXEMES})"


def _ddl(statement: str, dialect: str) -> Any:
    make: Any = DDL
    return make(statement).execute_if(dialect=dialect)


event.listen(findable, "after_create", _ddl(FOUND, "sqlite"))
event.listen(findable, "after_create", _ddl(_FOUND_BY_WORD, "postgresql"))
