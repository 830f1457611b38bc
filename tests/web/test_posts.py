"""The API of posts, channels, comments, layouts and search, over an imported archive."""

import pytest
from tests.talking import CHANNEL, GROUP
from tests.web.reading import imported, site_of

NAMES = {
    "telegram_id", "channel_id", "date", "message", "media_url", "thumb_url", "media_type",
    "mime_type", "author_name", "author_avatar", "author_link", "repost_author_name",
    "repost_author_avatar", "repost_author_link", "reactions", "grouped_id", "reply_to",
}  # fmt: skip


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    return imported("comments", "@millyard", tmp_path_factory.mktemp("comments"))


@pytest.fixture
async def site(archive, tmp_path):
    async with site_of(archive, tmp_path / "copy") as site:
        yield site


async def walk(site, url):
    found = []
    while url:
        answer = await site.client.get(url)
        assert answer.status_code == 200
        found += answer.json()
        url = answer.links.get("next", {}).get("url")
    return found


async def test_posts_are_an_array_and_go_on_by_links(site):
    first = await site.client.get("/api/posts", params={"channel_id": "@millyard", "limit": 2})
    assert first.json()[0].keys() >= NAMES
    assert "prev" not in first.links
    everything = await walk(site, "/api/posts?channel_id=millyard&limit=3")
    ids = [one["telegram_id"] for one in everything]
    batches = [batch async for batch in site.store.message_batches(CHANNEL)]
    stored = [one.message.id for batch in batches for one in batch]
    service = {one["telegram_id"] for one in everything if one["kind"] == "service"}
    assert service == set()
    with_service = await walk(site, "/api/posts?channel_id=millyard&include_system_messages=1")
    assert sorted(one["telegram_id"] for one in with_service) == stored
    assert len(set(ids)) == len(ids)
    assert {one["channel_id"] for one in everything} == {str(CHANNEL)}
    second = await site.client.get(first.links["next"]["url"])
    back = await site.client.get(second.links["prev"]["url"])
    assert back.json() == first.json()


async def test_an_album_stands_together(site):
    everything = await walk(site, "/api/posts?channel_id=millyard&limit=1&kind=photo")
    grouped = {}
    for place, one in enumerate(everything):
        if one["grouped_id"]:
            grouped.setdefault(one["grouped_id"], []).append((place, one["telegram_id"]))
    assert grouped
    for members in grouped.values():
        places, ids = zip(*members, strict=True)
        assert list(places) == list(range(places[0], places[0] + len(places)))
        assert list(ids) == sorted(ids)


def flat(tree, level=0):
    for one in tree:
        yield one, level
        yield from flat(one["replies"], level + 1)


async def test_comments_are_a_tree(site):
    threads = [
        one
        for one in await site.store.threads(CHANNEL)
        if one.stored and await site.store.message(CHANNEL, one.post)
    ]
    assert threads
    for thread in threads:
        answer = await site.get(f"/api/posts/millyard/{thread.post}/comments")
        comments = list(flat(answer["comments"]))
        assert len(comments) == thread.stored
        position = answer["post"][0]["telegram_id"]
        assert {one["reply_to"] for one, _ in comments} == {position}
        by_id = {one["telegram_id"]: one for one, _ in comments}
        for one, level in comments:
            assert (one["parent_id"] is None) == (level == 0)
            if one["parent_id"] is not None:
                assert one in by_id[one["parent_id"]]["replies"]
    assert (await site.get("/api/posts/millyard/99999/comments", 404))[
        "error"
    ] == "MessageNotStored"


async def test_a_thread_page_by_page(site):
    thread = max(await site.store.threads(CHANNEL), key=lambda one: one.stored)
    url, found, after = f"/api/posts/{CHANNEL}/{thread.post}/comments", [], None
    while True:
        more = {"after": after} if after is not None else {}
        page = await site.get(url, limit=2, **more)
        found += [one["telegram_id"] for one, _ in flat(page["comments"])]
        if page["after"] is None:
            break
        after = page["after"]
    whole = await site.get(url)
    assert found == [one["telegram_id"] for one, _ in flat(whole["comments"])]


async def test_with_comments_and_without(site):
    asked = {"channel_id": CHANNEL, "limit": 200, "include_system_messages": 1}
    every = {one["telegram_id"] for one in await site.get("/api/posts", **asked)}
    some = {one["telegram_id"] for one in await site.get("/api/posts", comments="with", **asked)}
    none = {one["telegram_id"] for one in await site.get("/api/posts", comments="without", **asked)}
    assert some
    assert none
    assert some | none == every
    assert not some & none


async def test_channels(site):
    found = await site.get("/api/channels")
    assert {one["channel_id"] for one in found} >= {str(CHANNEL), str(GROUP)}
    one = await site.get("/api/channels/millyard")
    assert one["username"] == "millyard"
    assert one["discussion_group_id"] == str((await site.store.chat(CHANNEL)).linked_chat_id)
    assert one["posts"] > 0
    assert one["comments"] > 0
    assert one["link"] == "https://t.me/millyard"
    for name in (CHANNEL, str(CHANNEL)[4:].lstrip("0"), "@MillYard", "t.me/millyard"):
        assert (await site.get("/api/posts", channel_id=name, limit=1)) != []
    months = await site.get("/api/channels/millyard/months")
    assert months[0]["month"] >= months[-1]["month"]
    at = await site.get("/api/channels/millyard/at", date=f"{months[0]['month']}-01")
    assert at["telegram_id"] is not None


@pytest.mark.parametrize(
    ("path", "query", "code"),
    [
        ("/api/posts", {}, 422),
        ("/api/posts", {"channel_id": "nobody"}, 404),
        ("/api/posts", {"channel_id": "9" * 30}, 404),
        ("/api/posts", {"channel_id": "99999999999999999999"}, 404),
        ("/api/posts", {"channel_id": "é\x00"}, 404),
        ("/api/posts", {"channel_id": CHANNEL, "below": 2**40}, 422),
        ("/api/posts", {"channel_id": CHANNEL, "below": 2, "above": 1}, 400),
        ("/api/posts", {"channel_id": CHANNEL, "limit": 201}, 422),
        ("/api/posts", {"channel_id": CHANNEL, "kind": "nonsense"}, 422),
        ("/api/posts", {"channel_id": CHANNEL, "since": "soon"}, 400),
        ("/api/posts", {"channel_id": CHANNEL, "since": "9" * 30 + "d"}, 200),
        ("/api/posts", {"channel_id": CHANNEL, "until": "0001-01-01"}, 200),
        ("/api/search", {"q": "mill", "after": "zzz"}, 400),
        ("/api/search", {"q": "mill", "channel_id": "nobody"}, 404),
        ("/api/layouts/5", {}, 404),
        ("/api/layouts/x", {}, 422),
        ("/api/media/photo/999", {}, 404),
        ("/api/media/%2e%2e/%2e%2e/etc/passwd", {}, 422),
        ("/api/media/photo", {}, 422),
        ("/api/posts/millyard/2/comments", {"after": 2**50}, 422),
    ],
)
async def test_what_does_not_fit_is_said(site, path, query, code):
    body = await site.get(path, code, **query)
    if code in (400, 404, 422):
        assert body.keys() == {"error", "message", "hint"}


async def test_check(site):
    first = (await site.get("/api/posts", channel_id=CHANNEL, limit=1))[0]["telegram_id"]

    async def state(number):
        found = await site.get("/api/posts/check", channel_id=CHANNEL, telegram_id=number)
        return found["exists"], found["state"], found["source"]

    assert await state(first) == (True, "stored", "telegram")
    assert (await state(99_999))[:2] == (False, "not yet read")
    await site.delete("/api/posts", channel_id=CHANNEL, telegram_id=first)
    assert await state(first) == (True, "hidden", "telegram")
    shown = await site.post(f"/api/posts/millyard/{first}/show", None)
    assert shown == {"hidden": [], "purged": False}
    await site.delete("/api/posts", channel_id=CHANNEL, telegram_id=first, purge=1)
    assert await state(first) == (True, "erased", "telegram")
    assert first not in {
        one["telegram_id"] for one in await site.get("/api/posts", channel_id=CHANNEL, limit=200)
    }
    await site.delete("/api/posts", 404, channel_id=CHANNEL, telegram_id=99_999)


async def test_search(site):
    found = await site.get("/api/search", q="comment", limit=3)
    assert found["total"] >= len(found["hits"])
    word = (await site.get("/api/posts", channel_id=CHANNEL, limit=50))[0]["message"].split()[0]
    found = await site.get("/api/search", q=word, channel_id=CHANNEL)
    assert found["hits"]
    for hit in found["hits"]:
        assert hit["marks"]
        start, end = hit["marks"][0]
        assert word.lower()[:3] in hit["snippet"][start:end].lower()
        assert hit["channel_id"] == str(CHANNEL)
    first = await site.client.get("/api/search", params={"q": word, "limit": 1})
    if first.json()["after"]:
        second = await site.client.get(first.links["next"]["url"])
        assert second.json()["hits"] != first.json()["hits"]
    assert (await site.get("/api/search"))["hits"] == []


async def test_each_filter_stands_where_it_chooses_something(site):
    paths = site.app.openapi()["paths"]
    named = {
        path: {one["name"] for one in paths[path]["get"]["parameters"]}
        for path in ("/api/posts", "/api/search")
    }
    assert {"comments", "include_comments"} & named["/api/posts"] == {"comments"}
    assert {"comments", "include_comments"} & named["/api/search"] == {"include_comments"}
    posts = await site.get("/api/posts", channel_id=CHANNEL, limit=200)
    some = await site.get("/api/posts", channel_id=CHANNEL, limit=200, comments="with")
    none = await site.get("/api/posts", channel_id=CHANNEL, limit=200, comments="without")
    assert 0 < len(some) < len(posts) == len(some) + len(none)
    found = await site.get("/api/search", q="comment", limit=100)
    fewer = await site.get("/api/search", q="comment", limit=100, include_comments=0)
    assert fewer["total"] < found["total"]
    assert {hit["post"]["chat_id"] for hit in fewer["hits"]} <= {str(CHANNEL), CHANNEL}
