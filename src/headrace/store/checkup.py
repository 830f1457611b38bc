"""Checks of an archive: folder, space, database, leases. Nothing is made, migrated or changed."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection, Engine, select, text

from headrace.errors import HeadraceError
from headrace.model.check import Check, Standing, of_error
from headrace.store import archive as archives
from headrace.store import owner as owners
from headrace.store import postgres, sqlite
from headrace.store.migrate import HEAD, check_known, revision
from headrace.store.tables import leases
from headrace.store.wall import database_errors

_GIB = 1024**3
#: Less than this and an import soon stops; less than the other and it is worth a word.
_TOO_LITTLE_BYTES, _LITTLE_BYTES = 100 * 1024**2, _GIB
_CONNECT_SECONDS = "10"
_RESTORE = "Bring archive.db back from a backup, or import into another folder: --archive DIR"


def check_archive(path: Path, database_url: str | None) -> list[Check]:
    """All about the archive in a folder; ``database_url`` is that of one yet to be made.

    Reads the whole of an SQLite database, so it takes as long as that (about 1 GB in 5 s).
    """
    space = _check_space(path)
    try:
        with database_errors(path):
            found = archives.find(path)
    except HeadraceError as error:
        return [of_error("archive", error), space]
    if found is None:
        none = Check(
            name="archive",
            state=Standing.NOTE,
            text=f"there is none yet in {path}",
            mend="Import a channel: headrace import @name   (or name another: --archive DIR)",
        )
        return [none, space, *([_check_server(database_url)] if database_url else [])]
    try:
        archives.check_writable(found)
        folder = Check(name="archive", text=f"{path}, schema {found.schema}")
    except HeadraceError as error:
        folder = of_error("archive", error)
    return [folder, space, *_check_database(found)]


def _check_space(path: Path) -> Check:
    there = next(one for one in (path.absolute(), *path.absolute().parents) if one.exists())
    free = shutil.disk_usage(there).free
    shown = f"{free / _GIB:,.1f} GiB free at {there}"
    if free < _TOO_LITTLE_BYTES:
        mend = "Free some space, or choose a folder on another disk: --archive DIR"
        return Check(name="disk", state=Standing.PROBLEM, text=shown, mend=mend)
    state = Standing.OK if free >= _LITTLE_BYTES else Standing.NOTE
    return Check(name="disk", state=state, text=shown)


def _check_database(archive: archives.Archive) -> list[Check]:
    if url := archive.database_url:
        return _examine(lambda: _postgres(url), archive.path, _server_version)
    if not archive.database.exists():
        made = "not made yet; the next import does"
        return [Check(name="database", state=Standing.NOTE, text=made)]
    path = archive.database
    return _examine(lambda: sqlite.engine(path, read_only=True), archive.path, _integrity)


def _check_server(url: str) -> Check:
    """The server that a new archive's rows will go to."""
    return _examine(lambda: _postgres(url), None, _server_version)[0]


def _examine(
    make: Callable[[], Engine], folder: Path | None, look: Callable[[Connection], Check]
) -> list[Check]:
    """The check of the database itself, and those of what its rows tell."""
    try:
        with database_errors(folder):
            engine = make()
            try:
                with engine.connect() as connection:
                    found = look(connection)
                    if found.state is Standing.PROBLEM:
                        return [found]
                    return [found, *_check_rows(connection)]
            finally:
                engine.dispose()
    except HeadraceError as error:
        return [of_error("database", error, mend=_RESTORE)]


def _check_rows(connection: Connection) -> list[Check]:
    schema = revision(connection)
    check_known(schema)
    if schema is None:
        return []
    if schema != HEAD:
        shown = f"schema {int(schema)}; the next command brings it to {int(HEAD)}, after a backup"
        return [Check(name="schema", state=Standing.NOTE, text=shown)]
    held = connection.execute(select(leases).where(leases.c.owner != "")).all()
    return [_check_lease(row.resource, row.owner) for row in held] or [
        Check(name="leases", text="nobody works on the archive")
    ]


def _check_lease(resource: str, owner: str) -> Check:
    who = owners.describe(owner)
    if owners.is_dead(owner):
        gone = f"{who} left {resource} without a word; the next import takes it over at once"
        return Check(name="leases", state=Standing.NOTE, text=gone)
    mend = "Wait until it has finished, or stop it."
    return Check(name="leases", state=Standing.NOTE, text=f"{who} works on {resource}", mend=mend)


def _integrity(connection: Connection) -> Check:
    said = connection.execute(text("PRAGMA quick_check(3)")).scalars().all()
    if list(said) != ["ok"]:
        return Check(
            name="database",
            state=Standing.PROBLEM,
            text=f"archive.db is damaged: {'; '.join(map(str, said))}",
            mend=_RESTORE,
        )
    return Check(name="database", text="SQLite, whole")


def _server_version(connection: Connection) -> Check:
    version = connection.scalar(text("SHOW server_version"))
    return Check(name="database", text=f"PostgreSQL {version} answers")


def _postgres(url: str) -> Engine:
    made = postgres.engine(url)
    if "connect_timeout" in made.url.query:
        return made
    limited = made.url.update_query_dict({"connect_timeout": _CONNECT_SECONDS})
    return postgres.engine(limited.render_as_string(hide_password=False))
