"""``headrace check`` where comments are: no false alarm, and each lost row is found and mended."""

import asyncio
import shutil
import sqlite3
from contextlib import closing

import pytest
from tests.crash.importing import loaded
from tests.talking import assert_joined, bring, rows

from headrace import app
from headrace.model.job import Silent
from tgsandbox.server import serve


@pytest.fixture(scope="module")
def safe(tmp_path_factory):
    """An archive with comments of all sorts, which nobody touches."""
    folder = tmp_path_factory.mktemp("safe")

    async def fill():
        async with serve("comments", seed=1) as sandbox:
            await bring(loaded(sandbox, folder))

    asyncio.run(fill())
    return folder / "archive"


@pytest.fixture
def archive(safe, tmp_path):
    shutil.copytree(safe, tmp_path / "archive")
    return tmp_path / "archive"


def lose(archive, table):
    """Delete one row, somewhere in the middle."""
    with closing(sqlite3.connect(archive / "archive.db")) as connection, connection:
        names = [one[1] for one in connection.execute(f"PRAGMA table_info({table})") if one[5]]
        key = ", ".join(names)
        ids = connection.execute(f"SELECT {key} FROM {table} ORDER BY {key}").fetchall()
        where = " AND ".join(f"{name} = ?" for name in names)
        connection.execute(f"DELETE FROM {table} WHERE {where}", ids[len(ids) // 2])


@pytest.mark.parametrize("options", [{}, {"comments_limit": 2}, {"whole_group": True}])
async def test_a_whole_archive_gives_no_alarm(options, tmp_path):
    async with serve("comments", seed=1) as sandbox:
        chosen = loaded(sandbox, tmp_path)
        await bring(chosen, **options)
        assert (await app.check(chosen, None)).findings == ()
        sandbox.change(verb="delete", chat=-1001300000002, id=5)
        await bring(chosen, **options)
        assert (await app.check(chosen, None)).findings == ()


@pytest.mark.parametrize("table", ["roots", "messages"])
async def test_a_lost_row_is_found_and_mended(table, archive, tmp_path):
    async with serve("comments", seed=1) as sandbox:
        chosen = loaded(sandbox, tmp_path)
        lose(archive, table)
        assert not (await app.check(chosen, None)).is_clean
        await app.repair(chosen, None, Silent())
        await bring(chosen)
        assert (await app.check(chosen, None)).findings == ()
        assert_joined(archive, sandbox.comments())
    assert rows(archive, "SELECT count(*) FROM undecided") == [(0,)]


@pytest.mark.parametrize("table", ["chatter", "threads"])
async def test_what_only_an_import_finds_out_anew_is_told(table, tmp_path):
    async with serve("comments", seed=1) as sandbox:
        chosen = loaded(sandbox, tmp_path)
        await bring(chosen, **({"comments_limit": 2} if table == "threads" else {}))
        lose(tmp_path / "archive", table)
        (lost,) = (await app.check(chosen, None)).findings
        assert (lost.kind, lost.where) == ("rows", table)
        await app.repair(chosen, None, Silent())
        assert (await app.check(chosen, None)).is_clean
