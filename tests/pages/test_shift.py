"""Nothing moves under a reader while media arrive, and the first page is small."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager

import msgspec
import pytest
from tests.crash.importing import loaded
from tests.pages.browser import looking
from tests.talking import bring

from headrace import settings
from headrace.app.serve import serve as serve_archive
from headrace.blobs.files import LocalFiles
from headrace.model.download import MediaPolicy
from headrace.model.page import Page
from headrace.store.open import open_archive
from tgsandbox.server import serve

CHANNEL = "millrace"
DESK = {"viewport": {"width": 1100, "height": 900}}
MOST_SHIFTED, MOST_BYTES = 0.01, 300_000
WATCH = """window.shifted = []; new PerformanceObserver(list => {
    for (const one of list.getEntries()) if (!one.hadRecentInput) window.shifted.push([one.value,
        ...one.sources.map(source => source.node?.outerHTML?.slice(0, 200))]);
}).observe({ type: 'layout-shift', buffered: true });"""
FRAMES = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
SEEN = "[...document.querySelectorAll('article.post')].map(one => Number(one.dataset.id))"
#: Down by a window; whether more posts are on their way, or there are none.
DOWN = "scrollBy({ top: innerHeight - 80, behavior: 'instant' })"
AT_END = """() => document.querySelector('.feed > .end') !== null
    && scrollY + innerHeight >= document.documentElement.scrollHeight - 1"""
HAS_MORE = """() => document.querySelector('.feed > .end') !== null
    || scrollY + innerHeight < document.documentElement.scrollHeight - innerHeight"""


async def imported(folder, limit=None):
    """The reference channel, or its newest posts, with the files."""
    async with serve("reference") as sandbox:
        chosen = loaded(sandbox, folder)
        await bring(chosen, f"@{CHANNEL}", media=MediaPolicy(), limit=limit, comments=False)
    return folder / "archive"


async def repeat(archive, times):
    """The same posts again so many times, below new ids; how many messages there are then."""
    async with open_archive(LocalFiles(), archive, create=False) as store:
        chat = await store.chat_by_username(CHANNEL)
        found = [one.message async for batch in store.message_batches(chat.id) for one in batch]
        lease = await store.acquire(f"chat:{chat.id}", "test")
        for turn in range(1, times):
            again = [
                msgspec.structs.replace(
                    one,
                    id=one.id + turn * 1000,
                    date=one.date + turn * 86_400 * 400,
                    reply=None,
                    grouped_id=one.grouped_id and one.grouped_id + turn,
                )
                for one in reversed(found)
            ]
            page = Page(chat_id=chat.id, lo=again[-1].id, hi=again[0].id, messages=tuple(again))
            await store.save_page(lease, page)
        await store.release(lease)
    return len(found) * times


@asynccontextmanager
async def visited(archive, folder):
    """A browser at the site of an archive, signed in, where media come after the layout."""
    given = settings.load({"archive": archive, "config": folder / "config", "port": 0})
    told = asyncio.get_running_loop().create_future()
    server = asyncio.create_task(serve_archive(given, lambda *found: told.set_result(found)))
    try:
        running, token = await told
        signed_in = {"extra_http_headers": {"Authorization": f"Bearer {token}"}}
        async with looking(running.url, **DESK, **signed_in) as (page, watched):
            await page.add_init_script(WATCH)

            async def late(route):
                await page.evaluate(FRAMES)
                await route.continue_()

            await page.route("**/api/media/**", late)
            await page.route("**/api/thumbs/**", late)
            await page.goto(f"{running.url}/c/{CHANNEL}")
            yield page
            await page.unroute_all(behavior="ignoreErrors")
        assert watched.wrong == []
    finally:
        server.cancel()
        await asyncio.wait([server])


async def read_down(page, most):
    """Scroll down the feed without an end; the ids of the posts that were met."""
    met = set()
    while len(met) < most and not await page.evaluate(AT_END):
        await page.wait_for_function(HAS_MORE)
        await page.evaluate(DOWN)
        await page.evaluate(FRAMES)
        met.update(await page.evaluate(SEEN))
    await page.wait_for_load_state("networkidle")
    await page.evaluate(FRAMES)
    return met


async def shifted(page):
    found = await page.evaluate("window.shifted")
    return sum(one[0] for one in found), sorted(found, reverse=True)[:5]


async def test_posts_keep_their_place_and_the_first_page_is_small(tmp_path):
    archive = await imported(tmp_path, limit=100)
    async with visited(archive, tmp_path) as page:
        assert await transferred(page) < MOST_BYTES
        assert len(await read_down(page, 100)) >= 90
        total, worst = await shifted(page)
        assert total < MOST_SHIFTED, worst


async def transferred(page):
    """Bytes of the page as it is loaded anew, with all that it is made of but media."""
    sizes = []

    async def add(request):
        if "/api/media/" not in request.url and "/api/thumbs/" not in request.url:
            found = await request.sizes()
            sizes.append(found["responseBodySize"] + found["responseHeadersSize"])

    page.on("requestfinished", add)
    # Past the cache, so that static files count.
    await page.reload()
    await page.wait_for_load_state("networkidle")
    page.remove_listener("requestfinished", add)
    assert len(sizes) > 3
    return sum(sizes)


@pytest.mark.soak
async def test_two_thousand_posts_keep_their_place(tmp_path):
    archive = await imported(tmp_path)
    there = await repeat(archive, 5)
    async with visited(archive, tmp_path) as page:
        met = await read_down(page, 2000)
        total, worst = await shifted(page)
        print(f"{len(met)} posts of {there} messages met, layout shift {total:.4f}")
        assert len(met) >= 2000
        assert total < MOST_SHIFTED, worst
