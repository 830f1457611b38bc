"""The digest: one hash for all rows, the same for the same archive on both back ends."""

from __future__ import annotations

import hashlib
import re
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
    "seals": "counted off the other tables",
    "watch": "how far a chat has been watched, if it was",
    "months": "counted off messages, at any time anew",
    "findable": "made of messages, at any time anew",
    "unindexed": "how far the search index has come",
    "hidden.at": "when it was asked for",
    "thumbnails": "made of files that are in it, at any time anew",
    "chats.first_seen_at": "when it was read",
    "chats.last_seen_at": "when it was read",
    "messages.first_seen_at": "when it was read",
    "messages.last_seen_at": "when it was read",
    "message_versions.last_seen_at": "when it was read",
    "message_versions.replaced_at": "when it was read",
    "counts.at": "when it was read",
    "files.attempts": "how often the network failed",
    "undecided.message": "bytes of what was not understood differ with each reading",
    "failures.detail": "words of the database or of Telegram",
}
#: Columns of which only counts whether they are set, with the reason.
PRESENCE = {"messages.deleted_at": "when it was noticed"}

_BATCH = 1000
#: Marks of a float without a fraction, as JSON writes it.
_MAY_BE_WHOLE = re.compile(r"\d\.0\b|\de[+\d]")


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
    bytewise = "C" if connection.dialect.name == "postgresql" else "BINARY"
    key = [
        collate(one, bytewise) if isinstance(one.type, Text) else one for one in table.primary_key
    ]
    shown = [one.is_not(None) if f"{table.name}.{one.name}" in PRESENCE else one for one in columns]
    names = [str(one.name) for one in columns]
    statement = select(*shown).order_by(*key)
    number = 0
    for row in connection.execute(statement.execution_options(yield_per=_BATCH)):
        hashed.update(_canonical(dict(zip(names, row, strict=True))))
        number += 1
    return hashed.hexdigest(), number


def _canonical(fields: dict[str, Any]) -> bytes:
    # The bytes hold references and padding that differ with each reading.
    if isinstance(found := fields.get("unsupported"), list):
        for lost in found:
            lost["raw"] = bool(lost.get("raw"))
    text = line(fields)
    # Walking through every value would cost more than all the rest.
    if _MAY_BE_WHOLE.search(text):
        text = line(_whole(fields))
    return text.encode() + b"\n"


def _whole(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _whole(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_whole(item) for item in value]
    return whole(value)
