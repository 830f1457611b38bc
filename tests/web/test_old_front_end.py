"""The calls of the established front end in their order, on a real server: nothing has moved."""

import httpx
import pytest
from tests.crash.importing import loaded
from tests.web.serving import TOKEN, listening
from tests.web.test_posts import NAMES

from headrace import settings
from headrace.app.wishes import request_of
from headrace.model.job import JobKind
from headrace.web.wishes import ImportWish
from tgsandbox.server import serve

CHANNEL = "-1001300000001"
#: What its import form sends.
FORM = {
    "channel": "@millyard",
    "include_system_messages": False,
    "include_reposts": True,
    "include_polls": True,
    "include_discussion_comments": True,
    "message_limit": None,
}
LIVE = ("queued", "running", "waiting", "stopping")


class FrontEnd:
    """Asks as a program with the token would; every error has the one shape."""

    def __init__(self, client):
        self.client = client

    async def ask(self, method, path, code=200, **more):
        answer = await self.client.request(method, path, **more)
        assert answer.status_code == code, answer.text
        found = answer.json()
        if code >= 400:
            assert found.keys() == {"error", "message", "hint"}
            assert found["message"]
        return found

    async def poll(self, channel):
        """The status, asked again and again until the import has ended."""
        seen = []
        while not seen or seen[-1]["state"] in LIVE:
            seen.append(await self.ask("GET", f"/api/download/status/{channel}"))
        return seen


@pytest.fixture
async def front(tmp_path):
    async with (
        serve("comments") as sandbox,
        listening(loaded(sandbox, tmp_path)) as (address, _, _),
        httpx.AsyncClient(
            base_url=address, headers={"Authorization": f"Bearer {TOKEN}"}, timeout=60
        ) as client,
    ):
        yield FrontEnd(client)


def test_what_it_says_of_showing_changes_no_import(tmp_path):
    chosen = settings.load({"archive": tmp_path})
    said = [name for name in FORM if name.startswith("include_") and "discussion" not in name]
    assert len(said) == 3
    others = {name: value for name, value in FORM.items() if name not in said}
    requests = [
        request_of(chosen, ImportWish.model_validate(body), JobKind.IMPORT)
        for body in (FORM, others, others | {name: not FORM[name] for name in said})
    ]
    assert requests[0] == requests[1] == requests[2]


async def test_its_calls_in_their_order(front):
    assert await front.ask("GET", "/api/channels") == []
    assert await front.ask("GET", "/api/download/status") == []
    await front.ask("GET", "/api/download/status/@millyard", 404)
    begun = await front.ask("POST", "/api/download/import", 202, json=FORM)
    assert begun["channel"] == "@millyard"
    statuses = await front.poll("@millyard")
    assert {one["id"] for one in statuses} == {begun["id"]}
    last = statuses[-1]
    assert (last["state"], last["error"]) == ("succeeded", "")
    assert last["posts"]["done"] == last["posts"]["total"] > 0
    (listed,) = await front.ask("GET", "/api/download/status")
    assert listed == last
    await it_reads(front)
    await it_writes(front)
    # A second import was refused once; now it goes on.
    again = await front.ask("POST", "/api/download/import", 202, json=FORM)
    assert again["id"] != begun["id"]
    assert (await front.poll(CHANNEL))[-1]["state"] == "succeeded"
    assert await front.ask("POST", "/api/download/clear/@millyard")
    assert await front.ask("GET", "/api/download/status") == []


async def it_reads(front):
    """Channels, posts with their fields, comments, layouts, files."""
    (channel,) = [
        one for one in await front.ask("GET", "/api/channels") if one["channel_id"] == CHANNEL
    ]
    assert channel["title"]
    assert channel["discussion_group_id"] is not None
    query = {"channel_id": CHANNEL, "limit": 200}
    posts = await front.ask("GET", "/api/posts", params=query)
    assert all(one.keys() >= NAMES for one in posts)
    first = posts[0]["telegram_id"]
    checked = await front.ask(
        "GET", "/api/posts/check", params={"channel_id": CHANNEL, "telegram_id": first}
    )
    assert checked["exists"]
    talked = next(one for one in posts if one["comments"] and one["comments"]["stored"])
    place = talked["telegram_id"]
    thread = await front.ask("GET", f"/api/posts/{CHANNEL}/{place}/comments")
    assert {one["reply_to"] for one in thread["comments"]} == {place}
    assert all(one.keys() >= NAMES for one in thread["comments"])
    grouped = next(one["grouped_id"] for one in posts if one["grouped_id"])
    layout = await front.ask("GET", f"/api/layouts/{grouped}")
    assert (layout["grouped_id"], layout["channel_id"]) == (grouped, CHANNEL)
    edited = {**layout, "shape": "mine"}
    put = await front.ask("PUT", f"/api/layouts/{grouped}", json=edited)
    assert put == edited | {"edited_by_user": True}


async def it_writes(front):
    """What the importer once sent by itself: a channel, then its posts one by one."""
    channel = {"channel_id": "4242", "title": "Own", "description": "", "subscribers": 5}
    assert (await front.ask("POST", "/api/channels", json=channel))["status"] == "new"
    fields = dict.fromkeys(NAMES) | {
        "telegram_id": 1, "channel_id": "4242", "date": "2024-01-31T10:00:00", "message": "words",
        "reactions": [{"emoji": "\U0001f44d", "count": 2}], "author_name": "Ada",
    }  # fmt: skip
    assert (await front.ask("POST", "/api/posts", json=fields))["status"] == "new"
    assert (await front.ask("POST", "/api/posts", json=fields))["status"] == "same"
    (post,) = await front.ask("GET", "/api/posts", params={"channel_id": "4242"})
    assert (post["message"], post["author_name"]) == ("words", "Ada")
    named = {"channel_id": "4242"}
    assert await front.ask("DELETE", "/api/posts", params={**named, "telegram_id": 1})
    assert await front.ask("GET", "/api/posts", params=named) == []
    assert await front.ask("DELETE", "/api/channels", params={**named, "purge": 1})
    await front.ask("GET", "/api/posts", 404, params=named)


async def test_it_stops_and_goes_on(front):
    await front.ask("POST", "/api/download/import", 202, json=FORM)
    stopped = await front.ask("POST", "/api/download/stop/@millyard")
    assert stopped["state"] in ("paused", "stopping")
    assert (await front.poll("@millyard"))[-1]["state"] == "paused"
    assert (await front.ask("POST", "/api/download/resume/@millyard", 202))["state"] in LIVE
    assert (await front.poll("@millyard"))[-1]["state"] == "succeeded"


async def test_nobody_tells_progress_over_http_any_more(front):
    body = {"channel": "@millyard", "current": 5, "total": 10}
    told = await front.ask("POST", "/api/download/progress", 410, json=body)
    assert "GET /api/download/status" in told["hint"]
