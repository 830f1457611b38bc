"""Files to be exported: those that are stored, message by message."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import BigInteger, Connection, bindparam, literal_column, select, tuple_

from headrace.model.download import FileKind
from headrace.model.exportable import Exportable
from headrace.model.message import Message
from headrace.model.values import FileKey
from headrace.store.file_tables import files, message_files
from headrace.store.messages import by_ids
from headrace.store.tables import messages
from headrace.transform.named_files import FORMER, sender_name

#: (id of the message, key of the file): the order in which files are given out.
Place = tuple[int, str]
_OWN = "media"
_NEXT = (
    select(
        message_files.c.id,
        message_files.c.role,
        files.c.key,
        files.c.kind,
        files.c.sha256,
        files.c.size,
        files.c.extension,
    )
    .join(files, files.c.key == message_files.c.file)
    .join(
        messages,
        (messages.c.chat_id == message_files.c.chat_id) & (messages.c.id == message_files.c.id),
    )
    .where(
        message_files.c.chat_id == bindparam("chat", type_=BigInteger),
        tuple_(message_files.c.id, message_files.c.file)
        > tuple_(bindparam("id", type_=BigInteger), bindparam("key")),
        message_files.c.role != literal_column(f"'{FORMER}'"),
        files.c.state == literal_column("'stored'"),
        files.c.kind.in_(bindparam("kinds", expanding=True)),
        messages.c.date >= bindparam("since", type_=BigInteger),
        messages.c.date < bindparam("until", type_=BigInteger),
    )
    .order_by(message_files.c.id, message_files.c.file)
    .limit(bindparam("limit"))
)
#: Beyond every date that a message can have.
_EVER = 2**62


def following(
    connection: Connection,
    chat_id: int,
    after: Place,
    kinds: Collection[FileKind],
    limit: int,
    since: int | None = None,
    until: int | None = None,
) -> list[Exportable]:
    """The next stored files of these kinds, of messages posted in [since, until)."""
    where = {"chat": chat_id, "id": after[0], "key": after[1], "kinds": sorted(kinds)}
    where |= {"since": -_EVER if since is None else since}
    where |= {"until": _EVER if until is None else until, "limit": limit}
    rows = connection.execute(_NEXT, where).all()
    known = by_ids(connection, chat_id, {row.id for row in rows})
    # A file may stand in two places of one message: once is enough, its own content first.
    found = {(row.id, row.key): row for row in sorted(rows, key=lambda row: row.role == _OWN)}
    return [_exportable(found[place], known[place[0]].message) for place in sorted(found)]


def _exportable(row: Any, message: Message) -> Exportable:
    is_own = row.role == _OWN
    return Exportable(
        id=row.id,
        date=message.date,
        key=FileKey(row.key),
        kind=FileKind(row.kind),
        name=sender_name(message, row.key),
        sha256=row.sha256,
        size=row.size,
        extension=row.extension,
        text=message.text if is_own else "",
        entities=message.entities if is_own else (),
    )
