"""``headrace check``: every single damage is found, none where there is none, and mended."""

import asyncio
import os
import shutil
import sqlite3
import time
from collections import Counter
from contextlib import closing

import psycopg
import pytest
from tests import damage
from tests.e2e import filled, processes
from tests.postgres import (  # noqa: F401 - fixtures
    empty_postgres_url,
    postgres_server,
    postgres_url,
)

from headrace import app, settings
from headrace.errors import AccountLost
from headrace.model.job import Silent

MILL, TALK = -1001000000101, -1001000000102
#: Of the kinds of damage that a repair is to undo, in files and in rows.
TABLES = (
    "albums", "chats", "coverage", "files", "findable", "found_config", "found_data",
    "found_docsize", "message_files", "messages", "months", "peer_files", "peers", "thumbnails",
)  # fmt: skip
#: What follows from nothing, and nobody has any more.
GONE = ("counts", "hidden", "message_versions")
large = pytest.mark.parametrize("name", ["reference"], indirect=True)


@pytest.fixture(scope="module")
def name(request):
    """The world: a small one, if no test says otherwise."""
    return getattr(request, "param", "tiny")


@pytest.fixture(scope="module")
def world(name):
    with processes.sandbox(name) as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def chosen(world, tmp_path_factory):
    """The settings of an archive: one account for all, which knows the way to the files."""
    config, ready = tmp_path_factory.mktemp("config"), world.ready
    given = {"server": ready["address"], "dc": ready["dc"], "public_key": ready["public_key"]}
    given |= {"config": config, "session": ready["session"], "pace": "fast"}
    return lambda archive, **more: settings.load({"archive": archive, **given, **more})


@pytest.fixture(scope="module")
def safe(chosen, world, name, tmp_path_factory):
    """An archive with everything in it, which nobody touches."""
    archive = tmp_path_factory.mktemp("safe") / "archive"
    asyncio.run(filled.fill(chosen(archive), world, name))
    return archive


@pytest.fixture(scope="module")
def whole(safe, chosen):
    """Its digest."""
    return asyncio.run(app.digest(chosen(safe)))["digest"]


@pytest.fixture
def archive(safe, tmp_path):
    shutil.copytree(safe, tmp_path / "archive")
    return tmp_path / "archive"


async def check(archive):
    return await app.check(settings.load({"archive": archive}), None)


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


async def test_what_is_whole_gives_no_alarm(safe):
    found = await check(safe)
    assert found.findings == ()
    # One file of this world is cut off however often it is asked for.
    assert found.notes == ("files in the making: 1 (headrace media goes on)",)
    assert found.looked_at["messages"] == 52
    assert found.looked_at["files"] == 16
    assert found.looked_at["thumbnails"] == 10


@pytest.mark.parametrize("name", filled.WORLDS, indirect=True)
async def test_a_lost_row_of_every_table_is_found(archive, safe, name):
    assert (await check(archive)).findings == ()
    with closing(sqlite3.connect(archive / "archive.db")) as connection:
        tables = damage.tables(connection)
    assert set(tables) >= filled.HELD[name]
    missed = []
    for table in tables:
        with damage.once(damage.generator(3), archive, safe, damage.of_table(table)) as (_, said):
            found = await check(archive)
        missed += [said] if found.is_clean else []
    assert missed == []


@pytest.mark.parametrize("kind", damage.KINDS, ids=lambda kind: kind.__name__)
async def test_a_damage_of_each_kind_is_found(archive, safe, kind):
    _, missed = await find(archive, safe, [1], kind)
    assert missed == []
    assert (await check(archive)).is_clean


@pytest.mark.parametrize("name", ["reference", "comments"], indirect=True)
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
def mended(chosen, archive, whole):
    """Repairs; then nothing is damaged, and all is as it was, or told as ``gone``."""
    of = chosen(archive)

    async def run(said, *, may_be_gone=False):
        found = await app.repair(of, None, Silent())
        assert not found.before.is_clean, said
        assert found.is_whole or (may_be_gone and found.gone and not found.problems), (said, found)
        assert (await check(archive)).is_clean
        assert found.gone or (await app.digest(of))["digest"] == whole, said

    return run


@pytest.mark.parametrize(
    "kind", [damage.delete_file, damage.swap, damage.miscount], ids=lambda kind: kind.__name__
)
async def test_a_repair_undoes_what_was_done_to_files(archive, mended, kind):
    await mended(kind(damage.generator(1), archive))


@pytest.mark.parametrize("table", TABLES)
async def test_a_repair_brings_a_row_back(archive, mended, table):
    await mended(damage.delete_row(damage.generator(3), archive, table))


async def test_an_index_of_words_without_its_beginning_is_made_anew(archive, mended):
    with closing(sqlite3.connect(archive / "archive.db", isolation_level=None)) as connection:
        assert connection.execute("DELETE FROM found_data WHERE id = 10").rowcount == 1
    await mended("the beginning of the index")


@pytest.mark.parametrize("table", GONE)
async def test_what_nobody_has_any_more_is_told_once(archive, chosen, table):
    damage.delete_row(damage.generator(3), archive, table)
    assert ("rows", table) in {(one.kind, one.where) for one in (await check(archive)).findings}
    repaired = await app.repair(chosen(archive), None, Silent())
    (gone,) = repaired.gone
    assert gone.startswith("1 of ")
    assert gone.endswith(f" rows of {table}")
    assert not repaired.is_whole
    assert (await check(archive)).is_clean


@large
@pytest.mark.soak
@pytest.mark.timeout(7200)
async def test_a_hundred_damages_are_mended(archive, safe, mended):
    first, made = int(os.environ.get("SOAK_SEED", "9000")), Counter()
    for seed in range(first, first + 100):
        with damage.once(damage.generator(seed), archive, safe) as (name, said):
            await mended(f"seed {seed}: {said}", may_be_gone=True)
        made[name] += 1
    print(f"\n{made.total()} damages mended, seeds {first} to {first + 99}:", dict(made))


def test_the_command_says_what_it_did(archive, chosen, world, headrace):
    of = ["check", "--json", *world.options()]
    damage.delete_file(damage.generator(1), archive)
    assert headrace(*of).code == 10
    ran = headrace(*of, "--repair")
    said = ran.json
    assert (ran.code, said["whole"], len(said["before"]["findings"])) == (11, True, 1)
    ran = headrace(*of, "--repair")
    assert (ran.code, ran.json["clean"]) == (0, True)


@pytest.mark.postgres
async def test_a_repair_on_postgres(chosen, tmp_path, postgres_url):  # noqa: F811
    of = chosen(tmp_path / "archive", database=postgres_url)
    await filled.bring(of, "tiny")
    whole = (await app.digest(of))["digest"]
    assert (await app.check(of, None)).findings == ()
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("DELETE FROM messages WHERE id = 3")
    damage.flip(damage.generator(1), tmp_path / "archive")
    repaired = await app.repair(of, None, Silent())
    assert {"ledger", "rows", "file"} <= {one.kind for one in repaired.before.findings}
    assert repaired.is_whole
    assert (await app.digest(of))["digest"] == whole


@pytest.fixture
def faults(world):
    yield lambda rule: world.ask("/faults", rule)
    world.ask("/faults", method="DELETE")


async def test_a_repair_that_fails_half_way_leaves_the_damaged_copy(
    archive, chosen, mended, faults, world
):
    found = sorted((archive / "media").glob("??/*"), key=lambda one: one.stat().st_size)
    paths = found[:2]
    for path in paths:
        with path.open("r+b") as file:
            file.write(b"damaged")
    action = {"type": "error", "code": 400, "message": "LOCATION_INVALID"}
    faults({"method": "upload.getFile", "nth": 2, "count": None, "action": action})
    repaired = await app.repair(chosen(archive), None, Silent())
    assert not repaired.is_whole
    assert len(repaired.problems) == 1
    kept = [path for path in paths if path.read_bytes().startswith(b"damaged")]
    assert len(kept) == 1
    (left,) = (await check(archive)).findings
    assert (left.kind, left.sha256) == ("file", kept[0].stem)
    world.ask("/faults", method="DELETE")
    await mended("the same file once more")


async def test_a_reading_that_fails_costs_no_row(archive, chosen, mended, faults, world):
    ids = f"SELECT id FROM messages WHERE chat_id = {TALK}"
    with closing(sqlite3.connect(archive / "archive.db", isolation_level=None)) as connection:
        connection.execute(f"DELETE FROM messages WHERE chat_id = {TALK} AND id IN (3, 8, 21)")
        left = connection.execute(ids).fetchall()
    action = {"type": "error", "code": 401, "message": "SESSION_REVOKED"}
    faults({"method": "messages.getHistory", "nth": 2, "count": None, "action": action})
    with pytest.raises(AccountLost):
        await app.repair(chosen(archive), None, Silent())
    with closing(sqlite3.connect(archive / "archive.db")) as connection:
        assert set(left) <= set(connection.execute(ids))
    assert not (await check(archive)).is_clean
    assert not (await app.status(chosen(archive), "@tinymilltalk"))["complete"]
    world.ask("/faults", method="DELETE")
    await mended("the same range once more")
