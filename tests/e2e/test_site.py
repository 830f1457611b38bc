"""The site whole, in a real browser: from the printed address to reading and searching."""

import json
import os
from contextlib import contextmanager

import httpx
import pytest
from tests.e2e import processes
from tests.pages.browser import looking
from tests.web.test_server import serving

CHANNEL = "millrace"
DESK = {"viewport": {"width": 1100, "height": 900}}


@contextmanager
def demonstration(folder, *more):
    """``headrace demo`` as a process, and what it prints when it serves."""
    ear, output = os.pipe()
    nothing = os.open(os.devnull, os.O_RDWR)
    arguments = ["demo", "--json", "--quiet", "--port", "0", "--archive", folder / "archive", *more]
    process = processes.Process("headrace", arguments, files=(nothing, output, 2))
    os.close(output)
    os.close(nothing)
    try:
        with os.fdopen(ear) as lines:
            yield json.loads(next(lines))
            process.terminate()
            assert process.wait(60) == 143
    finally:
        process.kill()


def test_the_demonstration_imports_on_its_site(tmp_path):
    with demonstration(tmp_path, "--profile", "instant") as told:
        token = told["address"].partition("#token=")[2]
        headers = {"Authorization": f"Bearer {token}"}
        with httpx.Client(base_url=told["url"], headers=headers, timeout=60) as client:
            while True:
                (job,) = client.get("/api/download/status").json()
                if job["state"] not in ("queued", "running", "waiting"):
                    break
                processes.pause()
            assert (job["state"], job["channel"]) == ("succeeded", f"@{CHANNEL}")
            assert job["posts"]["done"] == job["posts"]["total"] == 501
        # Its account lies elsewhere; whoever names the archive finds it all the same.
        followed = processes.headrace(
            "status", "--follow", "--json", "--archive", tmp_path / "archive",
            config=os.environ["HEADRACE_CONFIG"], check=0,
        )  # fmt: skip
        assert json.loads(followed.stdout.splitlines()[-1])["jobs"][0]["id"] == job["id"]


@pytest.fixture
def server(tmp_path):
    with (
        processes.sandbox("reference", "--profile", "wan") as sandbox,
        serving(tmp_path, sandbox) as server,
    ):
        yield server


async def state(page, name):
    await page.locator(f"article.job[data-state={name}]").wait_for()


async def test_an_import_is_watched_stopped_resumed_read_and_searched(server):
    url = server.told["url"]
    async with looking(url, **DESK) as (page, watched):
        page.set_default_timeout(120_000)
        # Whoever signs in comes where they wanted to go, and never to another site.
        for path in ("//example.org/", "/activity?lang=en"):
            await page.context.clear_cookies()
            await page.goto(f"{url}{path}#token={server.token}")
            await page.locator("form[data-login]").wait_for(state="detached")
            assert page.url == f"{url}{path}"
        await page.locator("[data-jobs=all]").wait_for()
        await page.goto(server.told["address"])
        await page.locator("form[data-import]").wait_for()
        assert "token" not in page.url
        # The page that asks for the token comes with a status that the console tells of.
        assert [one for one in watched.wrong if "401" not in one and "404" not in one] == []
        watched.wrong.clear()
        await page.fill("[name=channel]", f"@{CHANNEL}")
        await page.click("form[data-import] [type=submit]")
        await page.locator("[data-bar=posts] progress:not([value='0'])").wait_for()
        await page.click("[data-verb=stop]")
        await state(page, "paused")
        await page.click("[data-verb=resume]")
        await page.locator("article.job").wait_for(state="detached")
        await page.locator(f".channel a[href='/c/{CHANNEL}']").wait_for()
        await read(page, url)
        await search(page, url)
        await page.goto(f"{url}/activity")
        await state(page, "succeeded")
    assert watched.wrong == []


async def read(page, url):
    """A post with an album, and one with comments."""
    await page.goto(f"{url}/c/{CHANNEL}?kind=photo")
    await page.locator("article.post .album").first.wait_for()
    await page.goto(f"{url}/c/{CHANNEL}")
    link = page.locator("article.post a[href$='#comments']").first
    await link.click()
    await page.locator("#comments article.comment").first.wait_for()


async def search(page, url):
    """A word of some post is found there, as soon as the search has followed."""
    await page.goto(f"{url}/c/{CHANNEL}")
    words = await page.locator("article.post .text").all_inner_texts()
    word = max(" ".join(words).split(), key=lambda one: len(one) if one.isalpha() else 0)
    await page.goto(f"{url}/search?q={word}")
    await page.locator(".hit mark").first.wait_for()
