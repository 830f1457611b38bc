"""The pages of the site over an archive: each is there, in its language, and says what is not."""

from __future__ import annotations

import pytest
from tests.crash.importing import loaded
from tests.web import serving
from tests.web.reading import imported

from headrace import settings
from headrace.model.job import JobKind
from headrace.pages import static
from tgsandbox.server import serve


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    return imported("tiny", "@tinymill", tmp_path_factory.mktemp("tiny"))


@pytest.fixture
async def site(archive, tmp_path):
    given = settings.load({"archive": archive, "config": tmp_path / "config"})
    async with serving.site(given) as site:
        yield site


async def page(site, path, code=200, **headers):
    answer = await site.client.get(path, headers=headers)
    assert answer.status_code == code, answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return answer.text


@pytest.mark.parametrize("path", ["/", "/activity", "/search", "/c/tinymill", "/search?q=mill"])
async def test_pages_are_there_in_both_languages(site, path):
    assert '<html lang="en"' in await page(site, path)
    assert '<html lang="ru"' in await page(site, path, **{"accept-language": "ru,en;q=0.5"})
    assert '<html lang="ru"' in await page(site, path, cookie="lang=ru")


async def test_an_address_chooses_language_and_look_for_the_next_pages(site):
    answer = await site.client.get("/?lang=ru&theme=dark")
    assert answer.cookies == {"lang": "ru", "theme": "dark"}
    assert '<html lang="ru" data-theme="dark"' in await page(site, "/")


@pytest.mark.parametrize("path", ["/nowhere", "/c/nobody", "/c/tinymill/999999", "/c/tinymill/x"])
async def test_what_is_not_there_is_a_page_that_says_so(site, path):
    assert "<h1>" in await page(site, path, 404)


async def test_a_filter_goes_on_with_the_next_pages(site):
    shown = await page(site, "/c/tinymill?kind=&include_reposts=0&below=10")
    assert "include_reposts=0" in shown
    assert "not fit" in await page(site, "/c/tinymill?kind=nonsense", 400)


@pytest.mark.parametrize(
    "query", ["after=nonsense", "q=mill&after=zzz", "q=mill&order=best&after=5"]
)
async def test_a_place_that_no_page_of_results_ended_at(site, query):
    assert "not where a page of results ended" in await page(site, f"/search?{query}", 400)
    told = await site.get(f"/api/search?{query}", 400)
    assert told["hint"] == "Begin anew."


async def test_a_hidden_post_can_be_shown_again(site):
    posts = await site.get("/api/posts?channel_id=tinymill&limit=1")
    number = posts[0]["telegram_id"]
    try:
        await site.client.delete(f"/api/posts?channel_id=tinymill&telegram_id={number}")
        shown = await page(site, f"/c/tinymill/{number}", 404)
        assert f"/api/posts/tinymill/{number}/show" in shown
    finally:
        await site.post(f"/api/posts/tinymill/{number}/show")
    await page(site, f"/c/tinymill/{number}")


async def test_a_hidden_channel_says_so_and_can_be_shown_again(site):
    home = await page(site, "/")
    title = (await site.store.chat_by_username("tinymill")).title
    assert f'data-confirm="Hide “{title}” from the site? Its data stays in the archive' in home
    show = "/api/channels/tinymill/show"
    try:
        await site.client.delete("/api/channels/tinymill")
        assert title not in await page(site, "/")
        for path in ("/c/tinymill", "/c/tinymill/3", "/c/tinymill/3/versions"):
            shown = await page(site, path, 404)
            assert f"<h1>{title} is hidden</h1>" in shown
            assert f'data-post="{show}" data-then="/c/tinymill"' in shown
            assert "is not in the archive" not in shown
    finally:
        assert await site.post(show) == {"hidden": [], "purged": False}
    await page(site, "/c/tinymill")
    await site.post("/api/channels/nobody/show", code=404)
    assert "is not in the archive" in await page(site, "/c/nobody", 404)


async def test_static_files_are_kept_for_ever_and_others_are_not_there(site):
    answer = await site.client.get(f"{static.prefix()}/main.js")
    assert answer.status_code == 200
    assert "immutable" in answer.headers["cache-control"]
    assert (await site.client.get("/static/0/main.js")).status_code == 404
    hidden = f"{static.prefix()}/%2e%2e/render.py"
    assert (await site.client.get(hidden)).status_code == 404


async def test_one_file_is_asked_for_by_a_job_of_its_own(site):
    told = await site.post("/api/fetch/photo/1", code=404)
    assert told["error"] == "MessageNotStored"
    store = site.guard.app.state.store
    chat = (await store.chats())[0]
    files = (await store.posts(chat.id, limit=200)).shown.files.values()
    stored = next(one.key for one in files if one.state == "stored" and one.key[:5] == "photo")
    assert (await site.post(f"/api/fetch/{stored}", code=400))["error"] == "UsageError"
    assert not [job for job in site.runner.jobs() if job.request.kind is JobKind.MEDIA]


async def test_a_file_that_was_left_out_comes_alone(tmp_path):
    async with serve("tiny") as sandbox:
        given = loaded(sandbox, tmp_path)
        async with serving.site(given) as site:
            job = await site.begin("@tinymill", media="none")
            await site.ended(job["id"])
            store = site.guard.app.state.store
            channel = await store.chat_by_username("tinymill")
            left = [
                one
                for one in (await store.posts(channel.id, limit=200)).shown.files.values()
                if one.state in ("wanted", "skipped") and one.key.startswith("photo/")
            ]
            assert len(left) > 1
            job = await site.post(f"/api/fetch/{left[0].key}", code=202)
            await site.ended(job["id"])
            views = [await store.media(one.key) for one in left]
            assert [one.state == "stored" for one in views] == [True] + [False] * (len(left) - 1)


async def test_activity_lists_a_file_that_failed_and_fetches_it(tmp_path):
    async with serve("tiny") as sandbox:
        given = loaded(sandbox, tmp_path)
        async with serving.site(given) as site:
            await site.ended((await site.begin("@tinymill", media="none"))["id"])
            store = site.store
            channel = await store.chat_by_username("tinymill")
            files = (await store.posts(channel.id, limit=200)).shown.files.values()
            key = next(one.key for one in files if one.key.startswith("photo/"))
            lease = await store.acquire(f"chat:{channel.id}", "here:1:1")
            await store.file_failed(lease, key, "data_centre")
            await store.release(lease)
            shown = await page(site, "/activity")
            assert "Its data centre could not be reached" in shown
            assert "Nothing has failed" not in shown
            assert f'data-post="/api/fetch/{key}"' in shown
            job = await site.post(f"/api/fetch/{key}", code=202)
            await site.ended(job["id"])
            assert (await store.media(key)).state == "stored"
            assert "Nothing has failed" in await page(site, "/activity")


async def test_a_service_message_leads_to_where_the_feed_shows_it(site):
    posts = await site.get(
        "/api/posts?channel_id=tinymill&limit=200&include_system_messages=1&include_reposts=1"
    )
    first = posts[-1]["telegram_id"]
    shown = await page(site, f"/c/tinymill/{first}")
    address = f"/c/tinymill?below={first + 1}"
    assert f'<a href="{address}&amp;include_system_messages=1">' in shown
    assert f'id="p{first}"' in await page(site, f"{address}&include_system_messages=1")
    bare = await page(site, address)
    assert "No posts here yet" not in bare
    assert f'href="{address}&amp;include_system_messages=1&amp;include_reposts=1' in bare
    nothing = await page(site, f"/c/tinymill?below={first}&include_system_messages=1")
    assert "the posts of this channel are elsewhere" in nothing
