"""Downloads: which files of a chat are wanted, and what became of each.

The queue is a query over the table of files: it survives anything. A file belongs to every
chat that names it, so what one chat's run has stored no other fetches again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    bindparam,
    exists,
    false,
    func,
    literal_column,
    or_,
    select,
    true,
    tuple_,
    update,
)

from headrace.model.download import FileKind, Origin, Stored, Wish
from headrace.model.values import FileKey
from headrace.store import thumbnails
from headrace.store.file_tables import files, message_files, peer_files
from headrace.store.statements import for_each
from headrace.store.tables import chats, messages
from headrace.transform.media_policy import FileFacts
from headrace.transform.named_files import FORMER

#: (size, key) of a file: the order in which files are asked for, the small ones first.
Place = tuple[int, str]
FIRST: Place = (-1, "")
#: Messages from which a file's address can be renewed; more than one, in case one is deleted.
ORIGINS = 3

_CHAT = bindparam("chat", type_=BigInteger)
#: Keys that only an export names: Telegram has no such files.
_EXPORTED = files.c.key.like(literal_column("'desktop/%'"))
_IS_WANTED = files.c.state == literal_column("'wanted'")


def _in_chat() -> ColumnElement[bool]:
    return or_(
        exists().where(message_files.c.file == files.c.key, message_files.c.chat_id == _CHAT),
        exists().where(peer_files.c.file == files.c.key, peer_files.c.chat_id == _CHAT),
    )


_WANTED = (
    select(files.c.key, files.c.kind, files.c.size, files.c.mime)
    .where(
        _IS_WANTED,
        tuple_(files.c.size, files.c.key) > tuple_(bindparam("size"), bindparam("key")),
        ~_EXPORTED,
        files.c.key.not_in(bindparam("excluding", expanding=True)),
        _in_chat(),
    )
    .order_by(files.c.size, files.c.key)
    .limit(bindparam("limit"))
)
_WANTED_AMONG = _WANTED.where(files.c.key.in_(bindparam("among", expanding=True)))
_ORIGINS = (
    select(message_files.c.chat_id, message_files.c.id)
    .where(
        message_files.c.file == bindparam("key"),
        message_files.c.role != literal_column(f"'{FORMER}'"),
    )
    .limit(ORIGINS)
)
_OWN_ORIGINS = _ORIGINS.where(message_files.c.chat_id == _CHAT).order_by(message_files.c.id.desc())
_OTHER_ORIGINS = _ORIGINS.where(message_files.c.chat_id != _CHAT).order_by(
    message_files.c.chat_id, message_files.c.id.desc()
)
_FACE = (
    select(peer_files.c.peer_id)
    .where(peer_files.c.file == bindparam("key"), peer_files.c.chat_id == _CHAT)
    .order_by(peer_files.c.peer_id)
    .limit(1)
)


def wanted(
    connection: Connection,
    chat_id: int,
    limit: int,
    after: Place = FIRST,
    excluding: Collection[str] = (),
    among: Collection[str] | None = None,
) -> list[Wish]:
    """The next files of a chat to ask Telegram for, the small ones first."""
    where = {"chat": chat_id, "size": after[0], "key": after[1]}
    where |= {"excluding": list(excluding), "limit": limit}
    if among is None:
        rows = connection.execute(_WANTED, where).all()
    else:
        rows = connection.execute(_WANTED_AMONG, {**where, "among": list(among)}).all()
    return [_wish(connection, chat_id, row) for row in rows]


def _wish(connection: Connection, chat_id: int, row: Any) -> Wish:
    where = {"chat": chat_id, "key": row.key}
    kind = FileKind(row.kind or FileKind.FILE)
    if kind == FileKind.AVATAR:
        peer = connection.scalar(_FACE, where)
        return Wish(key=row.key, kind=kind, size=row.size, mime=row.mime, peer=peer)
    origins = connection.execute(_OWN_ORIGINS, where).all()
    if len(origins) < ORIGINS:
        origins = [*origins, *connection.execute(_OTHER_ORIGINS, where)][:ORIGINS]
    found = tuple(Origin(chat_id=chat, id=message_id) for chat, message_id in origins)
    return Wish(key=row.key, kind=kind, size=row.size, mime=row.mime, origins=found)


def _newest() -> ColumnElement[Any]:
    """The date of the newest message of the chat that names a file; ids grow with time."""
    named = (
        select(func.max(message_files.c.id))
        .where(message_files.c.file == files.c.key, message_files.c.chat_id == _CHAT)
        .correlate(files)
        .scalar_subquery()
    )
    return (
        select(messages.c.date)
        .where(messages.c.chat_id == _CHAT, messages.c.id == named)
        .correlate(files)
        .scalar_subquery()
    )


_FREE = exists().where(
    message_files.c.file == files.c.key,
    message_files.c.chat_id == _CHAT,
    messages.c.chat_id == message_files.c.chat_id,
    messages.c.id == message_files.c.id,
    messages.c.noforwards == false(),
)
_RESTRICTED = exists().where(chats.c.id == _CHAT, chats.c.noforwards == true())
_ALL_FACTS = select(
    files.c.key,
    files.c.kind,
    files.c.size,
    _newest().label("newest"),
    _FREE.label("free"),
    _RESTRICTED.label("restricted"),
).where(_IS_WANTED)
_FACTS = (
    _ALL_FACTS.where(
        tuple_(files.c.size, files.c.key) > tuple_(bindparam("size"), bindparam("key")),
        _in_chat(),
    )
    .order_by(files.c.size, files.c.key)
    .limit(bindparam("limit"))
)
_FACTS_OF = _ALL_FACTS.where(files.c.key.in_(bindparam("keys", expanding=True)))


def facts(
    connection: Connection, chat_id: int, limit: int, after: Place = FIRST
) -> list[FileFacts]:
    """What a policy has to know of the next wanted files, in the order of ``wanted``."""
    where = {"chat": chat_id, "size": after[0], "key": after[1], "limit": limit}
    return [_facts(row) for row in connection.execute(_FACTS, where)]


def facts_of(connection: Connection, chat_id: int, keys: Collection[FileKey]) -> list[FileFacts]:
    """The same of these files, where they are wanted."""
    found = connection.execute(_FACTS_OF, {"chat": chat_id, "keys": list(keys)})
    return [_facts(row) for row in found]


def _facts(row: Any) -> FileFacts:
    return FileFacts(
        key=row.key,
        kind=FileKind(row.kind or FileKind.FILE),
        size=row.size,
        newest=row.newest,
        protected=bool(row.restricted or not (row.free or row.kind == FileKind.AVATAR)),
    )


_RECONSIDER = (
    update(files)
    .where(files.c.state.in_([literal_column("'skipped'"), literal_column("'failed'")]), _in_chat())
    .values(state="wanted", reason="")
)
_LOOK_AGAIN = (
    update(files)
    .where(
        files.c.key.in_(bindparam("keys", expanding=True)),
        files.c.state.in_([literal_column(f"'{one}'") for one in ("skipped", "failed", "absent")]),
    )
    .values(state="wanted", reason="")
)
_SKIP = for_each(
    ["reason", "b_key"],
    update(files)
    .values(state=literal_column("'skipped'"), reason=bindparam("reason"))
    .where(files.c.key == bindparam("b_key"), _IS_WANTED),
)
_ABSENT = for_each(
    ["reason", "b_key"],
    update(files)
    .values(state=literal_column("'absent'"), reason=bindparam("reason"))
    .where(files.c.key == bindparam("b_key"), files.c.state != literal_column("'stored'")),
)
_FAILED = for_each(
    ["reason", "b_key"],
    update(files)
    .values(
        state=literal_column("'failed'"),
        reason=bindparam("reason"),
        attempts=files.c.attempts + literal_column("1"),
    )
    .where(files.c.key == bindparam("b_key"), files.c.state != literal_column("'stored'")),
)


def reconsider(connection: Connection, chat_id: int) -> int:
    """What was skipped or has failed is wanted once more; returns how many are."""
    return connection.execute(_RECONSIDER, {"chat": chat_id}).rowcount


def look_again(connection: Connection, keys: Collection[FileKey]) -> None:
    """What is not stored of these files is wanted once more, whatever became of it."""
    connection.execute(_LOOK_AGAIN, {"keys": sorted(keys)})


def skip(connection: Connection, reasons: Mapping[FileKey, str]) -> int:
    """Leave wanted files where they are; returns how many."""
    return _SKIP.run(connection, [(reason, key) for key, reason in sorted(reasons.items())])


def stored(connection: Connection, found: Stored) -> None:
    """The bytes are in their place."""
    connection.execute(
        update(files)
        .where(files.c.key == found.key)
        .values(
            state="stored",
            reason="",
            sha256=found.sha256,
            size=found.size,
            type=found.mime,
            extension=found.extension,
        )
    )
    kind = connection.scalar(select(files.c.kind).where(files.c.key == found.key))
    if kind is not None:
        thumbnails.want(connection, found, FileKind(kind or FileKind.FILE))


def failed(connection: Connection, key: FileKey, reason: str) -> None:
    """The bytes could not be had this time."""
    _FAILED.run(connection, [(reason, key)])


def absent(connection: Connection, key: FileKey, reason: str) -> None:
    """Nobody has the bytes any more."""
    _ABSENT.run(connection, [(reason, key)])


def states(connection: Connection, keys: Iterable[FileKey]) -> dict[FileKey, str]:
    """What has become of files; those without a row are left out."""
    statement: Select[Any] = select(files.c.key, files.c.state).where(files.c.key.in_(list(keys)))
    return {FileKey(key): state for key, state in connection.execute(statement)}
