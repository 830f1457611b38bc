"""What programs and people change over the API: posted, hidden, erased, laid out anew."""

import pytest
from tests.talking import CHANNEL, GROUP
from tests.web.reading import imported, site_of
from tests.web.test_posts import walk


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    return imported("comments", "@millyard", tmp_path_factory.mktemp("comments"))


@pytest.fixture
async def site(archive, tmp_path):
    async with site_of(archive, tmp_path / "copy") as site:
        yield site


async def test_posting_is_idempotent_and_comes_back_as_it_went(site):
    body = {
        "telegram_id": "70001",
        "channel_id": str(CHANNEL),
        "date": "2024-01-31T10:00:00Z",
        "message": "Posted <b>here</b>",
        "author_name": "Ada",
        "author_link": "https://t.me/ada",
        "author_avatar": "javascript:alert(1)",
        "media_url": "/media/photo.jpg",
        "media_type": "photo",
        "repost_author_name": "Bo",
        "reactions": [{"emoji": "👍", "count": 3}],
        "reply_to": 2,
    }
    told = {"telegram_id": 70001, "channel_id": str(CHANNEL)}
    assert await site.post("/api/posts", body) == told | {"status": "new"}
    assert await site.post("/api/posts", [body]) == [told | {"status": "same"}]
    changed = body | {"message": "Changed"}
    assert await site.post("/api/posts", [body, changed]) == [told | {"status": "changed"}] * 2
    await site.post("/api/posts", body)
    (found,) = await site.get("/api/posts/millyard/70001")
    expected = body | {
        "telegram_id": 70001,
        "date": "2024-01-31T10:00:00Z",
        "author_avatar": None,
        "reactions": [{"type": "emoji", "count": 3, "emoji": "👍", "document_id": None}],
    }
    assert {name: found[name] for name in expected} == expected
    assert found["source"] == "api"
    assert found["html"] == "Posted &lt;b&gt;here&lt;/b&gt;"
    assert await site.post("/api/posts", body | {"telegram_id": 2}) == {
        "telegram_id": 2, "channel_id": str(CHANNEL), "status": "kept",
    }  # fmt: skip
    await site.post("/api/posts", body | {"channel_id": "nobody"}, 404)
    await site.post("/api/posts", body | {"telegram_id": 0}, 422)
    assert await site.post("/api/posts", []) == []


async def test_of_one_and_of_a_list_is_said_what_does_not_fit(site):
    body = {"telegram_id": 70001, "channel_id": CHANNEL, "date": 1.0}
    assert (await site.post("/api/posts", body))["status"] == "new"
    for wrong, said in (
        ({"date": "soon"}, "date does not fit: it has to be a time in ISO 8601, or Unix seconds."),
        ({"telegram_id": True}, "telegram_id does not fit: it has to be a whole number."),
        ({"telegram_id": "0"}, "telegram_id does not fit: it has to lie between 1 and 2147483647."),
        ({"author_name": 5}, "author_name does not fit: Input should be a valid string."),
    ):
        assert (await site.post("/api/posts", body | wrong, 422))["message"] == said
        told = await site.post("/api/posts", [body, body | wrong], 422)
        assert told["message"] == f"1.{said}"
    told = await site.post("/api/posts", "x", 422)
    assert told["message"].startswith("the body does not fit: Input should be a valid dictionary")


async def test_posting_and_removing_channels(site):
    body = {"channel_id": "4242", "title": "New", "username": "@new_one"}
    made = await site.post("/api/channels", body)
    assert (made["channel_id"], made["status"]) == ("-1000000004242", "new")
    again = await site.post("/api/channels", [body, {"channel_id": CHANNEL, "title": "No"}])
    assert [one["status"] for one in again] == ["known", "known"]
    assert again[1]["title"] != "No"
    post = {"telegram_id": 1, "channel_id": "new_one", "date": 1_700_000_000, "message": "hi"}
    await site.post("/api/posts", post)
    await site.delete("/api/channels/new_one")
    await site.get("/api/channels/new_one", 404)
    await site.post("/api/channels", body)
    assert (await site.get("/api/posts", channel_id="new_one"))[0]["message"] == "hi"
    assert await site.delete("/api/channels", channel_id="new_one", purge=1) == {
        "hidden": [], "purged": True,
    }  # fmt: skip
    await site.get("/api/channels/new_one", 404)
    await site.delete("/api/channels/millyard", purge=1)
    assert await site.store.message(CHANNEL, 2) is None
    assert await site.store.message(GROUP, 2) is None


async def test_while_an_import_runs_posts_have_to_wait(site):
    lease = await site.store.acquire(f"chat:{CHANNEL}", "elsewhere:1:1")
    body = {"telegram_id": 70001, "channel_id": CHANNEL, "date": 1, "message": "x"}
    assert (await site.post("/api/posts", body, 409))["error"] == "ArchiveBusy"
    await site.delete("/api/posts", channel_id=CHANNEL, telegram_id=2)
    await site.store.release(lease)


async def test_a_layout_that_a_person_made_stays(site):
    everything = await walk(site, "/api/posts?channel_id=millyard&limit=50&kind=photo")
    grouped = next(one["grouped_id"] for one in everything if one["grouped_id"])
    ours = await site.get(f"/api/layouts/{grouped}")
    assert ours["channel_id"] == str(CHANNEL)
    assert ours["grouped_id"] == grouped
    assert not ours["edited_by_user"]
    mine = {"kind": "media", "shape": "mine", "width": 10, "height": 20, "tiles": ours["tiles"]}
    answer = await site.client.put(f"/api/layouts/{grouped}", json=mine)
    assert answer.json() == ours | mine | {"edited_by_user": True}
    assert await site.get(f"/api/layouts/{grouped}", channel_id="millyard") == answer.json()
    bad = await site.client.put(f"/api/layouts/{grouped}", json={"tiles": [{"x": -1}]})
    assert bad.status_code == 422
    back = await site.client.put(f"/api/layouts/{grouped}", json=None)
    assert back.status_code == 422
    back = await site.client.put(
        f"/api/layouts/{grouped}", content="null", headers={"content-type": "application/json"}
    )
    assert back.json() == ours
