"""A disk that fails and a process that dies, at each operation: nothing torn, little lost."""

import asyncio
import errno
import hashlib
import os

import pytest
from tests.blobs.scenes import (
    KEY,
    PART,
    SIZE,
    blobs_of,
    content,
    fetch,
    finished,
    media_of,
    nobody,
    parts_of,
    settled,
)
from tests.disk import WRITES, FaultyFiles

from headrace.errors import ArchiveError, DiskFull, HeadraceError


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
        asyncio.run(blobs_of(folder).collect(nobody))
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
        asyncio.run(blobs_of(folder).collect(nobody))
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


@pytest.mark.parametrize("number", [errno.EPERM, errno.ENOTSUP])
async def test_a_disk_without_links_gives_files_their_place_all_the_same(tmp_path, number):
    files = FaultyFiles(number, fails=1, lasting=True, only={"link"})
    data = content(SIZE)
    blobs = blobs_of(tmp_path, files)
    await finished(blobs, await fetch(blobs, KEY, data))
    assert files.failed
    assert list(media_of(tmp_path).values()) == [data]
    assert parts_of(tmp_path) == []
