"""A disk that fills up or breaks, at every place: never a false success, never a torn file."""

import errno
from pathlib import Path

import pytest
from tests.crash import importing
from tests.disk import FaultyFiles
from tests.telegram.test_session import own

from headrace import app
from headrace.blobs.files import LocalFiles
from headrace.errors import ArchiveError, ArchiveReadOnly, DiskFull
from headrace.store import sqlite
from headrace.telegram.limits import Limit
from headrace.telegram.pace_book import PaceBook
from headrace.telegram.session import load_session, save_session
from tgsandbox.server import serve

KINDS = {errno.ENOSPC: DiskFull, errno.EIO: ArchiveError, errno.EROFS: ArchiveReadOnly}
TINY = "@tinymill"
LONG = "@longrace"


@pytest.fixture
async def tiny():
    async with serve("tiny", seed=1) as sandbox:
        yield sandbox


@pytest.fixture
async def big():
    async with serve("big:2000", seed=1) as sandbox:
        yield sandbox


def plain_files(folder):
    """The files under their final names, with contents; the databases are SQLite's."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".db" not in path.name and path.name != "pace.json"
    }


def check(error, number, failed):
    """The error for people: of the right kind, with the file's name and what to do next."""
    assert type(error) is KINDS[number], failed
    assert error.exit_code == 8
    assert error.hint
    assert any(final_name(path) in str(error) for _, path in failed), failed


def final_name(path):
    return Path(path).name.removeprefix(".").removesuffix(".part")


async def fail_at(sandbox, folder, files, whole):
    """A first import on a disk that fails, and the same command after it was mended."""
    chosen = importing.loaded(sandbox, folder)
    try:
        report = await importing.run(chosen, TINY, files)
    except ArchiveError as error:
        check(error, files.number, files.failed)
    else:
        # What was learned of limits may be lost: it is learned anew.
        for name, path in files.failed:
            assert (name, Path(path).name) == ("read", "pace.json")
        assert report.complete
    for name, content in plain_files(folder).items():
        assert name.endswith(".part") or content == whole[name], name
    assert files.lasting or not [name for name in plain_files(folder) if name.endswith(".part")]
    assert (await importing.run(chosen, TINY)).complete
    assert plain_files(folder) == whole
    return await importing.digest(chosen)


async def undisturbed(sandbox, folder):
    """How many operations an import takes, what files it leaves, and its digest."""
    chosen = importing.loaded(sandbox, folder)
    watched = FaultyFiles()
    assert (await importing.run(chosen, TINY, watched)).complete
    return len(watched.log), plain_files(folder), await importing.digest(chosen)


async def every_operation(sandbox, folder, number, *, lasting, step=1, first=1):
    count, whole, expected = await undisturbed(sandbox, folder / "undisturbed")
    places = range(first, count + 1, step)
    hit = 0
    for place in places:
        files = FaultyFiles(number, fails=place, lasting=lasting)
        found = await fail_at(sandbox, folder / str(place), files, whole)
        assert found == expected, files.failed
        # How often the pace book is saved is a matter of time, so the last may not be reached.
        hit += bool(files.failed)
    assert hit > len(places) * 0.7
    return hit


@pytest.mark.parametrize("first", [1, 2])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO])
async def test_an_import_on_a_disk_that_fails_once(tiny, tmp_path, number, first):
    await every_operation(tiny, tmp_path, number, lasting=False, first=3 * first, step=10)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS])
async def test_an_import_on_a_disk_that_fails_from_there_on(tiny, tmp_path, number):
    await every_operation(tiny, tmp_path, number, lasting=True, first=5, step=12)


@pytest.mark.soak
@pytest.mark.parametrize("lasting", [False, True])
async def test_an_import_with_every_operation_failing(tiny, tmp_path, lasting):
    for number in KINDS:
        hit = await every_operation(tiny, tmp_path / str(number), number, lasting=lasting)
        after = " and all after it" if lasting else ""
        print(f"\n{hit} operations failed with {errno.errorcode[number]}{after}: same digest")


def places_of(work, folder):
    """The number of operations of some work, done once without faults."""
    watched = FaultyFiles()
    work(watched, folder)
    return range(1, len(watched.log) + 1)


@pytest.mark.parametrize("number", KINDS)
def test_a_session_is_kept_whole_or_not_at_all(tmp_path, number):
    def work(files, folder):
        save_session(files, folder / "new" / "session.json", own())

    for place in places_of(work, tmp_path / "undisturbed"):
        folder = tmp_path / str(place)
        files = FaultyFiles(number, fails=place)
        with pytest.raises(ArchiveError) as caught:
            work(files, folder)
        check(caught.value, number, files.failed)
        assert {path.name for path in folder.rglob("*.*")} <= {"session.json"}
        work(LocalFiles(), folder)
        assert load_session(folder / "new" / "session.json") == own()


@pytest.mark.parametrize("number", KINDS)
def test_a_pace_book_is_kept_whole_or_not_at_all(tmp_path, number):
    def work(files, folder):
        book = PaceBook.kept(files, folder / "pace.json")
        before = dict(book.limits)
        book.limit("history")
        book.save()
        return before

    for place in places_of(work, tmp_path / "undisturbed"):
        folder = tmp_path / str(place)
        files = FaultyFiles(number, fails=place)
        if place == 1:
            assert work(files, folder) == {}
        else:
            with pytest.raises(ArchiveError) as caught:
                work(files, folder)
            check(caught.value, number, files.failed)
            assert {path.name for path in folder.rglob("*.*")} <= {"pace.json"}
        work(LocalFiles(), folder)
        assert work(LocalFiles(), folder) == {"history": Limit()}


async def test_an_account_is_taken_over_or_the_reason_is_told(tiny, tmp_path):
    watched = FaultyFiles()
    await app.adopt(importing.loaded(tiny, tmp_path / "undisturbed"), files=watched)
    for place in range(1, len(watched.log) + 1, 4):
        chosen = importing.loaded(tiny, tmp_path / str(place))
        files = FaultyFiles(errno.ENOSPC, fails=place)
        with pytest.raises(ArchiveError) as caught:
            await app.adopt(chosen, files=files)
        check(caught.value, errno.ENOSPC, files.failed)
        assert (await app.adopt(chosen))["id"]


async def fill_up(sandbox, folder, pages, monkeypatch):
    """An import into a database of so many pages at most, then one without that limit."""
    chosen = importing.loaded(sandbox, folder)
    pragmas = (*sqlite._WRITER_PRAGMAS, f"PRAGMA max_page_count = {pages}")
    with monkeypatch.context() as patch:
        patch.setattr(sqlite, "_WRITER_PRAGMAS", pragmas)
        stopped = await importing.is_stopped_by_a_full_disk(chosen, LONG)
    stored = 0
    if (folder / "archive" / "archive.db").exists():
        for chat in (await app.status(chosen, None))["chats"]:
            assert chat["damaged"] == []
            stored += chat["ids"]["stored"]
    report = await importing.run(chosen, LONG)
    assert report.complete
    assert report.new + stored == report.messages["stored"]
    return stopped, stored, await importing.digest(chosen)


async def full_disks(sandbox, folder, sizes, monkeypatch):
    chosen = importing.loaded(sandbox, folder / "undisturbed")
    assert (await importing.run(chosen, LONG)).complete
    expected = await importing.digest(chosen)
    most = (folder / "undisturbed" / "archive" / "archive.db").stat().st_size // 4096
    halted, halves = 0, 0
    for number in range(sizes):
        pages = max(1, most * number // sizes)
        stopped, stored, found = await fill_up(sandbox, folder / str(pages), pages, monkeypatch)
        assert stopped, pages
        assert found == expected, pages
        halted += stopped
        halves += stored > 0
    assert halves
    return halted, halves


async def test_a_full_database_keeps_what_it_has_and_goes_on_with_space(big, tmp_path, monkeypatch):
    await full_disks(big, tmp_path, 4, monkeypatch)


@pytest.mark.soak
async def test_fifty_sizes_of_a_full_database(big, tmp_path, monkeypatch):
    halted, halves = await full_disks(big, tmp_path, 50, monkeypatch)
    print(
        f"\n{halted} imports ended by a full database, {halves} with messages stored: same digest"
    )
