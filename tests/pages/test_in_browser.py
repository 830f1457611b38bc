"""The pages in a real browser: nothing breaks the policy, everything that is promised works."""

import gzip
import json

import pytest
from tests.builders import make_chat, make_document, make_message
from tests.pages.browser import Site, looking, serving

from headrace.model.download import FileKind
from headrace.model.reading import Entry, FileView, Post, PostPage, Shown
from headrace.pages import render
from headrace.pages.i18n import language

PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True}
DESK = {"viewport": {"width": 1100, "height": 900}}
PATHS = ("/", "/c/{name}", "/c/{name}/{post}", "/c/{name}/999", "/search", "/activity")
PATHS += ("/login", "/unknown", "/hidden", "/error", "/c/{name}/{post}/versions")
SHIFTS = """() => { window.shifted = 0; new PerformanceObserver(list => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifted += entry.value;
}).observe({ type: 'layout-shift', buffered: true }); }"""


#: Where the focused post stands, once it has not moved for some frames.
STILL = """async () => {
    let top = NaN, still = 0;
    while (still < 20) {
        await new Promise(requestAnimationFrame);
        const now = document.activeElement.getBoundingClientRect().top;
        still = now === top ? still + 1 : 0;
        top = now;
    }
    return top;
}"""


async def settle(page):
    await page.wait_for_load_state("networkidle")


async def walk_down(page, most=60):
    """Scroll to the end, a window at a time."""
    for _ in range(most):
        at = await page.evaluate(
            "scrollBy({ top: innerHeight - 80, behavior: 'instant' }), scrollY + innerHeight"
        )
        await page.evaluate(
            "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
        )
        if at >= await page.evaluate("document.documentElement.scrollHeight") - 1:
            return


@pytest.mark.parametrize("look", ["lang=en", "lang=ru&theme=dark"])
async def test_the_whole_zoo_breaks_nothing(zoo, look):
    site = zoo.site()
    async with serving(site) as address, looking(address, **DESK) as (page, watched):
        await page.goto(f"{address}/c/{zoo.chat.username}?n=1000&{look}")
        await settle(page)
        await walk_down(page)
        await settle(page)
        assert await page.locator("article.post").count() == len(zoo.feed.posts)
        broken = "[...document.images].filter(i => i.complete && i.src && !i.naturalWidth).length"
        assert await page.evaluate(broken) == 0
    assert watched.wrong == []


@pytest.mark.parametrize("look", ["lang=en", "lang=ru&theme=dark"])
async def test_every_page_fits_a_phone(tiny, look):
    async with serving(tiny.site()) as address, looking(address, **PHONE) as (page, watched):
        for path in PATHS:
            place = path.format(name=tiny.chat.username, post=tiny.thread.post.position)
            await page.goto(f"{address}{place}?{look}")
            wide = await page.evaluate("document.documentElement.scrollWidth")
            assert wide <= 360, (path, wide)
            assert await page.evaluate("document.documentElement.lang") == look[5:7]
    assert watched.wrong == []


async def test_the_zoo_fits_a_phone(zoo):
    async with serving(zoo.site()) as address, looking(address, **PHONE) as (page, watched):
        await page.goto(f"{address}/c/{zoo.chat.username}?n=1000")
        assert await page.evaluate("document.documentElement.scrollWidth") <= 360
        over = """() => [...document.querySelectorAll('article.post')]
            .filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.id)"""
        assert await page.evaluate(over) == []
    assert watched.wrong == []


async def test_the_lightbox_walks_across_posts(tiny):
    # Without motion it is open at once.
    calm = {**DESK, "reduced_motion": "reduce"}
    async with serving(tiny.site()) as address, looking(address, **calm) as (page, watched):
        await page.goto(f"{address}/c/{tiny.chat.username}")
        links = page.locator("a[data-view]:not(.veiled)")
        assert await links.count() > 1
        await links.first.click()
        await page.locator(".pswp--ui-visible").wait_for()
        first = await page.locator(".pswp__save").get_attribute("href")
        name = await page.locator(".pswp__save").get_attribute("download")
        assert name.endswith((".jpg", ".mp4", ".gif"))
        await page.locator(".pswp__button--arrow--next").click()
        await page.wait_for_function(
            "first => document.querySelector('.pswp__save').getAttribute('href') !== first",
            arg=first,
        )
        await page.keyboard.press("Escape")
        await page.locator(".pswp").wait_for(state="detached")
        assert await page.evaluate("document.activeElement.matches('a[data-view]')")
    assert watched.wrong == []


async def test_a_veil_is_lifted_before_anything_opens(tiny):
    async with serving(tiny.site()) as address, looking(address, **DESK) as (page, watched):
        await page.goto(f"{address}/c/{tiny.chat.username}")
        veiled = page.locator(".veiled").first
        await veiled.click()
        assert await page.locator(".pswp").count() == 0
        spoiler = page.locator(".spoiler").first
        await spoiler.focus()
        await page.keyboard.press("Enter")
        assert "open" in await spoiler.get_attribute("class")
    assert watched.wrong == []


async def test_the_keyboard_walks_searches_and_helps(tiny):
    async with serving(tiny.site()) as address, looking(address, **DESK) as (page, watched):
        await page.goto(f"{address}/c/{tiny.chat.username}")
        ids = await page.evaluate("[...document.querySelectorAll('article.post')].map(a => a.id)")
        focused = "document.activeElement.id"
        for key, place in (("j", 0), ("j", 1), ("j", 2), ("k", 1)):
            await page.keyboard.press(key)
            assert await page.evaluate(focused) == ids[place]
        await page.keyboard.press("?")
        assert await page.locator("dialog#keys").is_visible()
        await page.keyboard.press("Escape")
        await page.keyboard.press("/")
        assert await page.evaluate("document.activeElement.name") == "q"
        await page.keyboard.type("jk?")
        assert await page.evaluate("document.activeElement.value") == "jk?"
    assert watched.wrong == []


async def test_the_feed_has_no_end_and_a_bounded_window(zoo):
    async with serving(zoo.site()) as address, looking(address, **DESK) as (page, watched):
        await page.goto(f"{address}/c/{zoo.chat.username}")
        seen, is_last = set(), False
        while not is_last:
            ids, batches, is_last = await page.evaluate("""() => [
                [...document.querySelectorAll('article.post')].map(a => Number(a.dataset.id)),
                document.querySelectorAll('.batch').length,
                document.querySelector('.feed > .end') !== null,
            ]""")
            seen.update(ids)
            assert batches <= 6
            await page.evaluate("document.querySelector('.feed > .older')?.scrollIntoView()")
            await page.wait_for_function(
                "ids => document.querySelector('.feed > .end')"
                " || Math.min(...[...document.querySelectorAll('article.post')]"
                ".map(a => Number(a.dataset.id))) < Math.min(...ids)",
                arg=ids,
            )
        assert seen == {post.position for post in zoo.feed.posts}
        assert await page.locator(".feed > .newer").count() == 1
    assert watched.wrong == []


async def test_going_back_finds_place_and_focus(zoo):
    async with serving(zoo.site()) as address, looking(address, **DESK) as (page, watched):
        await page.goto(f"{address}/c/{zoo.chat.username}")
        for _ in range(3):
            await page.evaluate("document.querySelector('.feed > .older').scrollIntoView()")
            await settle(page)
        await page.keyboard.press("j")
        there = await page.evaluate("document.activeElement.id")
        top = await page.evaluate(f"({STILL})()")
        await page.evaluate("location.assign(document.activeElement.dataset.url)")
        await page.wait_for_url("**/c/*/*")
        await page.go_back()
        await page.wait_for_function("id => document.activeElement.id === id", arg=there)
        await page.wait_for_function(
            "top => Math.abs(document.activeElement.getBoundingClientRect().top - top) < 5", arg=top
        )
    assert watched.wrong == []


async def test_boxes_keep_their_place_while_media_arrive(tiny):
    async with serving(tiny.site()) as address, looking(address, **DESK) as (page, watched):
        await page.add_init_script(f"({SHIFTS})()")
        await page.goto(f"{address}/c/{tiny.chat.username}")
        await settle(page)
        await walk_down(page)
        await settle(page)
        assert await page.evaluate("window.shifted") < 0.01
    assert watched.wrong == []


async def test_the_token_goes_from_the_fragment_into_a_post():
    frame = render.Frame(language=language("en"))
    site = Site(lambda *_: render.render_login(frame), {}, {})
    async with serving(site) as address, looking(address) as (page, watched):
        # The page is asked for again once the token was taken.
        async with page.expect_event("load", lambda _: bool(site.posted)):
            await page.goto(f"{address}/login?a=b#token=s3cret")
        assert page.url == f"{address}/login?a=b"
    assert site.posted == [("/api/session", b'{"token":"s3cret"}')]
    assert watched.wrong == []


SHAPE = {
    "ty": 4, "ip": 0, "op": 60, "st": 0, "ks": {"o": {"k": 100}, "p": {"k": [256, 256, 0]}},
    "shapes": [{"ty": "gr", "it": [
        {"ty": "el", "p": {"k": [0, 0]}, "s": {"k": [400, 400]}},
        {"ty": "fl", "c": {"k": [1, 0, 0, 1]}, "o": {"k": 100}},
        {"ty": "tr", "p": {"k": [0, 0]}, "a": {"k": [0, 0]}, "s": {"k": [100, 100]},
         "r": {"k": 0}, "o": {"k": 100}},
    ]}],
}  # fmt: skip


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
async def test_an_animated_sticker_is_drawn_and_moves_where_it_may(tmp_path, motion):
    tgs = {"tgs": 1, "v": "5.5.2", "fr": 60, "ip": 0, "op": 60, "w": 512, "h": 512}
    (tmp_path / "a.tgs").write_bytes(gzip.compress(json.dumps(tgs | {"layers": [SHAPE]}).encode()))
    sticker = make_document(role="sticker", width=512, height=512, emoji="🦦")
    view = FileView(
        key=sticker.file, kind=FileKind.STICKER, state="stored", type="application/gzip"
    )
    chat = make_chat(username="mill")
    one = Entry(
        chat_id=chat.id,
        message=make_message(1, text="", media=sticker),
        source="telegram",
        first_seen_at=1,
        last_seen_at=1,
    )
    posts = (Post(position=1, entries=(one,)),)
    page_of = PostPage(posts=posts, shown=Shown(files={sticker.file: view}))
    frame = render.Frame(language=language("en"), archived={chat.id: chat})
    html = render.render_feed(frame, chat, page_of)
    site = Site(lambda *_: html, {f"media/{sticker.file}": tmp_path / "a.tgs"}, {})
    look = {**DESK, "reduced_motion": motion}
    async with serving(site) as address, looking(address, **look) as (page, watched):
        await page.goto(f"{address}/c/mill")
        await page.wait_for_function("""() => {
            const canvas = document.querySelector('.sticker canvas');
            if (!canvas) return false;
            const middle = canvas.width / 2;
            return canvas.getContext('2d').getImageData(middle, middle, 1, 1).data[0] > 200;
        }""")
        is_still = await page.evaluate("lottie.getRegisteredAnimations()[0].isPaused")
        assert is_still == (motion == "reduce")
    assert watched.wrong == []
