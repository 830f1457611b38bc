"""``headrace check``: every single damage is found, none where there is none, and mended."""

import json
import os
import shutil
import time
from collections import Counter

import pytest
from tests import damage
from tests.e2e import processes

from headrace import app, settings

CHATS = ("@millrace", "@millracetalk")
#: Of the kinds of damage that a repair is to undo, in files and in rows.
TABLES = (
    "albums", "chats", "coverage", "files", "message_files", "messages", "peer_files", "peers",
    "thumbnails",
)  # fmt: skip


@pytest.fixture(scope="module")
def world():
    with processes.sandbox("reference") as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def safe(world, tmp_path_factory):
    """An archive with everything in it, which nobody touches."""
    folder = tmp_path_factory.mktemp("safe")
    where = ["--archive", folder / "archive"]
    for chat in CHATS:
        for command in ("import", "media"):
            options = [*where, "--pace", "fast"] if command == "import" else where
            processes.headrace(command, chat, *options, *world.options(), config=folder, check=0)
    return folder / "archive"


@pytest.fixture(scope="module")
def whole(safe, tmp_path_factory):
    """Its digest."""
    return digest(safe, tmp_path_factory.mktemp("config"))


@pytest.fixture
def archive(safe, tmp_path):
    shutil.copytree(safe, tmp_path / "archive")
    return tmp_path / "archive"


@pytest.fixture
def config(safe):
    """The configuration with which the archive was made: it knows the way to its files."""
    return safe.parent


def digest(archive, config):
    ran = processes.headrace("digest", "--json", "--archive", archive, config=config, check=0)
    return json.loads(ran.stdout.splitlines()[-1])["digest"]


async def check(archive):
    return await app.check(settings.load({"archive": archive}), None)


def command(archive, world, config, *more, check=None):
    """``check`` as a process; its exit code and what it prints as JSON."""
    ran = processes.headrace(
        "check", "--json", "--archive", archive, *more, *world.options(), config=config, check=check
    )
    return ran.returncode, json.loads(ran.stdout.splitlines()[-1])


async def find(archive, safe, seeds, kind=None):
    """The damages of the seeds, those that were not found apart."""
    made, missed = Counter(), []
    for seed in seeds:
        with damage.once(damage.generator(seed), archive, safe, kind) as (name, said):
            found = await check(archive)
        made[name] += 1
        if found.is_clean:
            missed.append(f"seed {seed}: {said}")
    return made, missed


async def test_what_is_whole_gives_no_alarm(safe, tmp_path, world):
    found = await check(safe)
    assert found.findings == ()
    assert found.notes == ()
    assert found.looked_at["messages"] == 5501
    assert found.looked_at["files"] == 201
    code, said = command(safe, world, tmp_path)
    assert (code, said["clean"]) == (0, True)


@pytest.mark.parametrize("kind", damage.KINDS, ids=lambda kind: kind.__name__)
async def test_a_damage_of_each_kind_is_found(archive, safe, kind):
    _, missed = await find(archive, safe, range(2), kind)
    assert missed == []
    assert (await check(archive)).is_clean


@pytest.mark.soak
@pytest.mark.timeout(7200)
async def test_five_hundred_damages_are_found(archive, safe):
    first, began = int(os.environ.get("SOAK_SEED", "7000")), time.monotonic()
    made, missed, alarms = Counter(), [], 0
    for seed in range(first, first + 500):
        some, lost = await find(archive, safe, [seed])
        made, missed = made + some, missed + lost
        if seed % 20 == 0:
            alarms += not (await check(archive)).is_clean
    minutes = (time.monotonic() - began) / 60
    print(
        f"\n{made.total() - len(missed)} of {made.total()} damages found, {alarms} false alarms "
        f"in 25 checks of the whole archive, seeds {first} to {first + 499}, {minutes:.0f} minutes"
    )
    print("damages:", dict(made))
    assert missed == []
    assert alarms == 0


@pytest.mark.parametrize(
    "kind",
    [one for one in damage.KINDS if one is not damage.delete_row],
    ids=lambda kind: kind.__name__,
)
def test_a_repair_undoes_what_was_done_to_files(archive, world, whole, config, kind):
    kind(damage.generator(1), archive)
    assert command(archive, world, config)[0] == 10
    code, said = command(archive, world, config, "--repair")
    assert (code, said["whole"]) == (11, True), said
    assert command(archive, world, config)[0] == 0
    assert digest(archive, config) == whole


@pytest.mark.parametrize("table", TABLES)
def test_a_repair_brings_a_row_back(archive, world, whole, config, table):
    said = damage.delete_row(damage.generator(2), archive, table)
    code, found = command(archive, world, config)
    assert code == 10, said
    code, found = command(archive, world, config, "--repair")
    assert (code, found["whole"]) == (11, True), (said, found)
    assert command(archive, world, config)[0] == 0
    assert digest(archive, config) == whole, said
