"""The wall towards the database: its errors become those of ``headrace.errors``."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import exc

from headrace import errors
from headrace.model.files import file_error

#: Below this an unexplained input/output error means a full disk.
_LOW_SPACE_BYTES = 16 * 1024 * 1024
#: What one row can do wrong; everything else concerns the whole transaction.
ROW_FAULTS = (exc.DBAPIError, sqlite3.Error, OverflowError, ValueError, TypeError)

_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_BROKEN = {
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_PROTOCOL,
}
#: SQLSTATE classes that are about the server, the connection or other transactions.
_SERVER_CLASSES = ("08", "25", "28", "3D", "40", "53", "55", "57", "58", "XX")


@contextmanager
def database_errors(path: Path | None) -> Iterator[None]:
    """Translate what the database raises; ``path`` is the archive folder."""
    try:
        yield
    except (exc.SQLAlchemyError, sqlite3.Error, OSError) as error:
        translated = translate(error, path)
        if translated is None:
            raise
        raise translated from error


def is_row_fault(error: BaseException) -> bool:
    """Whether one row is to blame, so that the others can still be stored."""
    return translate(error, None) is None


def translate(error: BaseException, path: Path | None) -> errors.ArchiveError | None:
    """The error for people, or nothing when the rows are to blame (or we are).

    The first error counts: when the database gives up a transaction by itself, the end of
    a savepoint fails, too.
    """
    one: BaseException | None = error
    while one is not None:
        if (found := _translate_one(one, path)) is not None:
            return found
        one = one.__context__
    return None


def _translate_one(error: BaseException, path: Path | None) -> errors.ArchiveError | None:
    origin = error.orig if isinstance(error, exc.DBAPIError) else error
    if isinstance(origin, OSError):
        return file_error(origin)
    if isinstance(origin, sqlite3.Error):
        return _of_sqlite(origin, path)
    if isinstance(error, exc.DBAPIError):
        return _of_server(error)
    if isinstance(error, exc.TimeoutError):
        return errors.DatabaseUnavailable("The database has no connection left.")
    return None


def _of_sqlite(error: sqlite3.Error, path: Path | None) -> errors.ArchiveError | None:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_FULL or (code in _BROKEN and _is_full(path)):
        return errors.DiskFull()
    if code == sqlite3.SQLITE_READONLY:
        return errors.ArchiveReadOnly("The archive's database cannot be written to.")
    if code in _BUSY:
        return errors.DatabaseUnavailable(
            "Another program keeps the archive's database locked.",
            hint="Close it (a backup, a database browser?) and run the same command again.",
        )
    if code in _BROKEN:
        return errors.DatabaseUnavailable(f"The archive's database cannot be used: {error}.")
    return None


def _of_server(error: exc.DBAPIError) -> errors.ArchiveError | None:
    state = getattr(error.orig, "sqlstate", None)
    if state == "53100":
        return errors.DiskFull("The disk of the database server is full; what was stored is safe.")
    if state == "25006":
        return errors.ArchiveReadOnly("The database server accepts no changes.")
    lost = isinstance(error, (exc.OperationalError, exc.InterfaceError)) and state is None
    if lost or (state or "").startswith(_SERVER_CLASSES):
        return errors.DatabaseUnavailable(
            "The database server does not answer.",
            hint="Check the server; the same command goes on where it was.",
        )
    return None


def _is_full(path: Path | None) -> bool:
    if path is None:
        return False
    try:
        return shutil.disk_usage(path).free < _LOW_SPACE_BYTES
    except OSError:
        return False
