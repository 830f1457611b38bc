"""Whatever is sent as media, nothing of it runs and nothing leaves: in a real browser."""

from __future__ import annotations

import io
import re
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Error
from tests.builders import make_chat, make_document, make_message, make_page, make_photo
from tests.pages.browser import looking
from tests.pages.hostile_media import FILES
from tests.web.serving import TOKEN, listening

from headrace import settings
from headrace.blobs.files import LocalFiles
from headrace.blobs.local import LocalBlobs
from headrace.blobs.thumbs import LocalThumbs
from headrace.store.open import open_archive
from headrace.transform.file_types import detect
from headrace.transform.thumbnails import Thumbnail, make_thumbnail
from headrace.web.content import SANDBOX

#: After what has been asked for is drawn.
FRAME = "new Promise(requestAnimationFrame).then(() => "
MARKS = "[localStorage.ran ?? null, navigator.serviceWorker?.controller ?? null]"
CHAT = make_chat(username="mill")
KEYS = [
    f"{'photo' if one.role == 'photo' else 'document'}/{9000 + place}"
    for place, one in enumerate(FILES)
]


def message(place):
    """The file as its sender would have it shown."""
    one, size = FILES[place], len(FILES[place].data)
    if one.role == "photo":
        media = make_photo(9000 + place, size=size, width=640, height=480)
    else:
        media = make_document(
            9000 + place, role=one.role, name=one.name, mime=one.mime, size=size,
            width=512, height=512, duration=5, emoji="\U0001f600",
        )  # fmt: skip
    return make_message(place + 1, media=media)


async def fill(folder):
    """An archive of all of them, stored as a download stores them, with the thumbnails of ours."""
    files = LocalFiles()
    async with open_archive(files, folder) as store:
        lease = await store.acquire(f"chat:{CHAT.id}", "here:1:1")
        await store.save_chat(lease, CHAT, [])
        await store.save_page(lease, make_page([message(place) for place in range(len(FILES))]))
        blobs, thumbs = LocalBlobs(files, folder), LocalThumbs(files, folder)
        for key, one in zip(KEYS, FILES, strict=True):
            stored = await blobs.add(key, io.BytesIO(one.data), size=len(one.data))
            await store.file_stored(lease, stored)
            found = make_thumbnail(one.data)
            if isinstance(found, Thumbnail):
                await thumbs.put(stored.sha256, found)
            await store.thumbnail_made(lease, stored.sha256, found)
        await store.release(lease)


@pytest.fixture
async def site(tmp_path):
    await fill(tmp_path / "archive")
    given = settings.load({"archive": tmp_path / "archive", "config": tmp_path / "config"})
    async with listening(given) as (address, _, _):
        yield address


class Traces:
    """Every request of a browser."""

    def __init__(self, address, page):
        self.host, self.asked = urlsplit(address).netloc, []
        page.context.on("request", lambda one: self.asked.append(one.url))

    def wrong(self):
        """Requests that no page of ours makes."""
        parts = [urlsplit(url) for url in self.asked]
        known = ("/c/", "/api/", "/static/", "/search", "/activity")
        return [
            one.geturl()
            for one in parts
            if one.scheme not in ("data", "blob")
            and (one.netloc != self.host or not (one.path == "/" or one.path.startswith(known)))
        ]


async def visit(page, address, is_shown):
    """Go there as somebody who types it; the name under which it is saved, where it is."""
    if is_shown:
        answer = await page.goto(address)
        assert answer.headers["content-security-policy"] == SANDBOX
        assert answer.headers["content-type"].startswith(("image/", "video/", "audio/"))
        return None
    async with page.expect_download() as waiting:
        with pytest.raises(Error, match=r"Download is starting|ERR_ABORTED"):
            await page.goto(address)
    download = await waiting.value
    await download.cancel()
    return download.suggested_filename


async def read_all(page, address):
    """Page after page of the feed, to its end, with everything in sight once."""
    url, count = f"{address}/c/mill", 0
    while url:
        await page.goto(url)
        await page.wait_for_load_state("networkidle")
        posts = page.locator("article.post")
        for place in range(await posts.count()):
            await posts.nth(place).scroll_into_view_if_needed()
        await page.wait_for_load_state("networkidle")
        count += await posts.count()
        await step_through_the_lightbox(page)
        assert await page.title() != "ran"
        lowest = await page.evaluate(
            "Math.min(...[...document.querySelectorAll('article.post')].map(a => +a.dataset.id))"
        )
        url = f"{address}/c/mill?below={lowest}" if lowest > 1 else None
    return count


async def step_through_the_lightbox(page):
    """Open the first picture, and go on to the last."""
    links = await page.evaluate("[...document.querySelectorAll('[data-view]')].map(a => a.href)")
    if not links:
        return
    await page.locator("[data-view]").first.click()
    await page.locator(".pswp--ui-visible").wait_for()
    seen = set()
    # A key that comes while the box still opens is not heard.
    while seen != set(links):
        await page.keyboard.press("ArrowRight")
        seen.add(await page.evaluate(FRAME + "document.querySelector('.pswp__save').href)"))
    await page.wait_for_load_state("networkidle")
    while await page.locator(".pswp").count():
        await page.keyboard.press("Escape")
        await page.evaluate(FRAME + "null)")


def test_there_are_enough_of_them():
    assert len(FILES) >= 50
    assert len({(one.data, one.name) for one in FILES}) == len(FILES)


async def test_nothing_runs_and_nothing_leaves(site):
    async with looking(site) as (page, watched):
        traces = Traces(site, page)
        await page.goto(f"{site}/#token={TOKEN}")
        await page.locator("form[data-import]").wait_for()
        # The page that asks for the token comes with a status that the console tells of.
        watched.wrong.clear()
        assert await read_all(page, site) == len(FILES)
        names = []
        for key, one in zip(KEYS, FILES, strict=True):
            names.append(await visit(page, f"{site}/api/media/{key}", detect(one.data).inline))
            assert await page.title() != "ran"
        await page.goto(f"{site}/activity")
        assert await page.evaluate(MARKS) == [None, None]
    saved = [name for name in names if name is not None]
    print(len(FILES), "files,", len(saved), "of them saved,", len(traces.asked), "requests")
    assert not re.search(r"[\x00-\x1f/\\\u202a-\u202e<>\"]", "".join(saved))
    assert traces.wrong() == []
    # A video on a page of its own is kept from being loaded: the sandbox says so.
    assert [one for one in watched.wrong if "Loading media from" not in one] == []
