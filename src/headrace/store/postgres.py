"""PostgreSQL: the same functions through an asynchronous engine (psycopg)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from importlib.util import find_spec
from typing import TypeVar

import msgspec
from sqlalchemy import URL, Connection, Engine, create_engine, exc, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from headrace.errors import ConfigError
from headrace.store.wall import database_errors

_T = TypeVar("_T")
Work = Callable[[Connection], _T]

#: Attempts at a transaction whose connection broke, or that lost against another one.
_ATTEMPTS = 5
_FIRST_PAUSE_SECONDS = 0.2
_POOL_SIZE = 5
#: How it should look.
_EXAMPLE = 'In headrace.toml: database = "postgresql://user@host/name"'
#: Serialisation failure and deadlock, and a server that stops, has crashed or is starting.
_TRY_AGAIN = ("40001", "40P01", "57P01", "57P02", "57P03")


def engine(url: str) -> Engine:
    """A synchronous engine, for migrations."""
    return create_engine(_checked(url), poolclass=NullPool, hide_parameters=True)


def _async_engine(url: str) -> AsyncEngine:
    return create_async_engine(
        _checked(url),
        json_serializer=lambda value: msgspec.json.encode(value).decode(),
        json_deserializer=msgspec.json.decode,
        pool_size=_POOL_SIZE,
        max_overflow=_POOL_SIZE,
        hide_parameters=True,
    )


def _checked(url: str) -> URL:
    """The URL for SQLAlchemy; errors do not repeat it, because it may hold a password."""
    try:
        parsed = make_url(url)
    except exc.ArgumentError as error:
        raise ConfigError("The archive's database is no URL.", hint=_EXAMPLE) from error
    if parsed.get_backend_name() != "postgresql":
        raise ConfigError("The archive's database can only be PostgreSQL.", hint=_EXAMPLE)
    if find_spec("psycopg") is None:
        raise ConfigError(
            "This archive is in PostgreSQL, and the driver for it is not installed.",
            hint="Install it: pipx install 'headrace[postgres]'",
        )
    return parsed.set(drivername="postgresql+psycopg")


class PostgresDatabase:
    """Runs functions that take a Connection, each in a transaction."""

    def __init__(self, url: str) -> None:
        """``url``: as libpq takes it, of a database whose schema is this version's."""
        self._engine = _async_engine(url)

    async def write(self, work: Work[_T], *, repeatable: bool = True) -> _T:
        """Run in a transaction; again, if it is ``repeatable``, when the connection breaks.

        A commit whose answer was lost may have happened: what is repeatable is idempotent.
        """

        async def run() -> _T:
            async with self._engine.begin() as connection:
                return await connection.run_sync(work)

        with database_errors(None):
            return await (_again(run) if repeatable else run())

    async def read(self, work: Work[_T]) -> _T:
        """Run on a snapshot."""

        async def run() -> _T:
            async with self._engine.connect() as connection:
                await connection.execution_options(isolation_level="REPEATABLE READ")
                return await connection.run_sync(work)

        with database_errors(None):
            return await _again(run)

    async def close(self) -> None:
        await self._engine.dispose()


async def _again(run: Callable[[], Awaitable[_T]]) -> _T:
    """Try until it works, with growing pauses, as long as trying again can help."""
    for attempt in range(1, _ATTEMPTS):
        try:
            return await run()
        except exc.DBAPIError as error:
            if not _may_pass(error):
                raise
        await asyncio.sleep(_FIRST_PAUSE_SECONDS * 2**attempt)
    return await run()


def _may_pass(error: exc.DBAPIError) -> bool:
    state = getattr(error.orig, "sqlstate", None)
    # No connection, no state: the server is not there, or not yet there again.
    refused = isinstance(error, exc.OperationalError) and state is None
    return error.connection_invalidated or refused or state in _TRY_AGAIN
