"""``headrace check``: every single damage is found, none where there is none, and mended."""

import json
import os
import shutil
import sqlite3
import time
from collections import Counter
from contextlib import closing

import pytest
from tests import damage
from tests.e2e import processes

from headrace import app, settings
from headrace.errors import AccountLost
from headrace.model.job import Silent

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
def whole(safe):
    """Its digest."""
    where = ["--archive", safe]
    ran = processes.headrace("digest", "--json", *where, config=safe.parent, check=0)
    return json.loads(ran.stdout.splitlines()[-1])["digest"]


@pytest.fixture
def archive(safe, tmp_path):
    shutil.copytree(safe, tmp_path / "archive")
    return tmp_path / "archive"


@pytest.fixture
def config(safe):
    """The configuration with which the archive was made: it knows the way to its files."""
    return safe.parent


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


@pytest.fixture
def chosen(archive, world, config, monkeypatch):
    """The settings of a repair."""
    monkeypatch.setenv("HEADRACE_CONFIG", str(config))
    ready = world.ready
    given = {"server": ready["address"], "dc": ready["dc"], "public_key": ready["public_key"]}
    return settings.load({"archive": archive, "session": ready["session"], **given})


@pytest.fixture
def mended(chosen, archive, whole):
    """Repairs; then nothing is damaged, and everything is as it was."""

    async def run(said):
        found = await app.repair(chosen, None, Silent())
        assert not found.before.is_clean, said
        assert found.is_whole, (said, found)
        assert (await check(archive)).is_clean
        assert (await app.digest(chosen))["digest"] == whole, said

    return run


@pytest.mark.parametrize(
    "kind",
    [one for one in damage.KINDS if one is not damage.delete_row],
    ids=lambda kind: kind.__name__,
)
async def test_a_repair_undoes_what_was_done_to_files(archive, mended, kind):
    await mended(kind(damage.generator(1), archive))


@pytest.mark.parametrize("table", TABLES)
async def test_a_repair_brings_a_row_back(archive, mended, table):
    await mended(damage.delete_row(damage.generator(2), archive, table))


@pytest.mark.soak
@pytest.mark.timeout(7200)
async def test_a_hundred_damages_are_mended(archive, safe, mended):
    first, made = int(os.environ.get("SOAK_SEED", "9000")), Counter()
    for seed in range(first, first + 100):
        with damage.once(damage.generator(seed), archive, safe) as (name, said):
            await mended(f"seed {seed}: {said}")
        made[name] += 1
    print(f"\n{made.total()} damages mended, seeds {first} to {first + 99}:", dict(made))


def test_the_command_says_what_it_did(archive, world, config):
    damage.delete_file(damage.generator(1), archive)
    assert command(archive, world, config)[0] == 10
    code, said = command(archive, world, config, "--repair")
    assert (code, said["whole"], len(said["before"]["findings"])) == (11, True, 1)
    code, said = command(archive, world, config, "--repair")
    assert (code, said["clean"]) == (0, True)


@pytest.fixture
def faults(world):
    yield lambda rule: world.ask("/faults", rule)
    world.ask("/faults", method="DELETE")


async def test_a_repair_that_fails_half_way_leaves_the_damaged_copy(
    archive, chosen, mended, faults, world
):
    found = sorted((archive / "media").glob("??/*"), key=lambda one: one.stat().st_size)
    paths = found[-2:]
    for path in paths:
        with path.open("r+b") as file:
            file.write(b"damaged")
    action = {"type": "error", "code": 400, "message": "LOCATION_INVALID"}
    faults({"method": "upload.getFile", "nth": 2, "count": None, "action": action})
    repaired = await app.repair(chosen, None, Silent())
    assert not repaired.is_whole
    assert len(repaired.problems) == 1
    kept = [path for path in paths if path.read_bytes().startswith(b"damaged")]
    assert len(kept) == 1
    (left,) = (await check(archive)).findings
    assert (left.kind, left.sha256) == ("file", kept[0].stem)
    world.ask("/faults", method="DELETE")
    await mended("the same file once more")


async def test_a_reading_that_fails_costs_no_row(archive, chosen, mended, faults, world):
    with closing(sqlite3.connect(archive / "archive.db", isolation_level=None)) as connection:
        ids = "SELECT id FROM messages WHERE chat_id = -1003000000002"
        lost = [one for (one,) in connection.execute(ids)][100:3000:700]
        marks = ",".join("?" * len(lost))
        connection.execute(
            f"DELETE FROM messages WHERE chat_id = -1003000000002 AND id IN ({marks})", lost
        )
        left = connection.execute(ids).fetchall()
    action = {"type": "error", "code": 401, "message": "SESSION_REVOKED"}
    faults({"method": "messages.getHistory", "nth": 6, "count": None, "action": action})
    with pytest.raises(AccountLost):
        await app.repair(chosen, None, Silent())
    with closing(sqlite3.connect(archive / "archive.db")) as connection:
        assert set(left) <= set(connection.execute(ids))
    assert not (await check(archive)).is_clean
    assert not (await app.status(chosen, "@millracetalk"))["complete"]
    world.ask("/faults", method="DELETE")
    await mended("the same range once more")


async def test_what_nobody_has_any_more_is_told_once(archive, chosen, world, config):
    with closing(sqlite3.connect(archive / "archive.db", isolation_level=None)) as connection:
        row = "INSERT INTO counts VALUES (-1003000000001, 1, 'views', 1700000000, 7)"
        connection.execute(row)
        where = ["--archive", archive, *world.options()]
        processes.headrace("import", "@millrace", *where, config=config, check=0)
        assert (await check(archive)).is_clean
        connection.execute("DELETE FROM counts WHERE value = 7")
    (lost,) = (await check(archive)).findings
    assert (lost.kind, lost.where) == ("rows", "counts")
    repaired = await app.repair(chosen, None, Silent())
    assert repaired.gone == ("1 of 1 rows of counts",)
    assert not repaired.is_whole
    assert (await check(archive)).is_clean
