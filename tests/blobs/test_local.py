"""Media by content: only whole files have their names, whoever else is at them."""

import asyncio
import hashlib
import io

import pytest
from tests.blobs.scenes import (
    FILES,
    KEY,
    PART,
    SIZE,
    blobs_of,
    content,
    fetch,
    finished,
    jpeg,
    media_of,
    nobody,
    parts_of,
)

from headrace.blobs.local import LocalBlobs, default_reserve
from headrace.errors import ArchiveError, DiskFull, FileFailed


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
    assert await other.collect(nobody) == 0
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

    async def second(keys):
        assert sorted(keys) == ["document/1", "document/2", "document/3"]
        return ["document/2", "document/9"]

    assert await blobs.collect(second) == 3
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
