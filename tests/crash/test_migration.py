"""kill -9 at every step of a migration: the old schema or the new one, whole, with its copy."""

import shutil
import signal
import sqlite3
from contextlib import closing

import psycopg
import pytest
from tests import first_version
from tests.e2e import processes
from tests.postgres import empty_postgres_url, postgres_server  # noqa: F401 - fixtures

from headrace.blobs.files import LocalFiles
from headrace.store import migrate
from headrace.store.open import open_archive

PROGRAM = "tests.crash.migrating:main"
#: Every so many steps of the migration in the suite; the volume run takes each.
STRIDE = 6


def revision(path):
    """The schema of a database that is whole."""
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]


async def digest(path):
    async with open_archive(LocalFiles(), path, create=False) as store:
        return await store.digest()


@pytest.fixture
def origin(tmp_path):
    return first_version.make(tmp_path / "origin", tmp_path / "migrations")


@pytest.fixture
def killed(origin, tmp_path):
    """Makes copies of the archive, each killed at another step; gives the steps."""

    def kill(stride):
        ran = processes.Process(PROGRAM, [origin, tmp_path / "killed", stride])
        out, err = ran.said(600)
        assert ran.returncode == 0, err
        return range(1, int(out) + 1, stride)

    return kill


@pytest.mark.parametrize("stride", [STRIDE, pytest.param(1, marks=pytest.mark.soak)])
async def test_a_migration_killed_on_its_way(origin, killed, tmp_path, stride):
    steps = killed(stride)
    expected = await digest(shutil.copytree(origin, tmp_path / "undisturbed"))
    found = []
    for step in steps:
        path = tmp_path / "killed" / str(step)
        found.append(revision(path / "archive.db"))
        assert await digest(path) == expected, step
        assert revision(path / "archive.db") == migrate.HEAD
        assert revision(path / "archive.db.0001") == "0001"
        assert f"schema = {int(migrate.HEAD)}" in (path / "headrace.toml").read_text()
        names = {one.name for one in path.iterdir()}
        assert names == {"headrace.toml", "archive.db", "archive.db.0001", "media"}, step
    assert found == sorted(found)
    assert set(found) == {"0001", migrate.HEAD}
    print(f"\n{len(steps)} steps of a migration killed: {found.count('0001')} left the old schema,"
          f" {found.count(migrate.HEAD)} the new one, each archive goes on")  # fmt: skip


@pytest.mark.postgres
@pytest.mark.parametrize("step", [8, 12, 16, 20, 24])
async def test_a_migration_killed_on_postgresql(step, origin, killed_on_postgres):
    """All or nothing on the server, too; the digest is that of SQLite."""
    archive, url = killed_on_postgres(step)
    with psycopg.connect(url) as connection:
        (found,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    assert found in {"0001", migrate.HEAD}
    assert await digest(archive) == await digest(origin)


@pytest.fixture
def killed_on_postgres(
    tmp_path,
    empty_postgres_url,  # noqa: F811 - the fixture
):
    """An archive of the first version whose migration was killed, and where its rows are."""

    def kill(step):
        archive = first_version.make(tmp_path / "rows", tmp_path / "scripts", empty_postgres_url)
        ran = processes.Process(PROGRAM, [archive, step])
        ran.said(100)
        assert ran.returncode == -signal.SIGKILL
        return archive, empty_postgres_url

    return kill
