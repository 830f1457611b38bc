"""The digest: one hash for all rows, the same for the same archive on both back ends."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, Text, collate, select

from headrace.store.canonical import line, whole
from headrace.store.tables import metadata

#: Tables (``name``) and columns (``table.name``) that two imports of the same content may
#: fill differently, with the reason.
VOLATILE = {
    "leases": "who works, and when",
    "claims": "how far a running import has come",
    "jobs": "when something was asked for",
    "chats.first_seen_at": "when it was read",
    "chats.last_seen_at": "when it was read",
    "messages.first_seen_at": "when it was read",
    "messages.last_seen_at": "when it was read",
    "message_versions.last_seen_at": "when it was read",
    "message_versions.replaced_at": "when it was read",
    "counts.at": "when it was read",
    "files.attempts": "how often the network failed",
    "failures.detail": "words of the database or of Telegram",
}
#: Columns of which only counts whether they are set, with the reason.
PRESENCE = {"messages.deleted_at": "when it was noticed"}

_BATCH = 1000


class Digest(msgspec.Struct, frozen=True, kw_only=True):
    """``tables`` tells where two archives differ."""

    sha256: str
    tables: dict[str, str]
    rows: dict[str, int]


def of_archive(connection: Connection) -> Digest:
    """Hash every table in constant memory, rows in the order of their keys."""
    tables, rows = {}, {}
    for table in sorted(metadata.tables.values(), key=lambda one: one.name):
        if table.name not in VOLATILE:
            tables[table.name], rows[table.name] = _of_table(connection, table)
    whole_hash = hashlib.sha256(line(tables).encode()).hexdigest()
    return Digest(sha256=whole_hash, tables=tables, rows=rows)


def _of_table(connection: Connection, table: Table) -> tuple[str, int]:
    hashed = hashlib.sha256()
    columns = [one for one in table.columns if f"{table.name}.{one.name}" not in VOLATILE]
    present = {one.name for one in columns if f"{table.name}.{one.name}" in PRESENCE}
    bytewise = "C" if connection.dialect.name == "postgresql" else "BINARY"
    key = [
        collate(one, bytewise) if isinstance(one.type, Text) else one for one in table.primary_key
    ]
    statement = select(*columns).order_by(*key)
    number = 0
    for row in connection.execution_options(yield_per=_BATCH).execute(statement).mappings():
        fields = {
            name: _plain(value is not None if name in present else value)
            for name, value in row.items()
        }
        hashed.update(line(fields).encode() + b"\n")
        number += 1
    return hashed.hexdigest(), number


def _plain(value: Any) -> Any:
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode()
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return whole(value)
