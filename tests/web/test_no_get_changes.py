"""No GET changes anything: rows, files and jobs are the same after every route was asked."""

import re
import sqlite3
from contextlib import closing

import pytest
from tests.web import serving
from tests.web.asking import all_routes, assert_strict
from tests.web.reading import imported

from headrace import settings
from headrace.jobs.board import Board
from headrace.pages import static
from headrace.web.content import SANDBOX

QUERIES = (
    "",
    "?purge=1&q=mill&channel_id=tinymill&telegram_id=2&date=2024-01-01&lang=ru&theme=dark",
)


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    return imported("tiny", "@tinymill", tmp_path_factory.mktemp("tiny"))


def everything(archive):
    """All rows but those of leases, which are kept alive, and the names and sizes of all files."""
    with closing(sqlite3.connect(archive / "archive.db")) as rows:
        lines = [line for line in rows.iterdump() if not line.startswith('INSERT INTO "leases"')]
    folders = [archive / name for name in ("media", "thumbs")]
    files = {path: path.stat() for one in folders for path in one.rglob("*")}
    return lines, {path: (one.st_size, one.st_mtime_ns) for path, one in files.items()}


async def addresses(site):
    """Every route that answers GET or HEAD, filled with what is there, and with what is not."""
    posts = await site.get("/api/posts?channel_id=tinymill&limit=200")
    fits = {
        "channel": "tinymill", "name": "tinymill", "version": static.prefix().split("/")[-1],
        "key": next(one["file"]["key"] for one in posts if one["thumb_url"]),
        "grouped_id": next(one["grouped_id"] for one in posts if one["grouped_id"]),
        "telegram_id": posts[0]["telegram_id"], "message_id": posts[0]["telegram_id"],
    }  # fmt: skip
    for route in all_routes(site.guard.app.routes):
        given = fits | ({"name": "main.js"} if route.path.startswith("/static/") else {})
        for values in (given, dict.fromkeys(given, "77")):
            path = re.sub(r"{(\w+)(?::\w+)?}", lambda one, v=values: str(v[one[1]]), route.path)
            for method in sorted(route.methods & {"GET", "HEAD"}):
                yield method, path


async def test_every_route_is_asked_and_nothing_has_changed(archive, tmp_path):
    given = settings.load({"archive": archive, "config": tmp_path / "config"})
    async with serving.site(given) as site:
        app = site.guard.app
        app.state.board = Board()
        # Nobody waits for what never comes: streams of events end at once.
        app.state.board.close()
        while await app.state.store.index_more(500):
            pass
        asked = [one async for one in addresses(site)]
        before, jobs = everything(archive), site.runner.jobs()
        said = []
        for method, path in asked:
            for query in QUERIES:
                answer = await site.client.request(method, path + query)
                assert answer.status_code in (200, 400, 404, 422), (method, path, query)
                assert_headers(answer, path)
                said.append(answer.status_code)
        assert everything(archive) == before
        assert site.runner.jobs() == jobs == []
    print(len(asked), {code: said.count(code) for code in set(said)})
    assert said.count(200) > len(asked) // 2


def assert_headers(answer, path):
    """As strict as ever; files are in a sandbox, and they and the static ones may be kept."""
    if answer.status_code == 200 and path.startswith(("/api/media/", "/api/thumbs/")):
        assert answer.headers["content-security-policy"] == SANDBOX
        assert answer.headers["cache-control"].startswith("private, ")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    elif answer.status_code == 200 and path.startswith("/static/"):
        assert answer.headers["cache-control"].endswith("immutable")
        assert answer.headers["x-content-type-options"] == "nosniff"
    else:
        assert_strict(answer.headers, path)
