"""kill -9 at every step of a migration: the old schema or the new one, whole, with its copy."""

import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from tests import first_version
from tests.postgres import empty_postgres_url, postgres_server  # noqa: F401 - fixtures

from headrace.blobs.files import LocalFiles
from headrace.store import migrate
from headrace.store.open import open_archive

PROGRAM = Path(__file__).with_name("migrating.py")


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
def steps(origin, tmp_path):
    """Copies of the archive, each killed at another step; how many there are."""
    ran = subprocess.run(
        [sys.executable, PROGRAM, origin, tmp_path / "killed"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    return int(ran.stdout)


async def test_a_migration_killed_at_each_step(origin, steps, tmp_path):
    expected = await digest(shutil.copytree(origin, tmp_path / "undisturbed"))
    found = []
    for step in range(1, steps + 1):
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
    print(f"\n{steps} steps of a migration killed: {found.count('0001')} left the old schema,"
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
        ran = subprocess.run([sys.executable, PROGRAM, archive, str(step)], check=False)
        assert ran.returncode == -signal.SIGKILL
        return archive, empty_postgres_url

    return kill
