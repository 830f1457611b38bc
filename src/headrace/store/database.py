"""What the store asks of a back end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from sqlalchemy import Connection

_T = TypeVar("_T")


class Database(Protocol):
    """Runs synchronous functions: writes in transactions, reads on snapshots."""

    async def write(self, work: Callable[[Connection], _T], *, repeatable: bool = True) -> _T: ...

    async def read(self, work: Callable[[Connection], _T]) -> _T: ...

    async def close(self) -> None: ...


class Rows:
    """A part of the store: methods over one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def _read(self, work: Callable[..., _T], *arguments: object) -> _T:
        return await self._database.read(lambda connection: work(connection, *arguments))


class TimedRows(Rows):
    """The same with a clock (Unix seconds), from which times of sight come."""

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        super().__init__(database)
        self._clock = clock

    def _now(self) -> int:
        return int(self._clock())
