"""The access book: what one account needs to reach chats and files; it lies with the account.

Access hashes and file references are worth something only together with the account's key,
and are never part of an archive. So they have tables and a small SQLite file of their own.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    bindparam,
    create_engine,
    func,
    select,
    update,
)
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.pool import NullPool

from headrace.model.files import FileOps, file_errors
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
    Column("seen_at", BigInteger, nullable=False),
)

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


class AccessBook:
    """An open access book; made where there is none, for its owner's eyes only."""

    def __init__(self, files: FileOps, path: Path) -> None:
        """``path``: the file; its folder is made too."""
        with file_errors():
            files.make_folder(path.parent)
            files.open(path).close()
        self._engine = create_engine(
            "sqlite://", creator=lambda: sqlite3.connect(path), poolclass=NullPool
        )
        with database_errors(path.parent):
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
