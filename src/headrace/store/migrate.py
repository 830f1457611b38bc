"""Bringing a database to this version's schema, one process at a time."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from headrace.errors import ArchiveTooNew
from headrace.model.files import FileOps
from headrace.store import albums, named_again, postgres, seals, sqlite

#: The revision that this version reads and writes; the newest in ``migrations/versions``.
HEAD = "0008"
#: A number of our own for PostgreSQL's advisory lock ("headrace" has no other).
_LOCK_NUMBER = 0x68656164
#: From here on every file that a message names has a row, and a kind.
_FILES_HAVE_KINDS = "0004"
_SCRIPTS = Path(__file__).parent / "migrations"


def revision(connection: Connection) -> str | None:
    """The schema that the database has; nothing in an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def check_known(found: str | None) -> None:
    """Refuse the schema of a newer version before anything is touched.

    Raises:
        ArchiveTooNew: this version cannot read it.
    """
    if found is not None and int(found) > int(HEAD):
        raise ArchiveTooNew(
            f"The archive was made by a newer headrace (schema {int(found)},"
            f" this one knows {int(HEAD)})."
        )


def migrate_sqlite(files: FileOps, path: Path) -> None:
    """Bring the file to ``HEAD``; an older archive is copied to ``archive.db.SCHEMA`` first.

    The file is made where there is none.
    """
    if path.exists() and _revision_of(path) == HEAD:
        return
    with files.lock(path.parent):
        files.open(path).close()
        found = _revision_of(path)
        if found == HEAD:
            return
        if found is not None:
            back_up(files, path, path.with_name(f"{path.name}.{found}"))
        writing = sqlite.engine(path)
        try:
            with writing.begin() as connection:
                upgrade(connection)
        finally:
            writing.dispose()
        files.sync_folder(path.parent)


def migrate_postgres(url: str) -> None:
    """Bring the database to ``HEAD``; its backup is the business of its administrator."""
    with postgres.engine(url).begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": _LOCK_NUMBER})
        found = revision(connection)
        check_known(found)
        if found != HEAD:
            upgrade(connection)


def upgrade(connection: Connection) -> None:
    """Run the missing migrations in the connection's transaction, and make up what they need."""
    from alembic.migration import MigrationContext  # slow to import and seldom needed
    from alembic.operations import Operations
    from alembic.script import ScriptDirectory

    before = revision(connection)
    scripts = ScriptDirectory(_SCRIPTS)
    steps = {"fn": lambda found, _: scripts._upgrade_revs("head", found)}  # noqa: SLF001
    context = MigrationContext.configure(connection, opts=steps)
    with Operations.context(context):
        context.run_migrations()
    albums.lay_out_missing(connection)
    if before is not None:
        seals.break_all(connection)
        if before < _FILES_HAVE_KINDS:
            named_again.write_all(connection)


def _revision_of(path: Path) -> str | None:
    reading = sqlite.engine(path, read_only=True)
    try:
        with reading.connect() as connection:
            found = revision(connection)
    finally:
        reading.dispose()
    check_known(found)
    return found


def back_up(files: FileOps, source: Path, target: Path) -> None:
    """Copy a database in use: whole or not at all, with the mode of ours, on the disk."""
    partial = target.with_name(f"{target.name}.part")
    _clear_away(files, partial)
    try:
        with files.create(partial) as copy:
            with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(partial)) as new:
                old.backup(new)
            copy.fsync()
        files.replace(partial, target)
    except BaseException:
        with suppress(OSError):
            _clear_away(files, partial)
        raise
    files.sync_folder(target.parent)


def _clear_away(files: FileOps, partial: Path) -> None:
    """Remove a copy that was not finished, with the journal that SQLite may have left."""
    for name in (partial.name, f"{partial.name}-journal", f"{partial.name}-wal"):
        files.unlink(partial.with_name(name))
