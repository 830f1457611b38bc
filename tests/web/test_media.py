"""Stored files over HTTP: by id, sniffed, sandboxed, in ranges."""

import hashlib

import pytest
from tests.web.reading import imported, site_of

from headrace.web.content import SANDBOX, Span, asked_span


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    return imported("tiny", "@tinymill", tmp_path_factory.mktemp("tiny"))


@pytest.fixture
async def site(archive, tmp_path):
    async with site_of(archive, tmp_path / "copy") as site:
        yield site


async def stored(site):
    channel = (await site.store.chats())[0]
    page = await site.store.posts(channel.id, limit=200)
    return [one for one in page.shown.files.values() if one.state == "stored"]


async def test_every_stored_file_is_served_as_it_is(site):
    views = await stored(site)
    assert len(views) > 3
    for view in views:
        answer = await site.client.get(f"/api/media/{view.key}")
        assert answer.status_code == 200
        assert hashlib.sha256(answer.content).hexdigest() == view.sha256
        headers = answer.headers
        assert headers["etag"] == f'"{view.sha256}"'
        assert headers["content-security-policy"] == SANDBOX
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert headers["content-length"] == str(view.size)
        how = headers["content-disposition"].partition(";")[0]
        is_shown = view.type.startswith(("image/", "video/", "audio/")) and how == "inline"
        assert is_shown or headers["content-type"] == "application/octet-stream"
        head = await site.client.head(f"/api/media/{view.key}")
        assert (head.content, head.headers["content-length"]) == (b"", str(view.size))


async def test_urls_of_posts_lead_somewhere(site):
    channel = (await site.store.chats())[0]
    posts = await site.get("/api/posts", channel_id=channel.id, limit=200)
    names = ("media_url", "thumb_url", "author_avatar")
    urls = {one[name] for one in posts for name in names if one[name]}
    assert any(one.startswith("/api/thumbs/") for one in urls)
    for url in urls:
        answer = await site.client.get(url)
        assert answer.status_code == 200, url
        assert answer.headers["content-security-policy"] == SANDBOX


@pytest.mark.parametrize(
    ("asked", "size", "expected"),
    [
        (None, 10, Span(0, 10)),
        ("bytes=0-0", 10, Span(0, 1)),
        ("bytes=2-", 10, Span(2, 10)),
        ("bytes=2-99", 10, Span(2, 10)),
        ("bytes=-3", 10, Span(7, 10)),
        ("bytes=-30", 10, Span(0, 10)),
        ("bytes=10-", 10, None),
        ("bytes=-0", 10, None),
        ("bytes=5-2", 10, Span(0, 10)),
        ("bytes=0-1,3-4", 10, Span(0, 10)),
        ("bytes=-", 10, Span(0, 10)),
        ("lines=1-2", 10, Span(0, 10)),
        ("bytes=" + "9" * 40 + "-", 10, Span(0, 10)),
        ("bytes=0-", 0, None),
    ],
)
def test_ranges(asked, size, expected):
    assert asked_span(asked, size) == expected


async def test_parts_of_a_file(site):
    view = max(await stored(site), key=lambda one: one.size)
    url = f"/api/media/{view.key}"
    whole = (await site.client.get(url)).content

    async def ask(**headers):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await site.client.get(url, headers=named)

    part = await ask(range="bytes=10-19")
    assert (part.status_code, part.content) == (206, whole[10:20])
    assert part.headers["content-range"] == f"bytes 10-19/{len(whole)}"
    beyond = await ask(range=f"bytes={len(whole)}-")
    assert (beyond.status_code, beyond.content) == (416, b"")
    assert beyond.headers["content-range"] == f"bytes */{len(whole)}"
    etag = f'"{view.sha256}"'
    assert (await ask(range="bytes=0-1", if_range=etag)).status_code == 206
    assert (await ask(range="bytes=0-1", if_range='"other"')).content == whole
    same = await ask(if_none_match=etag)
    assert (same.status_code, same.content) == (304, b"")
    both = await ask(if_none_match=etag, range="bytes=0-1")
    assert both.status_code == 304


async def test_only_regular_files_of_the_archive_are_served(site, tmp_path):
    view = next(one for one in await stored(site) if one.key.startswith("photo/"))
    path = site.store.path / "media" / view.sha256[:2] / f"{view.sha256}.{view.extension}"
    secret = tmp_path / "secret"
    secret.write_text("secret")
    path.unlink()
    path.symlink_to(secret)
    assert (await site.client.get(f"/api/media/{view.key}")).status_code == 404
    path.unlink()
    path.mkdir()
    assert (await site.client.get(f"/api/media/{view.key}")).status_code == 404
    path.rmdir()
    assert (await site.client.get(f"/api/media/{view.key}")).status_code == 404


async def test_what_is_erased_is_off_the_disk(site):
    channel = (await site.store.chats())[0]
    posts = await site.get("/api/posts", channel_id=channel.id, limit=200, kind="photo")
    one = next(post for post in posts if post["media_url"] and not post["grouped_id"])
    sha = one["file"]["sha256"]
    files = list(site.store.path.glob(f"*/{sha[:2]}/{sha}.*"))
    assert len(files) == 2
    await site.delete("/api/posts", channel_id=channel.id, telegram_id=one["telegram_id"], purge=1)
    assert not any(path.exists() for path in files)
    assert (await site.client.get(one["media_url"])).status_code == 404
