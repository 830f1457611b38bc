"""Opening an archive: folder, schema, database, store."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from headrace.errors import NotAnArchive
from headrace.model.files import FileOps
from headrace.store import archive as archives
from headrace.store import migrate
from headrace.store.postgres import PostgresDatabase
from headrace.store.sqlite import SqliteDatabase
from headrace.store.store import ArchiveStore
from headrace.store.wall import database_errors


@asynccontextmanager
async def open_archive(
    files: FileOps,
    path: Path,
    *,
    create: bool = True,
    database_url: str | None = None,
    clock: Callable[[], float] = time.time,
) -> AsyncIterator[ArchiveStore]:
    """The store of the archive in a folder; ``database_url`` counts only for a new archive.

    Raises:
        NotAnArchive: something else is there, or nothing and ``create`` is false.
        ArchiveTooNew, ArchiveReadOnly: it is not for us; nothing was changed.
    """
    database = await asyncio.to_thread(_open_database, files, path, create, database_url)
    try:
        yield ArchiveStore(database, path=path, clock=clock)
    finally:
        await database.close()


def _open_database(
    files: FileOps, path: Path, create: bool, database_url: str | None
) -> SqliteDatabase | PostgresDatabase:
    with database_errors(path):
        archive = archives.find(path)
        if archive is None:
            if not create:
                raise NotAnArchive(
                    f"There is no archive in {path}.",
                    hint="Import a channel first, or name the folder: --archive DIR",
                )
            if database_url:
                # A database that cannot be used leaves no folder behind.
                migrate.migrate_postgres(database_url)
            archive = archives.create(files, path, database_url)
        archives.check_writable(archive)
        archives.furnish(files, archive)
        if archive.database_url:
            migrate.migrate_postgres(archive.database_url)
        else:
            migrate.migrate_sqlite(files, archive.database)
        archives.mark_schema(files, archive)
        if archive.database_url:
            return PostgresDatabase(archive.database_url)
        return SqliteDatabase(archive.database)
