"""The index of words on each back end, behind one port: FTS5 in SQLite, GIN in PostgreSQL.

Both are over the rows of ``findable``. A query is built of our own words, each in quotes, so
nothing that a person types is syntax to a database.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from sqlalchemy import Connection, Select, bindparam, column, delete, insert, select, table, text
from sqlalchemy.exc import DatabaseError

from headrace.store.site_tables import LEXEMES, findable
from headrace.store.statements import ManyRows, for_each
from headrace.transform.queries import Query, Term

#: SQLITE_ERROR (of an index that cannot be opened) and SQLITE_CORRUPT.
_SAYS_DAMAGED = {1, 11}
_FOUND = table("found", column("rowid"), column("found"))


class Row(NamedTuple):
    """A row of ``findable``."""

    place: int
    chat_id: int
    id: int
    words: str
    stems: str
    about: str


class Asked(NamedTuple):
    """A query, and in the words of ``about``: one of each list, and none of the last."""

    query: Query
    one_of: Sequence[Sequence[str]]
    none_of: Sequence[str]


class WordIndex(Hashable, Protocol):
    """What differs between back ends."""

    def add(self, connection: Connection, rows: Sequence[Row]) -> None:
        """Insert rows."""

    def drop(self, connection: Connection, rows: Sequence[Row]) -> None:
        """Delete rows, which have to be as they were inserted."""

    def is_whole(self, connection: Connection) -> bool:
        """Whether it agrees with the rows; every one is looked at, in a transaction that writes."""

    def rebuild(self, connection: Connection) -> None:
        """Make it of the rows anew."""

    def matching(self, *columns: Any) -> Select[Any]:
        """Of rows that match, these columns, the highest ``place`` first.

        With no columns a row for each, in any order, of the index alone where that can be.
        """

    def values(self, asked: Asked) -> Mapping[str, Any]:
        """What the parameters of ``matching`` are."""


_INSERT = ManyRows(findable.columns.keys(), default=insert(findable))
_DELETE = for_each(["b_place"], delete(findable).where(findable.c.place == bindparam("b_place")))


class Fts5:
    """SQLite: a table without content of its own, which is told of each change of a row."""

    def add(self, connection: Connection, rows: Sequence[Row]) -> None:
        if rows:
            _INSERT.run(connection, rows)
            told = [(one.place, one.words, one.stems, one.about) for one in rows]
            connection.exec_driver_sql(
                "INSERT INTO found (rowid, words, stems, about) VALUES (?, ?, ?, ?)", told
            )

    def drop(self, connection: Connection, rows: Sequence[Row]) -> None:
        if rows:
            told = [("delete", one.place, one.words, one.stems, one.about) for one in rows]
            connection.exec_driver_sql(
                "INSERT INTO found (found, rowid, words, stems, about) VALUES (?, ?, ?, ?, ?)", told
            )
            _DELETE.run(connection, [(one.place,) for one in rows])

    def is_whole(self, connection: Connection) -> bool:
        try:
            connection.exec_driver_sql(
                "INSERT INTO found (found, rank) VALUES ('integrity-check', 1)"
            )
        except DatabaseError as error:
            if getattr(error.orig, "sqlite_errorcode", 0) & 0xFF not in _SAYS_DAMAGED:
                raise
            return False
        return True

    def rebuild(self, connection: Connection) -> None:
        # An index that has lost its settings or its beginning cannot be named before it has them.
        for statement in (
            "CREATE VIRTUAL TABLE temp.fresh USING fts5(words)",
            "INSERT OR IGNORE INTO found_config SELECT k, v FROM temp.fresh_config",
            "INSERT OR IGNORE INTO found_data SELECT id, block FROM temp.fresh_data",
            "DROP TABLE temp.fresh",
            "INSERT INTO found (found) VALUES ('rebuild')",
        ):
            connection.exec_driver_sql(statement)

    def matching(self, *columns: Any) -> Select[Any]:
        place = _FOUND.c.rowid
        asked = text("found MATCH :match"), text("found.rowid BETWEEN :lo AND :hi")
        if not columns:
            return select(place).where(*asked)
        rows = _FOUND.join(findable, findable.c.place == place)
        return select(*columns).select_from(rows).where(*asked).order_by(place.desc())

    def values(self, asked: Asked) -> Mapping[str, Any]:
        parts = [self._term(one) for one in asked.query.wanted]
        parts += [f"about : ({self._any(words)})" for words in asked.one_of]
        match = " AND ".join(f"({one})" for one in parts)
        unwanted = [self._term(one) for one in asked.query.unwanted]
        if asked.none_of:
            unwanted.append(f"about : ({self._any(asked.none_of)})")
        return {"match": f"({match})" + "".join(f" NOT ({one})" for one in unwanted)}

    def _term(self, term: Term) -> str:
        if term.is_phrase or not term.stem:
            return f'words : "{" ".join(term.words)}"'
        star = "*" if term.is_prefix else ""
        return f'{{words stems}} : ("{term.word}"{star} OR "{term.stem}")'

    def _any(self, words: Iterable[str]) -> str:
        return " OR ".join(f'"{one}"' for one in words)


class Lexemes:
    """PostgreSQL: an index over the words of a row; that words stand in a row is looked at."""

    def add(self, connection: Connection, rows: Sequence[Row]) -> None:
        _INSERT.run(connection, rows)

    def drop(self, connection: Connection, rows: Sequence[Row]) -> None:
        _DELETE.run(connection, [(one.place,) for one in rows])

    def is_whole(self, connection: Connection) -> bool:  # noqa: ARG002 - the port's
        # PostgreSQL keeps its indexes in step with their tables by itself.
        return True

    def rebuild(self, connection: Connection) -> None:
        connection.exec_driver_sql("REINDEX INDEX findable_by_word")

    def matching(self, *columns: Any) -> Select[Any]:
        asked = (
            text(f"{LEXEMES} @@ CAST(:match AS tsquery)"),
            text("place BETWEEN :lo AND :hi"),
            text("(' ' || words || ' ') LIKE ALL (CAST(:phrases AS text[]))"),
            text("(' ' || words || ' ') NOT LIKE ALL (CAST(:no_phrases AS text[]))"),
        )
        found = select(*columns or (findable.c.place,)).select_from(findable).where(*asked)
        return found.order_by(findable.c.place.desc()) if columns else found

    def values(self, asked: Asked) -> Mapping[str, Any]:
        parts = [self._term(one) for one in asked.query.wanted]
        parts += [self._any(words) for words in asked.one_of]
        parts += [f"!({self._term(one)})" for one in asked.query.unwanted if not one.is_phrase]
        if asked.none_of:
            parts.append(f"!({self._any(asked.none_of)})")
        return {
            "match": " & ".join(f"({one})" for one in parts),
            "phrases": self._phrases(asked.query.wanted),
            "no_phrases": self._phrases(asked.query.unwanted),
        }

    def _term(self, term: Term) -> str:
        if term.is_phrase:
            return " & ".join(f"'{one}'" for one in term.words)
        star = ":*" if term.is_prefix else ""
        stem = f" | '{term.stem}'" if term.stem else ""
        return f"'{term.word}'{star}{stem}"

    def _any(self, words: Iterable[str]) -> str:
        return " | ".join(f"'{one}'" for one in words)

    def _phrases(self, terms: Iterable[Term]) -> list[str]:
        return [f"% {' '.join(one.words)} %" for one in terms if one.is_phrase]


_BY_DIALECT: dict[str, WordIndex] = {"sqlite": Fts5(), "postgresql": Lexemes()}


def of(connection: Connection) -> WordIndex:
    """The index of the connection's back end."""
    return _BY_DIALECT[connection.dialect.name]
