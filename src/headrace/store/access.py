"""The access book: what one account needs to reach chats and files; it lies with the account.

Access hashes and file references are worth something only together with the account's key,
and are never part of an archive. So they have tables and a small SQLite file of their own.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Protocol, Self

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    bindparam,
    create_engine,
    func,
    inspect,
    select,
    update,
)
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.pool import NullPool

from headrace.model.files import FileOps, file_errors
from headrace.store.statements import upsert
from headrace.store.wall import database_errors

metadata = MetaData()

peer_access = Table(
    "peer_access",
    metadata,
    Column("peer_id", BigInteger, primary_key=True, autoincrement=False),
    Column("access_hash", BigInteger, nullable=False),
    Column("username", Text, nullable=False),
)

file_access = Table(
    "file_access",
    metadata,
    Column("file", Text, primary_key=True),
    Column("access_hash", BigInteger, nullable=False),
    Column("reference", LargeBinary, nullable=False),
    Column("dc", Integer, nullable=False),
    Column("size_type", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
)

peer_seen = Table(
    "peer_seen",
    metadata,
    Column("peer_id", BigInteger, primary_key=True, autoincrement=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("message_id", BigInteger, nullable=False),
)

_KEEP_FILES = upsert(file_access)
_KEEP_SEEN = upsert(peer_seen)
#: A hash that was met beside messages; the name that is known stays.
_KEEP_HASHES = upsert(peer_access, keep=["username"])

_ADD = insert(peer_access)
# Hashes are found anew with the next answer, but a name that was given once must stay known.
_UPSERT = _ADD.on_conflict_do_update(
    index_elements=["peer_id"],
    set_={
        "access_hash": _ADD.excluded.access_hash,
        "username": func.coalesce(func.nullif(_ADD.excluded.username, ""), peer_access.c.username),
    },
)


# A name belongs to one peer at a time: whoever was seen with it last.
_TAKE_NAME = (
    update(peer_access)
    .where(
        func.lower(peer_access.c.username) == func.lower(bindparam("b_username")),
        peer_access.c.peer_id != bindparam("b_peer"),
    )
    .values(username="")
)


class PeerAccess(Protocol):
    """How an account reaches a chat."""

    @property
    def peer_id(self) -> int: ...

    @property
    def access_hash(self) -> int: ...

    @property
    def username(self) -> str: ...


class FileRow(Protocol):
    """How an account reaches a file."""

    @property
    def file(self) -> str: ...

    @property
    def access_hash(self) -> int: ...

    @property
    def reference(self) -> bytes: ...

    @property
    def dc(self) -> int: ...

    @property
    def size_type(self) -> str: ...

    @property
    def size(self) -> int: ...

    @property
    def seen_at(self) -> int: ...


class FileKept(NamedTuple):
    """A row of ``file_access``."""

    file: str
    access_hash: int
    reference: bytes
    dc: int
    size_type: str
    size: int
    seen_at: int


class PeerSeen(Protocol):
    """A message through which a peer can be reached."""

    @property
    def peer_id(self) -> int: ...

    @property
    def chat_id(self) -> int: ...

    @property
    def message_id(self) -> int: ...


class AccessBook:
    """An open access book; made where there is none, for its owner's eyes only."""

    def __init__(self, files: FileOps, path: Path) -> None:
        """``path``: the file; its folder is made too."""
        with file_errors():
            files.make_folder(path.parent)
            files.open(path).close()
        self._engine = create_engine(
            "sqlite://", creator=lambda: _connected(path), poolclass=NullPool
        )
        with database_errors(path.parent):
            _drop_outdated(self._engine)
            metadata.create_all(self._engine)
            self._connection: Connection = self._engine.connect()

    def remember_peers(self, found: Iterable[PeerAccess]) -> None:
        """Keep it beyond this process; an empty username leaves the known one."""
        rows = [
            {"peer_id": one.peer_id, "access_hash": one.access_hash, "username": one.username}
            for one in found
        ]
        if rows:
            with database_errors(None), self._connection.begin():
                if named := [row for row in rows if row["username"]]:
                    self._connection.execute(
                        _TAKE_NAME,
                        [
                            {"b_username": one["username"], "b_peer": one["peer_id"]}
                            for one in named
                        ],
                    )
                self._connection.execute(_UPSERT, rows)

    def remember_page(
        self, peers: Iterable[PeerAccess], files: Iterable[FileRow], seen: Iterable[PeerSeen]
    ) -> None:
        """Keep what one answer brought, all at once; after a power failure it may be gone."""
        with database_errors(None), self._connection.begin():
            _KEEP_HASHES.run(
                self._connection, [(one.peer_id, one.access_hash, "") for one in peers]
            )
            _KEEP_FILES.run(
                self._connection,
                [
                    (
                        one.file,
                        one.access_hash,
                        one.reference,
                        one.dc,
                        one.size_type,
                        one.size,
                        one.seen_at,
                    )
                    for one in files
                ],
            )
            _KEEP_SEEN.run(
                self._connection, [(one.peer_id, one.chat_id, one.message_id) for one in seen]
            )

    def file_access(self, file: str) -> FileRow | None:
        """How a file was last reached."""
        statement = select(file_access).where(file_access.c.file == file)
        with database_errors(None), self._connection.begin():
            row = self._connection.execute(statement).one_or_none()
        return None if row is None else FileKept(*row)

    def seen_in(self, peer_id: int) -> tuple[int, int] | None:
        """Chat and message through which a peer can be reached."""
        statement = select(peer_seen.c.chat_id, peer_seen.c.message_id).where(
            peer_seen.c.peer_id == peer_id
        )
        with database_errors(None), self._connection.begin():
            row = self._connection.execute(statement).one_or_none()
        return None if row is None else (row[0], row[1])

    def access_hash(self, peer_id: int) -> int | None:
        statement = select(peer_access.c.access_hash).where(peer_access.c.peer_id == peer_id)
        with database_errors(None), self._connection.begin():
            found: int | None = self._connection.scalar(statement)
        return found

    def peer_by_username(self, username: str) -> int | None:
        """The peer that this name meant when it was last seen."""
        statement = select(peer_access.c.peer_id).where(
            peer_access.c.username != "",
            func.lower(peer_access.c.username) == username.lower(),
        )
        with database_errors(None), self._connection.begin():
            found: int | None = self._connection.scalar(statement)
        return found

    def close(self) -> None:
        self._connection.close()
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _connected(path: Path) -> sqlite3.Connection:
    """Every page of a history adds to the book, so that no write may wait for the disk."""
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    return connection


def _drop_outdated(engine: Engine) -> None:
    """Versions that fetched no files kept an empty table of them, with fewer columns."""
    found = inspect(engine)
    if found.has_table(file_access.name):
        names = {column["name"] for column in found.get_columns(file_access.name)}
        if names != set(file_access.c.keys()):
            file_access.drop(engine)
