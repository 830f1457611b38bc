"""The site whole, in a real browser: from the printed address to reading and searching."""

import json
import os
from contextlib import contextmanager

import pytest
from tests.e2e import processes
from tests.pages.browser import looking, needs_chromium

pytestmark = needs_chromium
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


@pytest.fixture
def told(tmp_path):
    with demonstration(tmp_path) as told:
        yield told


async def state(page, name):
    await page.locator(f"article.job[data-state={name}]").wait_for(timeout=60_000)


async def test_an_import_is_watched_stopped_resumed_read_and_searched(told):
    async with looking(told["url"], **DESK) as (page, watched):
        await page.goto(told["address"])
        await page.locator("article.job").wait_for()
        assert "token" not in page.url
        # The page that asks for the token says so by its status.
        watched.wrong = [one for one in watched.wrong if "401" not in one]
        await page.locator("[data-bar=posts] progress:not([value='0'])").wait_for(timeout=60_000)
        await page.click("[data-verb=stop]")
        await state(page, "paused")
        await page.click("[data-verb=resume]")
        await page.locator(".channel details.complete").first.wait_for(timeout=120_000)
        await read(page, told["url"])
        await search(page, told["url"])
        await page.goto(f"{told['url']}/activity")
        await state(page, "succeeded")
    assert watched.wrong == []


async def read(page, url):
    """A post with an album, and one with comments."""
    await page.goto(f"{url}/c/{CHANNEL}")
    await page.locator("article.post .album").first.wait_for()
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
