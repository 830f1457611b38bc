"""The archive folder: made once, known again, and left alone when it is not ours."""

import os
import re
import shutil
import sqlite3
import stat
import tempfile
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from tests.builders import CHAT_ID, make_page

from headrace.blobs.files import LocalFiles
from headrace.errors import ArchiveReadOnly, ArchiveTooNew, NotAnArchive
from headrace.store.migrate import HEAD
from headrace.store.open import open_archive


def snapshot(folder):
    """Names, modes, times and contents of all that is in a folder."""
    return {
        str(one): (one.stat().st_mode, one.stat().st_mtime_ns, one.is_file() and one.read_bytes())
        for one in [folder, *sorted(folder.rglob("*"))]
    }


async def opened(path, **options):
    async with open_archive(LocalFiles(), path, **options) as store:
        return await store.chats()


@pytest.fixture
async def archive(tmp_path):
    path = tmp_path / "archive"
    async with open_archive(LocalFiles(), path) as store:
        lease = await store.acquire(f"chat:{CHAT_ID}", "here:1:1")
        await store.save_page(lease, make_page([1, 2]))
        await store.release(lease)
    return path


async def test_a_new_archive_is_for_its_owner_only(archive):
    assert sorted(one.name for one in archive.iterdir()) == [
        "archive.db",
        "headrace.toml",
        "media",
    ]
    assert stat.S_IMODE(archive.stat().st_mode) == 0o700
    for one in archive.rglob("*"):
        assert stat.S_IMODE(one.stat().st_mode) == (0o700 if one.is_dir() else 0o600), one
    assert "sender" in (archive / "media" / "README.txt").read_text()


async def test_every_file_beside_the_database_is_for_its_owner_only(tmp_path):
    async with open_archive(LocalFiles(), tmp_path / "archive") as store:
        await store.acquire("chat:1", "here:1:1")
        names = {one.name for one in (tmp_path / "archive").glob("archive.db*")}
        assert names == {"archive.db", "archive.db-wal", "archive.db-shm"}
        for name in names:
            assert stat.S_IMODE((tmp_path / "archive" / name).stat().st_mode) == 0o600


async def test_an_archive_is_known_again(archive):
    async with open_archive(LocalFiles(), archive, create=False) as store:
        assert (await store.message(CHAT_ID, 2)).message.id == 2


async def test_an_empty_folder_becomes_an_archive(tmp_path):
    (tmp_path / "empty").mkdir()
    assert await opened(tmp_path / "empty") == []


@pytest.mark.parametrize("there", [True, False])
async def test_reading_makes_no_archive(tmp_path, there):
    path = tmp_path / "none"
    if there:
        path.mkdir()
    with pytest.raises(NotAnArchive, match=re.escape(f"There is no archive in {path}")) as caught:
        await opened(path, create=False)
    assert caught.value.hint
    assert path.exists() == there
    assert not there or list(path.iterdir()) == []


async def test_a_foreign_folder_is_left_alone(tmp_path):
    path = tmp_path / "photos"
    path.mkdir()
    (path / "cat.jpg").write_bytes(b"meow")
    before = snapshot(path)
    with pytest.raises(NotAnArchive, match="is not empty and no headrace archive") as caught:
        await opened(path)
    assert "--archive" in caught.value.hint
    assert snapshot(path) == before


async def test_a_file_is_no_folder(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(NotAnArchive, match="is a file"):
        await opened(tmp_path / "file")


async def test_a_lost_marker_is_named(archive):
    (archive / "headrace.toml").unlink()
    before = snapshot(archive)
    with pytest.raises(NotAnArchive, match=r"archive\.db but no headrace\.toml") as caught:
        await opened(archive)
    assert snapshot(archive) == before
    (archive / "headrace.toml").write_text(caught.value.hint.rpartition(": ")[2] + "\n")
    await opened(archive)


async def test_lost_rows_are_named_where_media_are_left(archive):
    (archive / "archive.db").unlink()
    (archive / "media" / "ab").mkdir()
    before = snapshot(archive)
    with pytest.raises(NotAnArchive, match=r"no archive\.db"):
        await opened(archive)
    assert snapshot(archive) == before


async def test_an_archive_whose_making_was_interrupted_is_finished(archive):
    (archive / "archive.db").unlink()
    assert await opened(archive) == []


@pytest.mark.parametrize("text", ["", "schema = 'x'", "schema =", "\udcff"])
async def test_a_damaged_marker_is_named(archive, text):
    (archive / "headrace.toml").write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(NotAnArchive, match="cannot be understood"):
        await opened(archive)


async def test_a_newer_archive_is_left_alone(archive):
    (archive / "headrace.toml").write_text("schema = 9999\n")
    before = snapshot(archive)
    with pytest.raises(ArchiveTooNew, match="schema 9999") as caught:
        await opened(archive)
    assert "Update headrace" in caught.value.hint
    assert snapshot(archive) == before


async def test_a_newer_database_is_left_alone(archive):
    with closing(sqlite3.connect(archive / "archive.db")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    before = snapshot(archive)
    with pytest.raises(ArchiveTooNew):
        await opened(archive)
    after = snapshot(archive)
    # SQLite's own files came and went.
    del before[str(archive)], after[str(archive)]
    assert after == before


async def test_an_older_marker_is_brought_up_to_date(archive):
    (archive / "headrace.toml").write_text("# mine\nschema = 0 # old\nx = 1\n")
    await opened(archive)
    assert (archive / "headrace.toml").read_text() == f"# mine\nschema = {int(HEAD)}\nx = 1\n"


@contextmanager
def as_somebody():
    """Makes root a user whom file modes concern."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def reachable():
    """A folder whose way in is open to everybody (pytest's is not)."""
    folder = Path(tempfile.mkdtemp(prefix="headrace-test-"))
    folder.chmod(0o777)
    yield folder
    shutil.rmtree(folder)


async def test_a_folder_that_cannot_be_written_to_gets_no_archive(reachable):
    path = reachable / "closed"
    path.mkdir()
    path.chmod(0o555)  # whatever the umask is
    with as_somebody(), pytest.raises(ArchiveReadOnly, match="cannot be written") as caught:
        await opened(path)
    assert caught.value.hint
    assert list(path.iterdir()) == []
    with as_somebody(), pytest.raises(ArchiveReadOnly, match="cannot be written"):
        await opened(path / "below" / "it")


async def test_an_archive_that_cannot_be_written_to_is_left_alone(reachable):
    path = reachable / "archive"
    await opened(path)
    path.chmod(0o555)
    for one in path.rglob("*"):
        one.chmod(0o555 if one.is_dir() else 0o444)
    before = snapshot(path)
    with as_somebody(), pytest.raises(ArchiveReadOnly, match="cannot be written"):
        await opened(path)
    assert snapshot(path) == before


@pytest.mark.parametrize(("name", "mode"), [("", 0o555), ("archive.db", 0o444)])
async def test_one_thing_that_cannot_be_written_to_is_enough(reachable, name, mode):
    path = reachable / "archive"
    await opened(path)
    for one in (path, *path.rglob("*")):
        one.chmod(0o777 if one.is_dir() else 0o666)
    (path / name).chmod(mode)
    before = snapshot(path)
    with as_somebody(), pytest.raises(ArchiveReadOnly, match=str(path / name)) as caught:
        await opened(path)
    assert caught.value.hint
    assert snapshot(path) == before


async def test_an_archive_that_lost_its_marker_where_media_are_is_left_alone(tmp_path):
    path = tmp_path / "archive"
    (path / "media" / "ab").mkdir(parents=True)
    before = snapshot(path)
    with pytest.raises(NotAnArchive, match="is not empty"):
        await opened(path)
    assert snapshot(path) == before
