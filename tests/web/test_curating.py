"""What people hide, erase and lay out stays so, whatever is synced and imported afterwards."""

import pytest
from tests.crash.importing import loaded
from tests.web import serving

from headrace import app
from tgsandbox.server import serve

NAME = "tinymill"
PLACE = {"channel_id": NAME}


@pytest.fixture
async def mill(tmp_path):
    """A site over an archive of the tiny world, and its settings."""
    async with serve("tiny") as sandbox:
        given = loaded(sandbox, tmp_path)
        async with serving.site(given) as site:
            await run(site)
            yield site, given


async def run(site, kind="import", **more):
    """Import, or bring what is new, and look at every post again."""
    job = await site.begin(f"@{NAME}", kind=kind, refresh="all", media="none", **more)
    await site.ended(job["id"])


async def ids(site):
    query = PLACE | {"limit": 200, "include_system_messages": True}
    return [one["telegram_id"] for one in await site.get("/api/posts", params=query)]


async def remove(site, number, **more):
    return await site.client.delete("/api/posts", params=PLACE | {"telegram_id": number, **more})


async def state(site, number):
    query = PLACE | {"telegram_id": number}
    return (await site.get("/api/posts/check", params=query))["state"]


async def test_what_is_hidden_or_erased_comes_back_with_no_sync_and_no_import(mill):
    site, _ = mill
    every = await ids(site)
    first, second, third = every[:3]
    assert (await remove(site, first)).json() == {"hidden": [first], "purged": False}
    assert (await remove(site, second, purge=1)).json() == {"hidden": [second], "purged": True}
    for kind in ("sync", "import"):
        await run(site, kind)
        assert await ids(site) == every[2:]
        assert [await state(site, one) for one in (first, second, third)] == [
            "hidden", "erased", "stored",
        ]  # fmt: skip
        await site.get(f"/api/posts/{NAME}/{second}", 404)
    # Only what was hidden can be shown again.
    shown = [await site.post(f"/api/posts/{NAME}/{one}/show") for one in (first, second)]
    assert shown == [{"hidden": [], "purged": False}, {"hidden": [second], "purged": True}]
    assert await ids(site) == [first, *every[2:]]


async def test_a_hidden_channel_is_shown_by_an_import_and_by_no_sync(mill):
    site, _ = mill
    every = await ids(site)
    await site.client.delete(f"/api/channels/{NAME}")
    await site.get("/api/posts", 404, params=PLACE)
    await run(site, "sync")
    await site.get("/api/posts", 404, params=PLACE)
    assert NAME not in {one["username"] for one in await site.get("/api/channels")}
    await run(site)
    assert await ids(site) == every
    await site.client.delete("/api/channels", params=PLACE | {"purge": 1})
    await site.get("/api/posts", 404, params=PLACE)
    await run(site)
    assert await ids(site) == every


async def test_posted_messages_stand_outside_the_ledger_and_the_check(mill):
    site, given = mill
    chat = await site.get(f"/api/channels/{NAME}")
    store = site.guard.app.state.store
    number = int(chat["channel_id"])
    before = [one.is_whole for one in await store.verify_ledger(number)]
    body = PLACE | {"telegram_id": 70_001, "date": 1_700_000_000, "message": "own words"}
    for status in ("new", "same"):
        told = await site.post("/api/posts", [body, body])
        assert [one["status"] for one in told] == [status] * 2
    (post,) = await site.get(f"/api/posts/{NAME}/70001")
    assert (post["source"], post["message"]) == ("api", "own words")
    await run(site, "sync")
    await run(site)
    assert 70_001 in await ids(site)
    assert [one.is_whole for one in await store.verify_ledger(number)] == before == [True]
    audit = await app.check(given, None)
    assert audit.findings == ()


async def test_a_layout_that_a_person_made_stays_over_an_import(mill):
    site, _ = mill
    posts = await site.get("/api/posts", params=PLACE | {"limit": 200})
    grouped = next(one["grouped_id"] for one in posts if one["grouped_id"])
    ours = await site.get(f"/api/layouts/{grouped}")
    tiles = list(reversed(ours["tiles"]))
    answer = await site.client.put(f"/api/layouts/{grouped}", json=ours | {"tiles": tiles})
    mine = answer.json()
    assert (mine["tiles"], mine["edited_by_user"]) == (tiles, True)
    await run(site, "sync")
    await run(site)
    assert await site.get(f"/api/layouts/{grouped}") == mine
