"""Files of gigabytes: on the disk whole, and never in memory."""

import hashlib
import shutil
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import pytest
from tests import downloading
from tests.e2e import processes

from tgsandbox.worlds import open_world

REF = "@millstore"
FILES, SIZE = 2, 2_000_000_000
WORLD = f"files:{FILES}x2g,20x200k"
BLOCK = 1 << 20
MOST_MB = 250


def watched_until_over(process):
    """The most memory in MB that a process has had."""
    peak, status = 0, Path(f"/proc/{process.pid}/status")
    while process.poll() is None:
        with suppress(FileNotFoundError, ProcessLookupError):
            lines = status.read_text().splitlines()
            peak = max([peak, *(int(one.split()[1]) for one in lines if one.startswith("VmHWM"))])
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.2)
    return peak / 1e3


def digest(read, size):
    """Of what ``read(offset, size)`` gives."""
    hashed = hashlib.sha256()
    for offset in range(0, size, BLOCK):
        hashed.update(read(offset, min(BLOCK, size - offset)))
    return hashed.hexdigest()


@pytest.mark.soak
def test_files_of_two_gigabytes_stay_out_of_memory(tmp_path):
    archive, config = tmp_path / "archive", tmp_path / "config"
    assert shutil.disk_usage(tmp_path).free > 2 * FILES * SIZE
    with processes.sandbox(WORLD) as sandbox:
        options = ["--archive", archive, *sandbox.options()]
        processes.headrace("import", REF, "--media", "none", *options, config=config, check=0)
        began = time.monotonic()
        process = processes.start("media", REF, "--media", "all", *options, config=config)
        peak = watched_until_over(process)
        seconds = time.monotonic() - began
    assert process.returncode == 0
    rows = downloading.rows(archive, "SELECT key, size, sha256, state FROM files")
    assert {state for *_, state in rows} == {"stored"}
    world = open_world(WORLD, 1)
    found = {key: sha256 for key, size, sha256, _ in rows if size == SIZE}
    assert found == {key: digest(world.file(key, "").read, SIZE) for key in found}
    assert len(found) == FILES
    of_key = {key: sha256 for key, _, sha256, _ in rows}
    downloading.check_whole(archive, lambda key: {of_key[key]})
    shutil.rmtree(archive)
    rate = FILES * SIZE / seconds / 1e6
    print(f"\n{FILES} files of 2 GB among {len(rows)}: {peak:.0f} MB at most, {rate:.0f} MB/s")
    assert 0 < peak < MOST_MB
