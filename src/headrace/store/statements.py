"""Statements for many rows, built once and compiled once for each back end.

Rows are tuples in the order of the named columns and go to the driver as they are (JSON
already encoded): the conversion of every value by SQLAlchemy would cost more than SQLite's work.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, Connection, Delete, Dialect, Insert, Table, Update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import psycopg
from sqlalchemy.sql.dml import UpdateBase

#: Given the columns of the row that is there and of the new one: whether to update.
Condition = Callable[[Any, Any], ColumnElement[bool]]

_DIALECTS: dict[str, Dialect] = {
    "sqlite": sqlite.dialect(paramstyle="qmark"),
    "postgresql": psycopg.dialect(paramstyle="format"),  # type: ignore[no-untyped-call]
}


class ManyRows:
    """A statement run once for each row of a list; returns how many rows it touched."""

    dialects: ClassVar[dict[str, Dialect]] = _DIALECTS

    def __init__(self, columns: Sequence[str], **variants: UpdateBase) -> None:
        """``variants``: the statement by dialect name, or ``default`` for all."""
        self._columns = list(columns)
        self._variants = variants
        self._compiled: dict[str, str] = {}

    def run(self, connection: Connection, rows: Sequence[tuple[Any, ...]]) -> int:
        if not rows:
            return 0
        sql = self._compiled.get(connection.dialect.name) or self._compile(connection.dialect.name)
        return connection.exec_driver_sql(sql, list(rows)).rowcount

    def _compile(self, name: str) -> str:
        statement = self._variants[name if name in self._variants else "default"]
        keys = self._columns if isinstance(statement, Insert) else None
        compiled: Any = statement.compile(dialect=self.dialects[name], column_keys=keys)
        if list(compiled.positiontup) != self._columns:
            raise AssertionError(f"columns out of order: {compiled.positiontup}")
        self._compiled[name] = str(compiled)
        return self._compiled[name]


def for_each(columns: Sequence[str], statement: Update | Delete) -> ManyRows:
    """An UPDATE or DELETE whose parameters are ``columns``, in the order of the SQL."""
    return ManyRows(columns, default=statement)


def insert_missing(table: Table, columns: Sequence[str] | None = None) -> ManyRows:
    """INSERT that leaves rows alone that are there."""
    return ManyRows(
        columns or table.columns.keys(),
        sqlite=sqlite.insert(table).on_conflict_do_nothing(),
        postgresql=postgresql.insert(table).on_conflict_do_nothing(),
    )


def upsert(
    table: Table,
    *,
    keep: Sequence[str] = (),
    bits: Sequence[str] = (),
    when: Condition | None = None,
) -> ManyRows:
    """INSERT that updates rows that are there, all columns but the key and those in ``keep``.

    Columns in ``bits`` gain the new row's bits and lose none. ``when`` has no parameters.
    """
    return ManyRows(
        table.columns.keys(),
        sqlite=_upsert(sqlite.insert(table), table, keep, bits, when),
        postgresql=_upsert(postgresql.insert(table), table, keep, bits, when),
    )


def _upsert(
    statement: sqlite.Insert | postgresql.Insert,
    table: Table,
    keep: Sequence[str],
    bits: Sequence[str],
    when: Condition | None,
) -> Insert:
    key = [column.name for column in table.primary_key]
    new = statement.excluded
    changed = {
        name: table.c[name].bitwise_or(new[name]) if name in bits else new[name]
        for name in table.columns.keys()  # noqa: SIM118 - a ColumnCollection iterates columns
        if name not in key and name not in keep
    }
    where = None if when is None else when(table.c, new)
    return statement.on_conflict_do_update(index_elements=key, set_=changed, where=where)
