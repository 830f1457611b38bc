"""The one object that touches the disk: what it promises to those who write files with it."""

import errno
import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.disk import FaultyFiles

from headrace.blobs.files import LocalFiles
from headrace.errors import ArchiveError, ArchiveReadOnly, DiskFull
from headrace.model.files import file_error, write_whole

FILES = LocalFiles()


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_file_takes_no_place_that_is_taken(tmp_path):
    with FILES.create(tmp_path / "one") as file:
        file.write(b"first")
    assert mode(tmp_path / "one") == 0o600
    with pytest.raises(FileExistsError):
        FILES.create(tmp_path / "one")
    assert FILES.read(tmp_path / "one") == b"first"


def test_an_open_file_goes_on_where_it_ended(tmp_path):
    for piece in (b"begun", b" and", b" done"):
        with FILES.open(tmp_path / "journal") as file:
            file.write(piece)
    assert FILES.read(tmp_path / "journal") == b"begun and done"


def test_parts_are_put_at_their_places_from_many_threads(tmp_path):
    size = 100_000
    parts = {n * size: bytes([n]) * size for n in range(16)}
    with FILES.create(tmp_path / "a.part") as file, ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda offset: file.pwrite(parts[offset], offset), reversed(parts)))
        assert file.pread(3, size - 1) == b"\0\1\1"
        assert file.pread(10, 16 * size - 2) == b"\x0f\x0f"
        file.truncate(15 * size)
        file.fsync()
    assert FILES.read(tmp_path / "a.part") == b"".join(list(parts.values())[:15])
    assert FILES.size(tmp_path / "a.part") == 15 * size


def test_a_file_gets_its_name_without_taking_one(tmp_path):
    write_whole(FILES, tmp_path / "a.part", b"new")
    write_whole(FILES, tmp_path / "taken", b"old")
    with pytest.raises(FileExistsError):
        FILES.link(tmp_path / "a.part", tmp_path / "taken")
    FILES.link(tmp_path / "a.part", tmp_path / "free")
    FILES.unlink(tmp_path / "a.part")
    FILES.unlink(tmp_path / "a.part")
    assert FILES.size(tmp_path / "a.part") is None
    assert (FILES.read(tmp_path / "free"), FILES.read(tmp_path / "taken")) == (b"new", b"old")


def test_folders_are_made_for_their_owner_only(tmp_path):
    tmp_path.chmod(0o755)
    FILES.make_folder(tmp_path / "one" / "two")
    FILES.make_folder(tmp_path)
    modes = [mode(path) for path in (tmp_path, tmp_path / "one", tmp_path / "one" / "two")]
    assert modes == [0o755, 0o700, 0o700]


def test_free_space_is_that_of_the_disk(tmp_path):
    found = os.statvfs(tmp_path)
    total = found.f_blocks * found.f_frsize
    assert 0 <= FILES.free_space(tmp_path) <= total


def test_a_file_that_is_closed_is_closed_once(tmp_path):
    file = FILES.create(tmp_path / "one")
    file.close()
    file.close()
    with pytest.raises(ValueError, match="closed"):
        file.write(b"x")


HOLD = (
    "import sys; from pathlib import Path; from headrace.blobs.files import LocalFiles\n"
    "with LocalFiles().lock(Path(sys.argv[1]), create=True):\n"
    "    print('held', flush=True); sys.stdin.read()\n"
)


def test_a_lock_is_held_against_other_processes_and_ends_with_them(tmp_path):
    path = tmp_path / "lock"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(BlockingIOError), FILES.lock(path, wait=False):
            pytest.fail("held twice")
        other.kill()
        with FILES.lock(path):
            pass
    assert mode(path) == 0o600


def test_a_file_written_whole_replaces_the_old_one(tmp_path):
    for content in (b"old", b"new", b""):
        write_whole(FILES, tmp_path / "one", content)
        assert FILES.read(tmp_path / "one") == content
    assert [path.name for path in tmp_path.iterdir()] == ["one"]


def test_what_a_killed_writer_left_is_taken_away(tmp_path):
    (tmp_path / ".one.part").write_bytes(b"torn")
    write_whole(FILES, tmp_path / "one", b"whole")
    assert [path.name for path in tmp_path.iterdir()] == ["one"]


def test_a_file_written_whole_is_on_the_disk_before_it_has_its_name(tmp_path):
    watched = FaultyFiles()
    write_whole(watched, tmp_path / "one", b"content")
    assert [name for name, _ in watched.log] == [
        "unlink",
        "create",
        "write",
        "fsync",
        "replace",
        "sync_folder",
    ]


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (errno.ENOSPC, DiskFull),
        (errno.EDQUOT, DiskFull),
        (errno.EROFS, ArchiveReadOnly),
        (errno.EIO, ArchiveError),
    ],
)
@pytest.mark.parametrize("fails", range(1, 7))
def test_a_file_is_written_whole_or_not_at_all(tmp_path, fails, number, kind):
    path = tmp_path / "one"
    write_whole(FILES, path, b"old")
    with pytest.raises(kind, match=str(path)) as caught:
        write_whole(FaultyFiles(number, fails=fails), path, b"new content")
    assert type(caught.value) is kind
    assert caught.value.hint
    # Once it has its name it is whole; that it may go in a power cut is what the error is for.
    assert FILES.read(path) == (b"new content" if fails == 6 else b"old")
    assert [one.name for one in tmp_path.iterdir()] == ["one"]


@pytest.mark.parametrize("operation", ["write", "fsync"])
def test_every_operation_on_an_open_file_names_it(tmp_path, operation):
    reading = os.open("/dev/full", os.O_RDONLY)
    file = FILES.create(tmp_path / "one")
    os.dup2(reading, file._number)
    os.close(reading)
    arguments = [b"x"] if operation == "write" else []
    with pytest.raises(OSError, match=r"one") as caught:
        getattr(file, operation)(*arguments)
    assert str(tmp_path / "one") in file_error(caught.value).args[0]
    file.close()
