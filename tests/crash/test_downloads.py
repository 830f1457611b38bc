"""Downloads that are killed or whose disk fails, and the same command again."""

import asyncio
import errno
import json
import os
import random
import shutil
import signal
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tests import downloading
from tests.crash import importing
from tests.disk import FaultyFiles
from tests.downloading import bring_files, check_whole, kept_parts, sent_parts
from tests.e2e import processes

from headrace import settings
from headrace.errors import ArchiveError
from headrace.telegram.parts import BLOCK
from headrace.telegram.senders import LARGEST_WINDOW

REF = "@millstore"
#: Two files of many parts each; the rate lets some of them be on the way at any time.
WORLD = ("files:10x60k,2x12m", "--set", "rtt_ms=5", "--set", "connection_bytes_per_s=8000000")
#: Half of the kills fall between two operations on the disk: into the database or the network.
LATEST_S = 0.03
#: Parts of one file that may be on the way at once over one connection.
IN_FLIGHT = LARGEST_WINDOW // BLOCK


@dataclass
class Scene:
    """A chat whose files lack, and what an undisturbed run makes of it."""

    sandbox: processes.Sandbox
    base: Path
    operations: int = 0
    digest: object = None
    #: The content of each file, and (key, offset) of its parts.
    stored: dict = field(default_factory=dict)
    parts: Counter = field(default_factory=Counter)

    def copied(self, folder):
        shutil.copytree(self.base, folder)
        self.sandbox.ask("/reset-counters", {})
        return folder

    def settings(self, folder):
        ready = self.sandbox.ready
        given = {name: ready[name] for name in ("dc", "public_key", "session")}
        given |= {"server": ready["address"], "config": str(folder / "config")}
        return given | {"archive": str(folder / "archive")}

    def loaded(self, folder):
        return settings.load(self.settings(folder))

    def fetch(self, folder, point=0, later_s=0.0):
        """The command in a process of its own; how it ended, and what it printed."""
        job = {"settings": self.settings(folder), "ref": REF, "point": point, "later_s": later_s}
        ran = processes.Process("tests.crash.fetching_process:main", [json.dumps(job)])
        out, err = ran.said(100)
        assert ran.returncode in (0, -signal.SIGKILL), err
        return ran.returncode, out

    def sent(self):
        return sent_parts(self.sandbox.ask("/parts"))

    def connections(self):
        """How many have carried parts."""
        return len(self.sandbox.ask("/counters")["files"]["bytes_by_connection"])

    def measure(self, folder):
        self.copied(folder)
        _, printed = self.fetch(folder)
        self.operations = int(printed)
        self.digest = asyncio.run(importing.digest(self.loaded(folder)))
        rows = downloading.rows(folder / "archive", "SELECT key, sha256 FROM files")
        self.stored = {key: {sha256} for key, sha256 in rows}
        self.parts = self.sent()
        assert set(self.parts.values()) == {1}
        for key, size_type, sha256 in self._served():
            assert self.stored[key] == {sha256}, size_type

    def _served(self):
        for one in {(part["file"], part["size_type"]) for part in self.sandbox.ask("/parts")}:
            file, size_type = one
            asked = f"/files?key={file}" + (f"&size_type={size_type}" if size_type else "")
            yield file, size_type, self.sandbox.ask(asked)["sha256"]

    def check(self, folder):
        """The archive is that of an undisturbed run, and nothing is left over."""
        archive = folder / "archive"
        assert asyncio.run(importing.digest(self.loaded(folder))) == self.digest
        assert check_whole(archive, self.stored.get) == set(self.stored)
        assert len(list((archive / "media").glob("??/*"))) == len(
            set(map(str, self.stored.values()))
        )


@pytest.fixture(scope="module")
def scene(tmp_path_factory):
    folder = tmp_path_factory.mktemp("scene")
    with processes.sandbox(*WORLD) as sandbox:
        made = Scene(sandbox, folder / "base")
        asyncio.run(downloading.bring_text(made.loaded(made.base), REF))
        made.measure(folder / "undisturbed")
        yield made


@dataclass
class Counts:
    """What a number of kills came to."""

    archives: int = 0
    kills: int = 0
    #: Parts that were sent twice; the most of one file after one kill.
    again: int = 0
    most: int = 0
    #: The same for each connection that any killed run had.
    each: float = 0

    def killed(self, scene, folder, chance):
        """Run once, up to a kill at a random point."""
        later_s = chance.choice([0.0, chance.uniform(0, LATEST_S)])
        ended, _ = scene.fetch(folder, chance.randrange(1, scene.operations + 1), later_s)
        self.kills += ended != 0

    def resumed(self, before, held, after, connections):
        """What was fetched once more may only be what was on its way when the process ended."""
        again = [part for part in after if part in before and after[part] > before[part]]
        assert not held.intersection(again)
        self.again += len(again)
        of_files = Counter(key for key, _ in again)
        most = max(of_files.values(), default=0)
        assert most <= IN_FLIGHT * connections
        self.most = max(self.most, most)
        self.each = max(self.each, most / (connections or 1))


def held(scene, folder):
    """(key, offset) of all that is on the disk and not to be fetched again.

    Parts, and files under their final names; one of a single part may come again when no row
    speaks of it yet.
    """
    archive = folder / "archive"
    found = {(key, offset) for key, offset, _ in kept_parts(archive)}
    states = downloading.states(archive)
    for key, (sha256,) in scene.stored.items():
        parts = {part for part in scene.parts if part[0] == key}
        is_there = list((archive / "media").glob(f"??/{sha256}.*"))
        if states[key] == ("stored", "") or (is_there and len(parts) > 1):
            found |= parts
    return found


def kill_and_resume(scene, chance, folder, counts):
    """Up to three kills, then to the end: the same archive, and hardly a part fetched twice."""
    scene.copied(folder)
    before, there, opened = Counter(), set(), 0
    for _ in range(chance.randrange(1, 4)):
        counts.killed(scene, folder, chance)
        after = scene.sent()
        counts.resumed(before, there, after, opened)
        before, there, opened = after, held(scene, folder), scene.connections()
        check_whole(folder / "archive", scene.stored.get)
    assert scene.fetch(folder)[0] == 0
    counts.resumed(before, there, scene.sent(), opened)
    scene.check(folder)
    counts.archives += 1
    shutil.rmtree(folder)


@pytest.mark.parametrize("seed", range(3))
def test_killed_downloads_run_on(scene, tmp_path, seed):
    kill_and_resume(scene, random.Random(seed), tmp_path / "killed", Counts())


@pytest.mark.soak
def test_sixty_kills_of_downloads(scene, tmp_path):
    counts = Counts()
    seed = first = int(os.environ.get("SOAK_SEED", "4000"))
    while counts.kills < 60:
        kill_and_resume(scene, random.Random(seed), tmp_path / str(seed), counts)
        seed += 1
    print(
        f"\n{counts.kills} kills in {counts.archives} archives, seeds {first} to {seed - 1}: all "
        f"ran on to the same digest; {counts.again} parts were fetched twice, at most "
        f"{counts.most} of one file after a kill ({counts.each:.2f} a connection), nothing that "
        "was on the disk"
    )


async def fail_and_resume(scene, chance, folder, number):
    """One operation fails, or all from there on; the kind of what was raised."""
    chosen = scene.loaded(scene.copied(folder))
    point, lasting = chance.randrange(1, scene.operations + 1), chance.random() < 0.5
    files = FaultyFiles(number, fails=point, lasting=lasting)
    try:
        await bring_files(chosen, REF, files)
    except ArchiveError as error:
        told = f"{type(error).__name__}, exit {error.exit_code}"
    else:
        told = "nothing"
    check_whole(folder / "archive", scene.stored.get)
    before, there, connections = scene.sent(), held(scene, folder), scene.connections()
    assert (await bring_files(chosen, REF)).complete
    Counts().resumed(before, there, scene.sent(), connections)
    return told if files.failed else "not reached"


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO])
def test_downloads_run_on_after_a_disk_that_failed(scene, tmp_path, number):
    asyncio.run(fail_and_resume(scene, random.Random(number), tmp_path / "failed", number))
    scene.check(tmp_path / "failed")


@pytest.mark.soak
def test_twenty_failures_of_the_disk(scene, tmp_path):
    told = Counter()
    for seed in range(24):
        chance, folder = random.Random(seed), tmp_path / str(seed)
        number = chance.choice([errno.ENOSPC, errno.EIO])
        name = asyncio.run(fail_and_resume(scene, chance, folder, number))
        told[errno.errorcode[number], name] += 1
        scene.check(folder)
        shutil.rmtree(folder)
    print(f"\n{told.total()} disks that failed: {dict(told)}; all ran on to the same digest")
