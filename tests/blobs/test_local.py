"""Media by content: parts in any order, over crashes, and only whole files with their names."""

import asyncio
import errno
import gzip
import hashlib
import io
import os

import pytest
from tests.blobs.scenes import (
    KEY,
    PART,
    SIZE,
    content,
    fetch,
    finished,
    jpeg,
    media_of,
    parts_of,
    settled,
)
from tests.disk import WRITES, FaultyFiles

from headrace.blobs.files import LocalFiles
from headrace.blobs.journal import Spans
from headrace.blobs.local import LocalBlobs, default_reserve
from headrace.errors import ArchiveError, DiskFull, FileFailed, HeadraceError

FILES = LocalFiles()
WEBM = b"\x1aE\xdf\xa3\x87\x42\x82\x84webm" + b"\x18S\x80g\x10\x00\x40\x00" + bytes(0x4000)
MP4 = b"\0\0\0\x10ftypisom\0\0\0\0\0\0\0\x08moov\0\0\x10\0mdat" + bytes(4088)


def blobs_of(folder, files=FILES):
    return LocalBlobs(files, folder, reserve=lambda _: 0)


@pytest.fixture
def blobs(tmp_path):
    return blobs_of(tmp_path)


async def test_a_file_is_named_after_its_content(blobs, tmp_path):
    data = jpeg(SIZE)
    part = await fetch(blobs, KEY, data)
    stored = await finished(blobs, part)
    digest = hashlib.sha256(data).hexdigest()
    assert (stored.key, stored.sha256, stored.size) == (KEY, digest, SIZE)
    assert (stored.mime, stored.extension) == ("image/jpeg", "jpg")
    assert blobs.path(stored.sha256, "jpg") == tmp_path / "media" / digest[:2] / f"{digest}.jpg"
    assert media_of(tmp_path) == {f"{digest[:2]}/{digest}.jpg": data}
    assert await blobs.read(stored) == data
    assert parts_of(tmp_path) == []


async def test_a_file_that_went_away_is_named(blobs):
    stored = await finished(blobs, await fetch(blobs, KEY, jpeg(SIZE)))
    FILES.unlink(blobs.path(stored.sha256, stored.extension))
    with pytest.raises(ArchiveError, match=stored.sha256):
        await blobs.read(stored)


async def test_parts_come_in_any_order_and_side_by_side(blobs, tmp_path):
    data = content(10 * PART + 17)
    part = await blobs.open_part(KEY, len(data))
    asked = list(part.missing(PART))
    assert sum(length for _, length in asked) == len(data)
    assert asked[-1] == (10 * PART, 17)
    await asyncio.gather(*(part.write(o, data[o : o + n]) for o, n in reversed(asked)))
    assert list(part.missing(PART)) == []
    await finished(blobs, part)
    assert list(media_of(tmp_path).values()) == [data]


async def test_what_one_process_has_fetched_the_next_does_not_fetch(blobs, tmp_path):
    data = content(SIZE)
    part = await blobs.open_part(KEY, SIZE)
    await part.write(PART, data[PART : 2 * PART])
    await blobs.close(part)
    part = await blobs_of(tmp_path).open_part(KEY, SIZE)
    assert list(part.missing(PART)) == [(0, PART), *((n * PART, PART) for n in range(2, 4))]
    # Other parts than before: still cut where the asker wants it.
    assert list(part.missing(3 * PART // 2))[:3] == [
        (0, PART), (2 * PART, PART), (3 * PART, PART),
    ]  # fmt: skip
    await blobs.discard(part)
    assert parts_of(tmp_path) == []


async def test_a_record_without_its_bytes_is_not_believed(blobs, tmp_path):
    data = content(SIZE)
    await blobs.close(await fetch(blobs, KEY, data))
    (path,) = (tmp_path / "media" / ".parts").glob("*.part")
    with path.open("r+b") as file:
        file.seek(PART + 5)
        file.write(bytes(9))
    part = await blobs.open_part(KEY, SIZE)
    assert list(part.missing(PART)) == [(PART, PART)]


@pytest.mark.parametrize("cut", [1, 7, 19, 20, 25])
async def test_a_torn_journal_costs_only_what_is_torn(blobs, tmp_path, cut):
    await blobs.close(await fetch(blobs, KEY, content(SIZE)))
    (path,) = (tmp_path / "media" / ".parts").glob("*.journal")
    path.write_bytes(path.read_bytes()[:-cut])
    part = await blobs.open_part(KEY, SIZE)
    missing = list(part.missing(PART))
    assert len(missing) == (1 if cut <= 20 else 2)
    for offset, length in missing:
        await part.write(offset, content(SIZE)[offset : offset + length])
    await blobs.close(part)
    part = await blobs.open_part(KEY, SIZE)
    assert list(part.missing(PART)) == []
    await finished(blobs, part)


async def test_another_size_begins_anew(blobs):
    await blobs.close(await fetch(blobs, KEY, content(SIZE)))
    part = await blobs.open_part(KEY, SIZE + 1)
    assert sum(length for _, length in part.missing(PART)) == SIZE + 1


async def test_no_byte_too_few_and_none_too_many(blobs, tmp_path):
    data = content(SIZE)
    part = await blobs.open_part(KEY, SIZE)
    await part.write(0, data[:PART])
    with pytest.raises(FileFailed) as caught:
        await part.write(SIZE - 1, b"ab")
    assert caught.value.reason == "overlong"
    with pytest.raises(FileFailed) as caught:
        await finished(blobs, part)
    assert caught.value.reason == "truncated"
    assert media_of(tmp_path) == {}
    part = await blobs.open_part(KEY, SIZE)
    assert (0, PART) not in list(part.missing(PART))
    with pytest.raises(FileFailed):
        await finished(blobs, part)
    with pytest.raises(ValueError, match="closed"):
        await part.write(0, data[:PART])


@pytest.mark.parametrize(
    ("data", "extension"),
    [
        (jpeg(3000), "jpg"),
        (gzip.compress(b'{"tgs":1,"v":"5.5.2"}' + bytes(5000), mtime=0), "tgs"),
        (WEBM, "webm"),
        (MP4, "mp4"),
    ],
)  # fmt: skip
async def test_of_undeclared_length_only_what_ends_as_it_should(blobs, tmp_path, data, extension):
    for cut in (1, len(data) // 2, len(data) - 9):
        part = await blobs.open_part(KEY, 0)
        assert list(part.missing(PART)) == [(0, PART)]
        await part.write(0, data[:-cut])
        assert list(part.missing(PART)) == []
        with pytest.raises(FileFailed) as caught:
            await finished(blobs, part)
        assert caught.value.reason == "incomplete"
        assert (media_of(tmp_path), parts_of(tmp_path)) == ({}, [])
    part = await blobs.open_part(KEY, 0)
    await part.write(0, data)
    assert (await finished(blobs, part)).extension == extension
    assert list(media_of(tmp_path).values()) == [data]


async def test_of_undeclared_length_nothing_else_and_no_end_of_it(blobs):
    part = await blobs.open_part(KEY, 0)
    with pytest.raises(FileFailed):
        await part.write(1 << 30, b"x")
    await part.write(0, b"who knows")
    with pytest.raises(FileFailed):
        await finished(blobs, part)
    empty = await blobs.open_part(KEY, 0)
    with pytest.raises(FileFailed):
        await finished(blobs, empty)


async def test_an_empty_file_is_stored_where_telegram_says_that_it_is_empty(blobs, tmp_path):
    part = await blobs.open_part(KEY, 0)
    part.declare(0)
    assert (await finished(blobs, part)).size == 0
    assert list(media_of(tmp_path).values()) == [b""]


@pytest.mark.parametrize("damage", [b"", b"short", bytes(SIZE)])
async def test_a_file_that_is_there_is_trusted_by_size_and_hash_only(blobs, tmp_path, damage):
    data = content(SIZE)
    stored = await finished(blobs, await fetch(blobs, KEY, data))
    path = blobs.path(stored.sha256, stored.extension)
    whole = path.stat().st_ino
    again = await finished(blobs, await fetch(blobs, "document/2", data))
    assert (again.sha256, path.stat().st_ino) == (stored.sha256, whole)
    path.write_bytes(damage)
    await finished(blobs, await fetch(blobs, "document/3", data))
    assert list(media_of(tmp_path).values()) == [data]
    assert parts_of(tmp_path) == []


async def test_two_processes_at_one_file_do_not_meet(blobs, tmp_path):
    data, other = content(SIZE), blobs_of(tmp_path)
    one = await blobs.open_part(KEY, SIZE)
    await one.write(0, data[:PART])
    two = await fetch(other, KEY, data)
    assert await other.collect([]) == 0
    first = await finished(other, two)
    for offset, length in one.missing(PART):
        await one.write(offset, data[offset : offset + length])
    assert await finished(blobs, one) == first
    assert list(media_of(tmp_path).values()) == [data]
    assert parts_of(tmp_path) == []


async def test_leftovers_of_files_that_nobody_wants_are_collected(blobs, tmp_path):
    for key in ("document/1", "document/2", "document/3"):
        await blobs.close(await fetch(blobs, key, content(SIZE)))
    orphan = tmp_path / "media" / ".parts" / f"{'0' * 64}.1.part"
    orphan.write_bytes(b"x")
    assert await blobs.collect(["document/2", "document/9"]) == 3
    assert len(parts_of(tmp_path)) == 2
    part = await blobs.open_part("document/2", SIZE)
    assert list(part.missing(PART)) == []


async def test_a_stream_is_taken_whole(blobs, tmp_path):
    data = content(3 << 20)
    stored = await blobs.add("desktop/1", io.BytesIO(data), size=len(data))
    assert (stored.key, stored.size) == ("desktop/1", len(data))
    for size, reason in ((len(data) + 1, "truncated"), (5, "overlong")):
        with pytest.raises(FileFailed) as caught:
            await blobs.add("desktop/2", io.BytesIO(data), size=size)
        assert caught.value.reason == reason
    assert list(media_of(tmp_path).values()) == [data]
    assert parts_of(tmp_path) == []
    assert (await blobs.add("desktop/3", io.BytesIO())).size == 0


async def test_a_stream_that_breaks_leaves_nothing(blobs, tmp_path):
    class Broken(io.BytesIO):
        def read(self, size=-1):
            if self.tell():
                raise DiskFull("the stream's own")
            return super().read(100)

    with pytest.raises(DiskFull, match="own"):
        await blobs.add("desktop/1", Broken(bytes(1000)))
    assert (media_of(tmp_path), parts_of(tmp_path)) == ({}, [])


async def test_a_stream_ends_with_the_task_that_waits_for_it(blobs, tmp_path):
    class Endless:
        def __init__(self):
            self.begun = asyncio.Event()
            self.loop = asyncio.get_running_loop()

        def read(self, size=-1):
            self.loop.call_soon_threadsafe(self.begun.set)
            return bytes(10)

    stream = Endless()
    task = asyncio.create_task(blobs.add("desktop/1", stream))
    await stream.begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (media_of(tmp_path), parts_of(tmp_path)) == ({}, [])


async def test_the_reserve_stays_free(tmp_path):
    assert default_reserve(10 << 30) == 1 << 30
    assert default_reserve(100 << 30) == (100 << 30) * 2 // 100
    free = FILES.free_space(tmp_path)
    tight = LocalBlobs(FILES, tmp_path, reserve=lambda _: free)
    with pytest.raises(DiskFull):
        await tight.open_part(KEY, 1 << 30)
    with pytest.raises(DiskFull):
        await tight.add(KEY, io.BytesIO(b"x"), size=1 << 30)
    none = LocalBlobs(FILES, tmp_path, reserve=lambda disk: 2 * disk)
    assert await none.free_space() == 0


def operations(tmp_path, folder="counted"):
    """How many operations the scene takes."""
    watched = FaultyFiles()
    asyncio.run(settled(blobs_of(tmp_path / folder, watched)))
    return len(watched.log)


#: Every so many operations one is failed; in the volume run each of them.
STEPS = [17, pytest.param(1, marks=pytest.mark.soak)]


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("lasting", [False, True])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO])
def test_no_fault_of_the_disk_leaves_a_torn_file(tmp_path, number, lasting, step):
    for fails in range(1, operations(tmp_path) + 1, step):
        folder = tmp_path / f"{fails}"
        only = None if number == errno.EIO else WRITES
        faulty = FaultyFiles(number, fails=fails, lasting=lasting, only=only)
        error = None
        try:
            asyncio.run(settled(blobs_of(folder, faulty)))
        except HeadraceError as caught:
            error = caught
        if error is None and not faulty.failed:
            break
        for name, data in media_of(folder).items():
            assert hashlib.sha256(data).hexdigest() in name, faulty.failed
        if error is not None:
            assert isinstance(error, DiskFull if number == errno.ENOSPC else ArchiveError)
        else:
            # Clearing away may fail; nobody is troubled with it.
            assert faulty.failed[0][0] in ("unlink", "lock", "open", "close")
        # With a disk that is well again the same is done as if nothing had happened.
        asyncio.run(settled(blobs_of(folder)))
        asyncio.run(blobs_of(folder).collect([]))
        assert parts_of(folder) == []
        assert sorted(media_of(folder)) == sorted(media_of(tmp_path / "counted"))


def test_a_sync_that_failed_is_no_success_the_second_time(tmp_path):
    data = content(SIZE)

    async def run():
        blobs = blobs_of(tmp_path, FaultyFiles(errno.EIO, fails=1, only={"fsync"}))
        with pytest.raises(ArchiveError):
            await finished(blobs, await fetch(blobs, KEY, data))
        part = await blobs.open_part(KEY, SIZE)
        assert len(list(part.missing(PART))) == SIZE // PART

    asyncio.run(run())


class Dying(FaultyFiles):
    """Ends its process, at once, at one of its operations."""

    def reached(self, name, path):
        super().reached(name, path)
        if len(self.log) == self.dies:
            os._exit(9)


def run_and_die(folder, dies):
    """Whether the process died before the scene was over."""
    child = os.fork()
    if not child:
        files = Dying()
        files.dies = dies
        try:
            asyncio.run(settled(blobs_of(folder, files)))
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_process_that_dies_anywhere_leaves_only_what_the_next_takes_over(tmp_path, step):
    places = range(1, operations(tmp_path) + 1, step)
    deaths = 0
    for dies in places:
        folder = tmp_path / f"{dies}"
        deaths += run_and_die(folder, dies)
        for name, data in media_of(folder).items():
            assert hashlib.sha256(data).hexdigest() in name
        fetched = asyncio.run(settled(blobs_of(folder)))
        # At most one part of each file is asked for again.
        done = sum(1 for name, _ in fetched if name == KEY)
        assert done <= SIZE // PART
        assert sorted(media_of(folder)) == sorted(media_of(tmp_path / "counted"))
        asyncio.run(blobs_of(folder).collect([]))
        assert parts_of(folder) == []
    assert deaths == len(places)
    print(f"{deaths} deaths")


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_of_what_was_written_before_a_death_nothing_is_asked_for_again(tmp_path):
    for dies in range(1, 60):
        folder, notes = tmp_path / f"{dies}", tmp_path / f"notes{dies}"
        child = os.fork()
        if not child:
            files = Dying()
            files.dies = dies
            try:
                asyncio.run(noted(blobs_of(folder, files), content(SIZE), notes))
            finally:
                os._exit(0)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        written = notes.read_bytes().count(b".") if notes.exists() else 0
        assert asyncio.run(missing(blobs_of(folder))) <= SIZE // PART - written
        if code == 0:
            break
    assert (code, written) == (0, SIZE // PART)
    assert dies > 2 * written


async def missing(blobs):
    part = await blobs.open_part(KEY, SIZE)
    found = len(list(part.missing(PART)))
    await blobs.close(part)
    return found


async def noted(blobs, data, notes):
    """Fetch, and put down a dot for each part that was taken."""
    part = await blobs.open_part(KEY, SIZE)
    for offset, length in part.missing(PART):
        await part.write(offset, data[offset : offset + length])
        with notes.open("ab", buffering=0) as file:
            file.write(b".")


def test_spans_join_and_tell_their_gaps():
    spans = Spans()
    for start, end in ((10, 20), (30, 40), (20, 25), (5, 12), (26, 26), (24, 31), (50, 60)):
        spans.add(start, end)
    assert list(spans) == [(5, 40), (50, 60)]
    assert list(spans.gaps(55)) == [(0, 5), (40, 50)]
    assert list(spans.gaps(70)) == [(0, 5), (40, 50), (60, 70)]
    assert list(spans.gaps(3)) == [(0, 3)]


async def test_a_file_without_a_row_is_not_fetched_again(blobs, tmp_path):
    """Killed between the final name and the row: all of it is there for the next process."""
    data = content(SIZE)
    stored = await blobs.finish(await fetch(blobs, KEY, data))
    after = blobs_of(tmp_path)
    part = await after.open_part(KEY, SIZE)
    assert list(part.missing(PART)) == []
    assert await finished(after, part) == stored
    assert parts_of(tmp_path) == []
    assert list(media_of(tmp_path).values()) == [data]


@pytest.mark.parametrize("number", [errno.EPERM, errno.ENOTSUP])
async def test_a_disk_without_links_gives_files_their_place_all_the_same(tmp_path, number):
    files = FaultyFiles(number, fails=1, lasting=True, only={"link"})
    data = content(SIZE)
    blobs = blobs_of(tmp_path, files)
    await finished(blobs, await fetch(blobs, KEY, data))
    assert files.failed
    assert list(media_of(tmp_path).values()) == [data]
    assert parts_of(tmp_path) == []
