"""The first page in a real browser: an import is weighed and asked for, and its job is followed."""

import json

import pytest
from tests.pages.browser import Site, looking, serving

from headrace.model.job import Progress, Tally
from headrace.pages import render
from headrace.pages.i18n import language

DESK = {"viewport": {"width": 1100, "height": 900}}


async def test_jobs_follow_the_events(tiny_site_of_jobs):
    site = tiny_site_of_jobs
    status = {
        "id": "tinymill",
        "channel": "@tinymill",
        "state": "waiting",
        "stage": "comments",
        "posts": {"done": 7, "total": 20},
        "comments": {"done": 0, "total": 0},
        "files": {"done": 0, "total": 0},
        "bytes": {"done": 0, "total": 0},
        "rate": 0,
        "eta_s": 75,
        "wait": {"until": 4e9, "reason": "flood", "method": "history"},
        "failures": 1,
        "error": "",
    }
    site.events.append(f"id: 1\nevent: status\ndata: {json.dumps(status)}\n\n".encode())
    async with serving(site) as address, looking(address, **DESK) as (page, watched):
        await page.goto(f"{address}/")
        card = page.locator("[data-job=tinymill]")
        await card.locator("[data-field=wait] output:not(:empty)").wait_for()
        assert await card.locator("[data-bar=posts] dd span").inner_text() == "7 of 20"
        assert await card.locator("[data-field=state]").inner_text() == "waiting"
        assert await card.locator("[data-field=eta]").inner_text() == "1:15 left"
        await card.locator("[data-verb=stop]").click()
        await page.locator("#told:not(:empty)").wait_for()
    assert site.posted == [("/api/download/stop/tinymill", b"{}")]
    assert watched.wrong == []


@pytest.fixture
def tiny_site_of_jobs():
    progress = Progress(state="running", stage="history", posts=Tally(done=1, total=20))
    job = render.JobFacts(channel="tinymill", ref="@tinymill", progress=progress)
    frame = render.Frame(language=language("en"))
    return Site(
        lambda path, _: render.render_channels(frame, [], [job]) if path == "/" else None, {}, {}
    )


#: As the server plans (``headrace plan --json``), and what a person reads of it.
PLAN = {"title": "The <Mill>", "messages": 501, "requests": 1, "bytes": 50_300_000, "fits": False}
PLAN |= {"files": {"photo": {"files": 1_000, "bytes": 50_300_000, "error": 9}}, "free": 5e10}
PLAN |= {"comments": {"way": "both", "comments": 200, "requests": 50}, "seconds": 74.2}
PLANNED = ["The <Mill>", "About 501 messages to read, 1 request"]
PLANNED += ["About 200 comments, 50 requests"]
PLANNED += ["Photo: 1,000, ≈ 50.3\u00a0MB", "50.3\u00a0MB to fetch; 50\u00a0GB are free"]
PLANNED += ["Takes at least 1:15"]
PLANNED += ["It may not fit: choose fewer posts, or leave out the files."]


async def test_an_import_is_asked_for_and_weighed(tiny_site_of_jobs):
    site = tiny_site_of_jobs
    site.told["/api/download/plan"] = json.dumps(PLAN).encode()
    async with serving(site) as address, looking(address, **DESK) as (page, watched):
        await page.goto(f"{address}/")
        await page.fill("[name=channel]", " @mill ")
        await page.click("[data-preflight]")
        await page.locator(".planned li").first.wait_for()
        assert (await page.locator(".planned").inner_text()).split("\n") == PLANNED
        await page.click("form[data-import] [type=submit]")
        await page.locator("#told:not(:empty)").wait_for()
    asked = [(path, json.loads(body)) for path, body in site.posted]
    wish = {"channel": "@mill", "include_discussion_comments": True}
    assert asked == [("/api/download/plan", wish), ("/api/download/import", wish)]
    assert watched.wrong == []


async def test_a_new_stage_draws_the_page_anew():
    """What a stage has brought can be read while the next one runs."""
    frame, asked = render.Frame(language=language("en")), []

    def drawn(path, _):
        asked.append(path)
        title = "" if len(asked) == 1 else "The Mill"
        progress = Progress(state="running", stage="history", title=title)
        job = render.JobFacts(channel="7", ref="@mill", progress=progress)
        return render.render_channels(frame, [], [job])

    site = Site(drawn, {}, {})
    for number, stage in enumerate(("history", "history", "comments")):
        told = json.dumps({"id": "7", "state": "running", "stage": stage})
        site.events.append(f"id: {number}\nevent: status\ndata: {told}\n\n".encode())
    async with serving(site) as address, looking(address, **DESK) as (page, watched):
        await page.goto(f"{address}/")
        await page.locator("[data-job='7'] h2:has-text('The Mill')").wait_for()
        assert await page.locator("[data-field=stage]").inner_text() == "comments"
    assert asked == ["/", "/"]
    assert watched.wrong == []
