"""Data centres against the sandbox: the login is carried over once, and kept."""

import pytest
from tests.telegram.fetching import Memory, fetching

from headrace import errors
from headrace.telegram.session import load_session

EXPORT, IMPORT, FILE = "auth.exportAuthorization", "auth.importAuthorization", "upload.getFile"
WORLD, NAME = "files:40x20k,1x3m", "millstore"


def scatter(server, wishes):
    """Spread files over four data centres; one in five stays at home."""
    away = server.world.locations.away
    for number, wish in enumerate(wishes):
        if number % 5:
            away[wish.key] = (1, 3, 4, 5)[number % 5 - 1]


@pytest.fixture
def sessions():
    """What was handed over to be saved."""
    return []


async def test_each_centre_lets_the_account_in_once(sandbox, tmp_path, sessions):
    async with sandbox(WORLD, dcs=5) as server:
        async with fetching(server, tmp_path, keep=sessions.append) as it:
            wishes = await it.wishes(NAME)
            scatter(server, wishes)
            assert it.wrong(await it.fetch(wishes)) == {}
            assert it.requests(EXPORT) == it.requests(IMPORT) == 4
        assert set(sessions[-1].centres) == {1, 2, 3, 4, 5}
        assert len({centre.key for centre in sessions[-1].centres.values()}) == 5
        async with fetching(server, tmp_path, session=sessions[-1]) as it:
            assert it.wrong(await it.fetch(wishes)) == {}
            assert it.requests(EXPORT) == 0


async def test_a_file_is_followed_and_its_place_remembered(sandbox, tmp_path):
    async with sandbox(WORLD, dcs=2) as server, fetching(server, tmp_path) as it:
        wishes = await it.wishes(NAME)
        large = max(wishes, key=lambda wish: wish.size)
        server.world.locations.away[large.key] = 1
        assert it.wrong(await it.fetch([large])) == {}
        migrated = server.report()["errors"]["FILE_MIGRATE_1"]
        assert migrated >= 1
        assert it.wrong(await it.fetch([large])) == {}
        assert server.report()["errors"]["FILE_MIGRATE_1"] == migrated


async def test_a_message_may_name_the_centre_itself(sandbox, tmp_path):
    async with sandbox("tiny", dcs=5) as server, fetching(server, tmp_path) as it:
        wishes = [wish for wish in await it.wishes("tinymill") if wish.key == "document/8011"]
        assert it.wrong(await it.fetch(wishes)) == {}
        assert it.requests(EXPORT) == 1
        assert not server.report()["errors"]


async def test_a_key_that_is_not_let_in_any_more_is_replaced(sandbox, tmp_path, sessions):
    async with sandbox(WORLD, dcs=2) as server:
        async with fetching(server, tmp_path, keep=sessions.append) as it:
            wishes = await it.wishes(NAME)
            for wish in wishes:
                server.world.locations.away[wish.key] = 1
            assert it.wrong(await it.fetch(wishes)) == {}
        (key,) = [key for (dc, _), key in server.telegram.keys.items() if dc == 1]
        key.login = None
        async with fetching(server, tmp_path, session=sessions[-1], keep=sessions.append) as it:
            assert it.wrong(await it.fetch(wishes)) == {}
            assert it.requests(EXPORT) == 1
        for known in [known for known in server.telegram.keys if known[0] == 1]:
            del server.telegram.keys[known]
        async with fetching(server, tmp_path, session=sessions[-1]) as it:
            assert it.wrong(await it.fetch(wishes)) == {}
            assert it.requests(EXPORT) == 1


async def test_a_centre_that_lets_nobody_in_fails_its_files_alone(sandbox, tmp_path):
    refuse = {"type": "error", "code": 400, "message": "AUTH_BYTES_INVALID"}
    fault = {"method": IMPORT, "action": refuse, "count": None}
    async with sandbox(WORLD, dcs=2, faults=fault) as server, fetching(server, tmp_path) as it:
        wishes = await it.wishes(NAME)
        server.world.locations.away[wishes[0].key] = 1
        found = await it.fetch(wishes)
        (failed,) = [one for one in found.values() if not isinstance(one, Memory)]
        assert isinstance(failed, errors.FileFailed)
        assert failed.reason == "data_centre"
        assert it.requests(EXPORT) == 3


async def test_an_import_whose_answer_is_lost_is_made_good(sandbox, tmp_path):
    fault = {"method": IMPORT, "action": "lose_reply"}
    async with sandbox(WORLD, dcs=2, faults=fault) as server, fetching(server, tmp_path) as it:
        wishes = await it.wishes(NAME)
        server.world.locations.away[wishes[0].key] = 1
        assert it.wrong(await it.fetch(wishes)) == {}


async def test_the_main_session_is_not_touched(sandbox, tmp_path, sessions):
    async with sandbox("tiny", dcs=5) as server:
        before = load_session(server.session_file)
        async with fetching(server, tmp_path, keep=sessions.append) as it:
            await it.fetch([w for w in await it.wishes("tinymill") if w.key == "document/8011"])
        assert sessions[-1].home_centre.key == before.home_centre.key
        assert "key=" not in repr(sessions[-1])
