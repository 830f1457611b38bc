"""Migrations: after a backup, one process at a time, all or nothing."""

import shutil
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing

import pytest
from tests.builders import CHAT_ID, make_page

from headrace.blobs.files import LocalFiles
from headrace.store import migrate
from headrace.store.open import open_archive

HEAD = migrate.HEAD
AFTER = f"{int(HEAD) + 1:04}"

#: What a next version would bring.
NEXT = """
import sqlalchemy as sa
from alembic import op
revision = "{after}"
down_revision = "{head}"
branch_labels = depends_on = None

def upgrade():
    op.create_table("new", sa.Column("id", sa.BigInteger()))
    op.execute("UPDATE messages SET text = 'migrated'")
    {fault}
"""


@pytest.fixture
async def archive(tmp_path):
    path = tmp_path / "archive"
    async with open_archive(LocalFiles(), path) as store:
        lease = await store.acquire(f"chat:{CHAT_ID}", "here:1:1")
        await store.save_page(lease, make_page([1, 2]))
    return path


@pytest.fixture
def next_version(tmp_path, monkeypatch):
    """Makes this a version with one more migration."""

    def make(fault=""):
        scripts = tmp_path / "migrations"
        shutil.copytree(migrate._SCRIPTS, scripts)
        (scripts / "versions" / f"{AFTER}_next.py").write_text(
            NEXT.format(head=HEAD, after=AFTER, fault=fault)
        )
        monkeypatch.setattr(migrate, "_SCRIPTS", scripts)
        monkeypatch.setattr(migrate, "HEAD", AFTER)

    return make


def texts(path):
    with closing(sqlite3.connect(path)) as connection:
        return [row[0] for row in connection.execute("SELECT text FROM messages ORDER BY id")]


def revision(path):
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]


async def test_an_older_archive_is_copied_and_migrated(archive, next_version):
    next_version()
    migrate.migrate_sqlite(LocalFiles(), archive / "archive.db")
    assert texts(archive / "archive.db") == ["migrated", "migrated"]
    assert revision(archive / "archive.db") == AFTER
    copy = archive / f"archive.db.{HEAD}"
    assert texts(copy) == ["message 1", "message 2"]
    assert revision(copy) == HEAD
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600


async def test_a_migration_that_fails_leaves_everything_as_it_was(archive, next_version):
    next_version(fault="raise RuntimeError('torn')")
    with pytest.raises(RuntimeError, match="torn"):
        migrate.migrate_sqlite(LocalFiles(), archive / "archive.db")
    assert texts(archive / "archive.db") == ["message 1", "message 2"]
    assert revision(archive / "archive.db") == HEAD
    with closing(sqlite3.connect(archive / "archive.db")) as connection:
        names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    assert "new" not in names


def test_a_migration_that_was_killed_leaves_everything_as_it_was(archive, next_version):
    next_version(fault="import os; os.kill(os.getpid(), 9)")
    code = (
        "import sys; from pathlib import Path; from headrace.blobs.files import LocalFiles;"
        " from headrace.store import migrate;"
        " migrate.HEAD = sys.argv[3]; migrate._SCRIPTS = Path(sys.argv[1]);"
        " migrate.migrate_sqlite(LocalFiles(), Path(sys.argv[2]))"
    )
    killed = subprocess.run(
        [sys.executable, "-c", code, migrate._SCRIPTS, archive / "archive.db", AFTER], check=False
    )
    assert killed.returncode == -9
    assert texts(archive / "archive.db") == ["message 1", "message 2"]
    assert revision(archive / "archive.db") == HEAD


def test_processes_that_open_a_new_archive_at_once_make_one(tmp_path):
    code = (
        "import asyncio, sys; from pathlib import Path;"
        " from headrace.blobs.files import LocalFiles;"
        " from headrace.store.open import open_archive\n"
        "async def main():\n"
        "    async with open_archive(LocalFiles(), Path(sys.argv[1])) as store:\n"
        "        print(await store.chats())\n"
        "asyncio.run(main())"
    )
    path = tmp_path / "archive"
    processes = [
        subprocess.Popen([sys.executable, "-c", code, path], stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    assert [process.communicate()[0].strip() for process in processes] == ["[]"] * 4
    assert [process.returncode for process in processes] == [0] * 4
    assert sorted(one.name for one in path.iterdir()) == ["archive.db", "headrace.toml", "media"]
