"""Whatever the site asks the archive is an index look-up, also what is added tomorrow.

Every route is asked, and the statements that ran meanwhile are explained. A route that is not asked
here fails the test, so that no statement goes unseen.
"""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing, contextmanager
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine, event
from tests.builders import make_message, make_page, make_peer, make_photo
from tests.contracts.conftest import BACK_ENDS
from tests.crash.importing import loaded
from tests.postgres import postgres_server, postgres_url  # noqa: F401 - fixtures
from tests.talking import bring
from tests.web import serving

from headrace import settings
from headrace.blobs.files import LocalFiles
from headrace.model.coverage import Failure, thread_scope
from headrace.model.download import MediaPolicy
from headrace.model.job import JobState
from headrace.store.migrate import migrate_sqlite
from headrace.store.open import open_archive
from headrace.store.tables import metadata
from headrace.web.site import ROUTERS
from tgsandbox.server import serve

CHANNEL = "tinymill"
#: Routes that ask the archive nothing, or only by a job.
ASK_NOTHING = re.compile(
    r"/static/.*|/api/session|/api/download/(plan|progress|events|stop|resume|cancel).*"
)
#: Tables of which there are few rows however large the archive is.
SMALL = {"chats", "jobs", "leases", "seals", "claims", "watch", "alembic_version"}
#: Reading from one end as far as wanted, in the order of an index.
IN_ORDER = {
    "SCAN months USING INDEX months_stale",
    "SCAN hidden USING COVERING INDEX hidden_chats",
    "SCAN unindexed",
}
#: When the right to write to a chat is given back, rows are counted: once for each erasure.
SEALING = re.compile(r"SELECT count\(\*\) AS count_1 \nFROM \w+")
FILTERS = (
    "kind=photo", "kind=voice&kind=file", "author=101", "has_media=1", "has_media=0",
    "comments=with", "comments=without", "include_system_messages=1", "include_reposts=0",
    "include_polls=0", "include_deleted=0", "since=2024-01-01", "until=2030-01-01",
)  # fmt: skip
WORDS = ("q=mill", "q=mill&order=best", 'q="the mill" -river', "q=wate&since=2020-01-01", "q=a")


class Heard:
    """Statements that were run, each once, with values of one run."""

    def __init__(self):
        self.statements: dict[str, Any] = {}

    def __call__(self, _connection, _cursor, statement, values, _context, executemany):
        is_asking = re.match(r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\b", statement)
        if is_asking and not SEALING.fullmatch(statement):
            self.statements.setdefault(statement, values[0] if executemany else values)


@contextmanager
def listening():
    heard = Heard()
    event.listen(Engine, "before_cursor_execute", heard)
    try:
        yield heard
    finally:
        event.remove(Engine, "before_cursor_execute", heard)


@pytest.mark.parametrize("back_end", BACK_ENDS)
async def test_every_question_is_an_index_look_up(back_end, request, tmp_path):
    url = request.getfixturevalue("postgres_url") if back_end == "postgres" else None
    archive = tmp_path / "archive"
    async with (
        open_archive(LocalFiles(), archive, database_url=url) as store,
        serve("tiny") as sandbox,
    ):
        await bring(loaded(sandbox, tmp_path), f"@{CHANNEL}", media=MediaPolicy())
        await fail(store)
    given = settings.load({"archive": archive, "config": tmp_path / "none"})
    with listening() as heard:
        async with serving.site(given) as site:
            asked = await ask_everything(site)
    assert unasked(asked) == []
    assert len(heard.statements) > 80
    assert any("lag(" in one for one in heard.statements)
    if url is None:
        assert wrong_in_sqlite(archive / "archive.db", heard.statements) == []
    else:
        assert wrong_in_postgres(url, heard.statements) == []


async def fail(store):
    """Let a file of a post, a picture of somebody, and comments have failed."""
    channel = await store.chat_by_username(CHANNEL)
    lease = await store.acquire(f"chat:{channel.id}", "here:1:1")
    message = make_message(60_001, media=make_photo(60_001), author=60_001)
    face = make_peer(60_001, photo="60001")
    await store.save_page(lease, make_page([message], chat_id=channel.id, peers=(face,)))
    for key in ("photo/60001", "peer_photo/60001"):
        await store.file_failed(lease, key, "truncated")
    torn = Failure(lo=1, hi=1, reason="database")
    scope = thread_scope(channel.id, 3)
    page = make_page(chat_id=channel.id, scope=scope, lo=1, hi=1, failures=(torn,))
    await store.save_thread_page(lease, page)
    await store.release(lease)


def unasked(asked):
    """Routes that no question was for."""
    routes = [
        (method, one) for router in ROUTERS for one in router.routes for method in one.methods
    ]
    return [
        (method, one.path)
        for method, one in routes
        if method != "HEAD"
        and not ASK_NOTHING.fullmatch(one.path)
        and not any(how == method and one.path_regex.fullmatch(path) for how, path in asked)
    ]


async def ask_everything(site):
    """Ask every route; returns (method, path) of each question."""
    asked = []

    async def ask(method, address, body=None):
        answer = await site.client.request(method, address, json=body)
        assert answer.status_code < 500, (address, answer.text)
        asked.append((method, answer.request.url.path))
        return answer

    found = await found_addresses(site)
    for address in [*addresses(), *found]:
        await ask("GET", address)
    for address in (one for one in found if "/layouts/" in one):
        await ask("PUT", address, {"tiles": [{"id": 1, "width": 9, "height": 9}]})
    await ask("POST", "/api/fetch/photo/1")
    post = {"channel_id": CHANNEL, "telegram_id": 70001, "date": 9, "message": "posted"}
    for changed in ("posted", "posted", "changed"):
        await ask("POST", "/api/posts", post | {"message": changed})
    await ask("POST", "/api/channels", {"channel_id": "4242", "title": "New"})
    await ask("DELETE", f"/api/posts?channel_id={CHANNEL}&telegram_id=70001")
    await ask("POST", f"/api/posts/{CHANNEL}/70001/show")
    await ask("DELETE", f"/api/posts?channel_id={CHANNEL}&telegram_id=70001&purge=1")
    await ask("DELETE", "/api/channels/4242")
    await ask("DELETE", "/api/channels?channel_id=4242&purge=1")
    await ask("DELETE", f"/api/channels/{CHANNEL}")
    await ask("GET", f"/c/{CHANNEL}")
    await ask("POST", f"/api/channels/{CHANNEL}/show")
    await ask("DELETE", f"/api/channels/{CHANNEL}")
    told = (await ask("POST", "/api/download/import", {"channel": f"@{CHANNEL}"})).json()
    await site.ended(told["id"], JobState.FAILED)
    await ask("POST", f"/api/download/clear/@{CHANNEL}")
    return asked


def addresses():
    yield from ("/", "/activity", "/search", "/api/channels", "/api/download/status")
    yield from (f"/c/{CHANNEL}", f"/c/{CHANNEL}?below=15", f"/c/{CHANNEL}?above=5")
    yield from (f"/c/{CHANNEL}?date=2024-05-05", f"/c/{CHANNEL}/999999", "/c/nobody")
    yield f"/api/channels/{CHANNEL}"
    yield f"/api/channels/{CHANNEL}/months"
    yield f"/api/channels/{CHANNEL}/at?date=2024-05-05"
    yield f"/api/posts/check?channel_id={CHANNEL}&telegram_id=3"
    yield f"/api/download/status/@{CHANNEL}"
    for one in FILTERS:
        yield f"/api/posts?channel_id={CHANNEL}&{one}"
        yield f"/api/posts?channel_id={CHANNEL}&{one}&above=3"
    for words in WORDS:
        for more in ("", f"&channel_id={CHANNEL}", "&kind=photo", "&include_comments=0"):
            yield f"/api/search?{words}{more}"
        yield f"/search?{words}"


async def found_addresses(site):
    """Every post by its address, the albums, some files and thumbnails."""
    posts = await site.get(f"/api/posts?channel_id={CHANNEL}&limit=200")
    numbers = [one["telegram_id"] for one in posts]
    albums = {one["grouped_id"] for one in posts if one["grouped_id"]}
    files = [one[name] for one in posts for name in ("media_url", "thumb_url") if one[name]]
    return [
        *(f"/c/{CHANNEL}/{number}" for number in numbers),
        *(f"/c/{CHANNEL}/{number}/versions" for number in numbers[:2]),
        *(f"/api/posts/{CHANNEL}/{number}" for number in numbers[:9]),
        *(f"/api/posts/{CHANNEL}/{number}/comments" for number in numbers),
        *(f"/api/layouts/{one}" for one in albums),
        *files[:6],
    ]


def growing():
    return sorted(metadata.tables.keys() - SMALL)


def wrong_in_sqlite(path, statements):
    """Statements with what of their plans reads or sorts a table from end to end."""
    found = []
    with closing(sqlite3.connect(path)) as connection:
        for statement, values in statements.items():
            lines = connection.execute(f"EXPLAIN QUERY PLAN {statement}", values)
            wrong = [one[3] for one in lines if is_wrong(one[3], statement)]
            if wrong:
                found.append((statement, wrong))
    return found


def is_wrong(line, statement):
    if line in IN_ORDER:
        return False
    if line.startswith("USE TEMP B-TREE FOR") and line.endswith("ORDER BY"):
        return any(re.search(rf"\b{one}\b", statement) for one in growing())
    scanned = re.match(r"SCAN (\w+)", line)
    if scanned is None:
        return False
    name = scanned[1]
    return any(name == one or f" {one} AS {name}" in statement for one in growing())


def wrong_in_postgres(url, statements):
    """The same where PostgreSQL is made to use an index if there is one."""
    found = []
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET enable_seqscan = off")
        for statement, values in statements.items():
            lines = [one[0] for one in connection.execute(f"EXPLAIN {statement}", values)]
            read = [re.search(r"Seq Scan on (\w+)", one) for one in lines]
            wrong = [one[1] for one in read if one and one[1] in growing()]
            if wrong:
                found.append((statement, wrong))
    return found


def test_what_reads_or_sorts_all_is_noticed(tmp_path):
    migrate_sqlite(LocalFiles(), tmp_path / "archive.db")
    statements = {
        "SELECT * FROM messages AS one WHERE views > ?": (5,),
        "SELECT id FROM messages WHERE chat_id = ? ORDER BY views": (5,),
        "SELECT id FROM messages WHERE chat_id = ? ORDER BY id": (5,),
        "SELECT * FROM jobs ORDER BY created_at": (),
    }
    found = wrong_in_sqlite(tmp_path / "archive.db", statements)
    assert [wrong for _, wrong in found] == [["SCAN one"], ["USE TEMP B-TREE FOR ORDER BY"]]
