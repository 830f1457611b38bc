"""Faults of the database become errors for people, and harm nothing that was stored."""

import asyncio
import errno
import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import exc
from tests.builders import CHAT_ID, make_message, make_page

from headrace.blobs.files import LocalFiles
from headrace.errors import ArchiveReadOnly, DatabaseUnavailable, DiskFull
from headrace.store import wall
from headrace.store.open import open_archive


@pytest.fixture
async def store(tmp_path):
    async with open_archive(LocalFiles(), tmp_path / "archive") as store:
        yield store


async def pragma(store, text):
    await store._database.write(lambda connection: connection.exec_driver_sql(f"PRAGMA {text}"))


def big_page(lo):
    return make_page([make_message(i, text="x" * 4000) for i in range(lo, lo + 100)])


async def test_a_full_disk_is_named_and_what_was_stored_is_safe(store):
    lease = await store.acquire(f"chat:{CHAT_ID}", "here:1:1")
    await store.save_page(lease, big_page(1))
    before = await store.digest()
    await pragma(store, "max_page_count = 200")
    pages = [big_page(lo) for lo in (101, 201, 301)]
    found = await asyncio.gather(
        *(store.save_page(lease, page) for page in pages), return_exceptions=True
    )
    assert [type(one) for one in found] == [DiskFull] * 3
    assert found[0].hint
    assert await store.digest() == before
    await pragma(store, "max_page_count = 100000")
    for page in pages:
        assert (await store.save_page(lease, page)).new == 100
    (covered,) = await store.coverage(CHAT_ID, "history", "telegram")
    assert (covered.lo, covered.hi, covered.stored) == (1, 400, 400)


async def test_a_database_that_another_program_locks_is_named(store, tmp_path):
    lease = await store.acquire(f"chat:{CHAT_ID}", "here:1:1")
    await pragma(store, "busy_timeout = 0")
    path = tmp_path / "archive" / "archive.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseUnavailable, match="locked") as caught:
            await store.save_page(lease, make_page([1]))
        assert caught.value.hint
    assert (await store.save_page(lease, make_page([1]))).new == 1


async def test_a_file_that_is_no_database_is_named(tmp_path):
    path = tmp_path / "archive"
    async with open_archive(LocalFiles(), path):
        pass
    (path / "archive.db").write_bytes(b"meow" * 5000)
    with pytest.raises(DatabaseUnavailable, match="cannot be used"):
        async with open_archive(LocalFiles(), path):
            pass
    assert (path / "archive.db").read_bytes() == b"meow" * 5000


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (errno.ENOSPC, DiskFull),
        (errno.EDQUOT, DiskFull),
        (errno.EROFS, ArchiveReadOnly),
        (errno.EACCES, ArchiveReadOnly),
    ],
)
def test_errors_of_the_system_are_told_by_their_number(tmp_path, number, kind):
    with pytest.raises(kind), wall.database_errors(tmp_path):
        raise OSError(number, "words do not matter")


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (sqlite3.SQLITE_FULL, DiskFull),
        (sqlite3.SQLITE_READONLY_DBMOVED, ArchiveReadOnly),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, DatabaseUnavailable),
        (sqlite3.SQLITE_IOERR_FSYNC, DatabaseUnavailable),
        (sqlite3.SQLITE_CONSTRAINT, None),
        (sqlite3.SQLITE_TOOBIG, None),
    ],
)
def test_errors_of_sqlite_are_told_by_their_code(tmp_path, code, kind):
    error = sqlite3.OperationalError("words do not matter")
    error.sqlite_errorcode = code
    for one in (error, exc.OperationalError("SELECT 1", {}, error)):
        found = wall.translate(one, tmp_path)
        assert (type(found) if found else None) is kind


def test_an_input_output_error_on_a_full_disk_is_a_full_disk(tmp_path, monkeypatch):
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR_WRITE
    monkeypatch.setattr(wall, "_LOW_SPACE_BYTES", 2**80)
    assert isinstance(wall.translate(error, tmp_path), DiskFull)
    assert isinstance(wall.translate(error, tmp_path / "gone"), DatabaseUnavailable)
