"""``headrace check`` where comments are: no false alarm, and each lost row is found and mended."""

import asyncio
import shutil
import sqlite3
from contextlib import closing

import pytest
from tests.crash.importing import loaded
from tests.talking import SECOND, assert_joined, bring, expected, joined, rows

from headrace import app
from headrace.errors import AccountLost
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


def lose(archive, table, where="1"):
    """Delete one row, somewhere in the middle."""
    with closing(sqlite3.connect(archive / "archive.db")) as connection, connection:
        names = [one[1] for one in connection.execute(f"PRAGMA table_info({table})") if one[5]]
        key = ", ".join(names)
        query = f"SELECT {key} FROM {table} WHERE {where} ORDER BY {key}"
        ids = connection.execute(query).fetchall()
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


async def test_a_lost_comment_of_a_closed_group_comes_with_the_next_import(archive, tmp_path):
    async with serve("comments", seed=1) as sandbox:
        chosen = loaded(sandbox, tmp_path)
        lose(archive, "messages", f"chat_id = {SECOND} AND thread_id IS NOT NULL")
        repaired = await app.repair(chosen, None, Silent())
        assert repaired.gone == ()
        assert len(repaired.problems) == 1
        assert (await app.check(chosen, None)).findings == ()
        await bring(chosen)
        assert joined(archive) == expected(sandbox.comments())
        assert (await app.check(chosen, None)).findings == ()


async def test_rows_lost_beside_a_closed_group_come_to_an_end(archive, tmp_path):
    async with serve("comments", seed=1) as sandbox:
        chosen = loaded(sandbox, tmp_path)
        lose(archive, "peers", "id = -1001300000101")
        repaired = await app.repair(chosen, None, Silent())
        assert (len(repaired.gone), repaired.problems) == (1, ())
        assert (await app.check(chosen, None)).findings == ()


async def test_a_lost_comment_that_waited_comes_with_the_next_import(tmp_path):
    """Its group was read half way, and what it hangs on was not."""
    lost = {"type": "error", "code": 401, "message": "SESSION_REVOKED"}
    archive = tmp_path / "archive"
    async with serve("talk:60x300+200", seed=1) as sandbox:
        chosen = loaded(sandbox, tmp_path)
        sandbox.telegram.faults.add({"method": "messages.getHistory", "nth": 4, "action": lost})
        with pytest.raises(AccountLost):
            await bring(chosen, "@longtalk")
        sandbox.telegram.faults.clear()
        assert (await app.check(chosen, None)).findings == ()
        lose(archive, "undecided")
        assert not (await app.check(chosen, None)).is_clean
        await app.repair(chosen, None, Silent())
        await bring(chosen, "@longtalk")
        assert joined(archive) == expected(sandbox.comments())
        assert (await app.check(chosen, None)).findings == ()
