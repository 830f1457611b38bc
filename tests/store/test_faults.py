"""Faults of the database become errors for people, and harm nothing that was stored."""

import asyncio
import errno
import sqlite3
import subprocess
import sys
from contextlib import asynccontextmanager, closing, contextmanager

import pytest
from sqlalchemy import event, exc
from tests.builders import CHAT_ID, make_message, make_page

from headrace.blobs.files import LocalFiles
from headrace.errors import ArchiveReadOnly, DatabaseUnavailable, DiskFull
from headrace.store import sqlite, wall
from headrace.store.open import open_archive


@pytest.fixture
async def store(tmp_path):
    async with open_archive(LocalFiles(), tmp_path / "archive") as store:
        yield store


async def pragma(store, text):
    await store._database.write(lambda connection: connection.exec_driver_sql(f"PRAGMA {text}"))


@asynccontextmanager
async def limited_to(store, pages):
    """The database may not grow beyond so many pages, also when a fault has opened it anew."""
    text, engine = f"max_page_count = {pages}", store._database._writing

    def limit(connection, _record):
        connection.execute(f"PRAGMA {text}").close()

    event.listen(engine, "connect", limit)
    await pragma(store, text)
    try:
        yield
    finally:
        event.remove(engine, "connect", limit)
    await pragma(store, "max_page_count = 100000")


def big_page(lo):
    return make_page([make_message(i, text="x" * 4000) for i in range(lo, lo + 100)])


async def test_a_full_disk_is_named_and_what_was_stored_is_safe(store):
    lease = await store.acquire(f"chat:{CHAT_ID}", "here:1:1")
    await store.save_page(lease, big_page(1))
    before = await store.digest()
    pages = [big_page(lo) for lo in (101, 201, 301)]
    async with limited_to(store, 200):
        found = await asyncio.gather(
            *(store.save_page(lease, page) for page in pages), return_exceptions=True
        )
        assert [type(one) for one in found] == [DiskFull] * 3
        assert found[0].hint
        assert await store.digest() == before
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


#: Another program: holds the database until it is told to let go.
HOLDER = (
    "import sqlite3, sys\n"
    "base = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
    "if sys.argv[2] == 'all': base.execute('PRAGMA locking_mode = EXCLUSIVE')\n"
    "base.execute('BEGIN EXCLUSIVE'); print('held', flush=True)\n"
    "input(); base.execute('COMMIT'); base.close(); print('free', flush=True); input()\n"
)


@contextmanager
def held_elsewhere(path, how):
    """The program; a line sent to it ends the lock, another one ends it."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, path, how],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout.readline() == "held\n"
        yield lambda: print(file=holder.stdin, flush=True)
        holder.kill()


async def test_a_lock_longer_than_the_patience_is_named(store, tmp_path, monkeypatch):
    lease = await store.acquire(f"chat:{CHAT_ID}", "here:1:1")
    await pragma(store, "busy_timeout = 50")
    # A fault costs the connection; the next one has as little patience.
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.05)
    with held_elsewhere(tmp_path / "archive" / "archive.db", "writes"):
        for _ in range(3):
            with pytest.raises(DatabaseUnavailable, match="Another program keeps") as caught:
                await store.save_page(lease, make_page([1]))
        assert "run the same command" in caught.value.hint
        assert await store.chats() == []
    assert (await store.save_page(lease, make_page([1]))).new == 1


async def test_a_lock_shorter_than_the_patience_is_waited_for(store, tmp_path):
    lease = await store.acquire(f"chat:{CHAT_ID}", "here:1:1")
    with held_elsewhere(tmp_path / "archive" / "archive.db", "writes") as let_go:
        saving = [
            asyncio.create_task(store.save_page(lease, make_page([number])))
            for number in range(1, 30)
        ]
        # Reading goes on beside it, and nothing is written before the other lets go.
        assert await store.coverage(CHAT_ID, "history", "telegram") == []
        assert not any(save.done() for save in saving)
        let_go()
        assert [(await save).new for save in saving] == [1] * 29


async def test_an_archive_that_another_program_keeps_to_itself_is_named(tmp_path, monkeypatch):
    path = tmp_path / "archive"
    async with open_archive(LocalFiles(), path):
        pass
    with held_elsewhere(path / "archive.db", "all") as let_go:
        with monkeypatch.context() as patch:
            patch.setattr(sqlite, "BUSY_SECONDS", 0)
            with pytest.raises(DatabaseUnavailable, match="Another program keeps"):
                async with open_archive(LocalFiles(), path):
                    pass
        let_go()
        async with open_archive(LocalFiles(), path) as store:
            assert await store.chats() == []


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
