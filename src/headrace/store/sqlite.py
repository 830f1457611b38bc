"""SQLite: one thread writes, a few read; pages that wait together are committed together."""

from __future__ import annotations

import asyncio
import queue
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import NullPool, QueuePool

from headrace.errors import DatabaseUnavailable
from headrace.store.wall import database_errors, is_row_fault

_T = TypeVar("_T")
Work = Callable[[Connection], _T]

#: How long a write waits for another process.
BUSY_SECONDS = 30
#: More would make the first of them wait for no gain: one fsync is already shared by all.
_MOST_IN_ONE_COMMIT = 16
_READERS = 4
#: Pages (of 4 KiB) of the log after which SQLite moves them into the database.
_CHECKPOINT_PAGES = 4_000

_WRITER_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    # A commit that was reported must survive a power cut.
    "PRAGMA synchronous = FULL",
    f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}",
    f"PRAGMA journal_size_limit = {_CHECKPOINT_PAGES * 4096}",
    "PRAGMA cache_size = -32768",
    "PRAGMA temp_store = MEMORY",
    # Telegram names what was not read yet; see tables.py.
    "PRAGMA foreign_keys = OFF",
)
_READER_PRAGMAS = ("PRAGMA query_only = ON", "PRAGMA cache_size = -8192")


def engine(path: Path, *, read_only: bool = False) -> Engine:
    """An engine for the file; writers begin at once, so that they wait instead of failing."""

    def connect() -> sqlite3.Connection:
        # Readers are held off by a pragma, not by mode=ro: whoever closes last has to be able
        # to clear the log away.
        opened = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=rw",
            uri=True,
            timeout=BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
        )
        for pragma in _READER_PRAGMAS if read_only else _WRITER_PRAGMAS:
            opened.execute(pragma).close()
        return opened

    made = create_engine(
        "sqlite://",
        creator=connect,
        json_serializer=lambda value: msgspec.json.encode(value).decode(),
        json_deserializer=msgspec.json.decode,
        hide_parameters=True,
        poolclass=QueuePool if read_only else NullPool,
        **({"pool_size": _READERS, "max_overflow": 0} if read_only else {}),
    )
    begin = "BEGIN" if read_only else "BEGIN IMMEDIATE"

    @event.listens_for(made, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return made


class SqliteDatabase:
    """Runs functions that take a Connection: writes in order, reads beside them."""

    def __init__(self, path: Path) -> None:
        """``path``: the database file, whose schema is this version's."""
        self._folder = path.parent
        self._is_closed = False
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._writing = engine(path)
        self._reading = engine(path, read_only=True)
        self._readers = ThreadPoolExecutor(_READERS, thread_name_prefix="headrace-read")
        self._writer = threading.Thread(target=self._write_all, name="headrace-write", daemon=True)
        self._writer.start()

    async def write(self, work: Work[_T], *, repeatable: bool = True) -> _T:  # noqa: ARG002
        """Run in a transaction and return when it is on the disk; never runs twice."""
        if self._is_closed:
            raise DatabaseUnavailable("The archive is closed.")
        job = _Job(work)
        self._jobs.put(job)
        with database_errors(self._folder):
            result: _T = await asyncio.wrap_future(job.future)
        return result

    async def read(self, work: Work[_T]) -> _T:
        """Run on a snapshot that sees every write that has returned."""

        def run() -> _T:
            with self._reading.connect() as connection:
                return work(connection)

        with database_errors(self._folder):
            return await asyncio.get_running_loop().run_in_executor(self._readers, run)

    async def close(self) -> None:
        """Finish what was begun and close the file."""
        self._is_closed = True
        self._jobs.put(None)
        await asyncio.to_thread(self._writer.join)
        await asyncio.to_thread(self._readers.shutdown)
        self._reading.dispose()
        self._writing.dispose()

    def _write_all(self) -> None:
        connection: Connection | None = None
        try:
            while (jobs := self._waiting()) is not None:
                try:
                    connection = connection or self._writing.connect()
                    _commit_together(connection, jobs)
                except Exception as error:  # noqa: BLE001 - handed to whoever waits
                    # Whatever state the fault left it in, the next job gets a new one.
                    _close(connection)
                    connection = None
                    for job in jobs:
                        job.fail(error)
        finally:
            _close(connection)

    def _waiting(self) -> list[_Job] | None:
        """The next job and those behind it; nothing when the database closes."""
        first = self._jobs.get()
        if first is None:
            return None
        jobs = [first]
        while len(jobs) < _MOST_IN_ONE_COMMIT:
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                break
            if job is None:
                self._jobs.put(None)
                break
            jobs.append(job)
        return jobs


def _close(connection: Connection | None) -> None:
    if connection is not None:
        connection.close()


class _Job:
    def __init__(self, work: Work[Any]) -> None:
        self.work = work
        self.future: Future[Any] = Future()
        # From here on a cancelled waiter cannot stop the work, only not learn of it.
        self.future.set_running_or_notify_cancel()
        self.result: Any = None
        self.error: Exception | None = None

    def fail(self, error: Exception) -> None:
        if not self.future.done():
            self.future.set_exception(error)

    def finish(self) -> None:
        if self.error is not None:
            self.fail(self.error)
        else:
            self.future.set_result(self.result)


def _commit_together(connection: Connection, jobs: list[_Job]) -> None:
    """One transaction; each job has a savepoint of its own, so none harms another.

    A fault of the database itself (no space, no lock) ends the transaction for all of them.
    """
    with connection.begin():
        if len(jobs) == 1:
            jobs[0].result = jobs[0].work(connection)
        else:
            for job in jobs:
                _run_apart(connection, job)
    for job in jobs:
        job.finish()


def _run_apart(connection: Connection, job: _Job) -> None:
    try:
        with connection.begin_nested():
            job.result = job.work(connection)
    except Exception as error:
        if isinstance(error, sqlite3.Error | OSError) or not is_row_fault(error):
            raise
        job.error = error
