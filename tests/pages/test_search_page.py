"""The page of the search: its filters are those of the feed, and hold for all of its pages."""

import asyncio
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from tests.builders import CHAT_ID, make_chat, make_message, make_page, make_photo
from tests.pages.visiting import visited

from headrace.blobs.files import LocalFiles
from headrace.model.download import FileKind
from headrace.model.message import Forward
from headrace.model.reading import Filter, Hits, PostPage, Shown
from headrace.pages import render
from headrace.pages.i18n import language
from headrace.store.open import open_archive

CHAT = make_chat(username="mill")
FRAME = render.Frame(language=language("en"), archived={CHAT.id: CHAT})
PHONE = {"viewport": {"width": 360, "height": 740}}
#: Each third has a picture, and each ninth is a repost of one.
PHOTOS, REPOSTS = range(3, 121, 3), range(9, 121, 9)


def message(number):
    fields = {"media": make_photo(number)} if number in PHOTOS else {}
    if number in REPOSTS:
        fields["forward"] = Forward(name="someone")
    return make_message(number, **fields)


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    place = tmp_path_factory.mktemp("found") / "archive"

    async def fill():
        async with open_archive(LocalFiles(), place) as store:
            lease = await store.acquire(f"chat:{CHAT_ID}", "here:1:1")
            await store.save_chat(lease, CHAT, [])
            await store.save_page(lease, make_page([message(one) for one in range(1, 121)]))
            await store.release(lease)
            while await store.index_more(500):
                pass

    asyncio.run(fill())
    return place


def test_more_results_keep_what_is_chosen():
    found = Hits(hits=(), shown=Shown(), total=30, after="9")
    chosen = Filter(kinds=frozenset([FileKind.PHOTO]), include_polls=False)
    page = render.render_search(FRAME, "a b", found, chat=CHAT, chosen=chosen)
    asked = "q=a+b&amp;chat=mill&amp;order=newest"
    more = f"/search?after=9&amp;{asked}&amp;kind=photo&amp;include_polls=0"
    assert f'rel="next" href="{more}"' in page
    assert '<details class="filters" open>' in page
    assert f'<a class="button" href="/search?{asked}">Clear</a>' in page
    page = render.render_search(FRAME, "a b", found, chat=CHAT, chosen=chosen, usual=chosen)
    assert '<details class="filters">' in page


def test_filters_of_search_and_feed_are_the_same():
    pattern = '<select name="kind">.*?</select>|<input type="(?:hidden|checkbox)" name="include.*?>'
    page = render.render_search(FRAME, "", None)
    feed = render.render_feed(FRAME, CHAT, PostPage(posts=(), shown=Shown()))
    found = re.findall(pattern, page)
    assert found == re.findall(pattern, feed)
    assert len(found) == 7


async def ids(page):
    links = await page.locator(".hit a").all()
    return [int((await one.get_attribute("href")).rpartition("/")[2]) for one in links]


async def test_results_are_filtered_on_all_their_pages_without_script(archive, tmp_path):
    look = {**PHONE, "java_script_enabled": False}
    async with visited(archive, tmp_path, **look) as (page, url):
        await page.goto(f"{url}/search?q=message&order=best")
        await page.locator(".filters > summary").click()
        await page.locator("[name=kind]").select_option("photo")
        await page.locator("[type=checkbox][name=include_reposts]").uncheck()
        await page.locator(".filters [type=submit]").click()
        found = await ids(page)
        await page.locator("a[rel=next]").click()
        assert await page.locator("[name=kind]").input_value() == "photo"
        assert not await page.locator("[type=checkbox][name=include_reposts]").is_checked()
        assert await page.locator("[type=checkbox][name=include_polls]").is_checked()
        assert await page.locator("[name=order]").input_value() == "best"
        assert await page.locator("a[rel=next]").count() == 0
        assert sorted(found + await ids(page)) == sorted({*PHOTOS} - {*REPOSTS})
        await page.locator(".filters a").click()
        assert parse_qs(urlsplit(page.url).query) == {"q": ["message"], "order": ["best"]}
        assert len(await ids(page)) == 20
