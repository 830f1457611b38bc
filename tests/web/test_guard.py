"""Every cell of Host by Origin by method by credential, over every route that the API describes."""

import itertools
import json
import re

import httpx
import pytest
from tests.web.serving import HOST, ORIGIN, TOKEN

from headrace import settings
from headrace.blobs.files import LocalFiles
from headrace.errors import UsageError
from headrace.jobs.board import Board
from headrace.store.open import open_archive
from headrace.web.auth import MOST_OF_ONE, WINDOW_S, Door
from headrace.web.guard import MOST_BYTES
from headrace.web.hosts import answering_to, host_name, is_loopback
from headrace.web.site import Parts, make_site

OWN_HOSTS = ("127.0.0.1:8350", "localhost", "LOCALHOST:8350", "[::1]:8350", "archive.example:443")
FOREIGN_HOSTS = (
    "evil.example", "127.0.0.1.evil.example", "localhost.", "[::2]", "0.0.0.0:8350", "127.0.0.1:x",
    "127.0.0.1:99999", "user@127.0.0.1", "127.0.0.1:8350:8350", "[::1", "",
)  # fmt: skip


class Hand:
    """A clock that is moved by hand."""

    def __init__(self):
        self.at = 1_000.0

    def monotonic(self):
        return self.at

    def advance(self, seconds):
        self.at += seconds


class Nothing:
    """Understands nothing that is typed: whatever passes the guard ends there."""

    def request(self, wish, kind):
        raise UsageError("No.")

    async def resources(self, ref):
        return []

    async def plan(self, request):
        raise UsageError("No.")


class NoJobs:
    def jobs(self):
        return []


def site_of(clock=None, store=None):
    door = Door(token=TOKEN, clock=clock or Hand())
    board = Board()
    # Nobody waits for what never comes: streams of events end at once.
    board.close()
    return make_site(
        Parts(
            store=store,
            settings=settings.load({}),
            jobs=NoJobs(),
            board=board,
            imports=Nothing(),
            door=door,
            names=answering_to(["archive.example"]),
            sign_in_page=lambda language: f"<!doctype html><html lang={language}>",
        )
    )


async def ask(guard, method, path, headers=(), body=b""):
    """A request with exactly these headers; status, headers and body of the answer."""
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method,
        "scheme": "http", "path": path, "raw_path": path.encode(), "query_string": b"",
        "headers": [(k.lower().encode(), v.encode()) for k, v in headers],
        "client": ("127.0.0.1", 5), "server": ("127.0.0.1", 8350),
    }  # fmt: skip
    sent, pending = [], [{"type": "http.request", "body": body, "more_body": False}]

    async def receive():
        return pending.pop() if pending else {"type": "http.disconnect"}

    async def send(message):
        sent.append(message)

    await guard(scope, receive, send)
    answer = b"".join(one.get("body", b"") for one in sent[1:])
    return sent[0]["status"], httpx.Headers(sent[0]["headers"]), answer


def routes(guard):
    """Every path and method that the API describes, and some that no description has."""
    described = guard.app.openapi()["paths"]
    for path, methods in described.items():
        for method in methods:
            yield method.upper(), re.sub(r"{\w+}", "1", path)
    yield "GET", "/api/openapi.json"
    yield "GET", "/nowhere"
    yield "POST", "/nowhere"
    yield "PUT", "/api/download/status"


def is_own(site, origin):
    return site in (None, "same-origin", "none") and origin in (None, ORIGIN) and (site or origin)


CREDENTIALS = ("none", "token", "wrong token", "session", "wrong session", "token and session")


async def cookie(guard):
    headers = [("host", HOST), ("origin", ORIGIN), ("content-type", "application/json")]
    body = json.dumps({"token": TOKEN}).encode()
    status, answer, _ = await ask(guard, "POST", "/api/session", headers, body)
    assert status == 201
    said = answer["set-cookie"].lower()
    assert {"httponly", "samesite=strict", "path=/"} <= set(said.split("; "))
    return answer["set-cookie"].split(";")[0]


@pytest.fixture
async def archive(tmp_path):
    """The store of an archive that holds nothing."""
    async with open_archive(LocalFiles(), tmp_path / "archive") as store:
        yield store


def cells():
    hosts = (HOST, "evil.example")
    sites = (None, "same-origin", "none", "same-site", "cross-site")
    origins = (None, ORIGIN, "http://evil.example", "null", "https://127.0.0.1:8350")
    return itertools.product(hosts, sites, origins, CREDENTIALS)


async def test_only_the_allowed_cells_pass(archive):
    counted = {"passed": 0, "refused": 0}
    clock = Hand()
    guard = site_of(clock, archive)
    for (method, path), cell in itertools.product(list(routes(guard)), cells()):
        host, site, origin, credential = cell
        # Wrong tokens of other cells are forgotten by now.
        clock.advance(WINDOW_S)
        headers = [("host", host)]
        headers += [("sec-fetch-site", site)] if site else []
        headers += [("origin", origin)] if origin else []
        if "token" in credential:
            given = "wrong" if "wrong" in credential else TOKEN
            headers.append(("authorization", f"Bearer {given}"))
        if "session" in credential:
            given = "sid=wrong" if "wrong" in credential else await cookie(guard)
            headers.append(("cookie", given))
        status, answer, _ = await ask(guard, method, path, headers)
        if host != HOST:
            expected = 421
        elif method != "GET" and not is_own(site, origin) and credential not in (
            "token", "wrong token",
        ):  # fmt: skip
            expected = 403
        elif credential in ("none", "wrong session", "wrong token") and not (
            (method, path) == ("POST", "/api/session") and credential != "wrong token"
        ):
            expected = 401
        else:
            expected = None
        where = (method, path, *cell)
        if expected is None:
            assert status not in (401, 403, 415, 421), (where, status)
            counted["passed"] += 1
        else:
            assert status == expected, (where, status)
            counted["refused"] += 1
        assert answer["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in answer["content-security-policy"]
        assert "unsafe" not in answer["content-security-policy"]
        assert answer["cache-control"] == "private, no-store"
        assert "access-control-allow-origin" not in answer
    print(counted)
    assert counted["passed"] > 200
    assert counted["refused"] > 3_000


@pytest.mark.parametrize("host", OWN_HOSTS)
async def test_own_hosts(host):
    token = ("authorization", f"Bearer {TOKEN}")
    status, _, _ = await ask(site_of(), "GET", "/api/session", [("host", host), token])
    assert status == 200


@pytest.mark.parametrize("host", FOREIGN_HOSTS)
async def test_foreign_hosts(host):
    token = ("authorization", f"Bearer {TOKEN}")
    for path in ("/", "/static/x.js", "/api/session", "/api/download/events"):
        status, _, body = await ask(site_of(), "GET", path, [("host", host), token])
        assert status == 421
        assert set(json.loads(body)) == {"error", "message", "hint"}


@pytest.mark.parametrize("hosts", [[], [HOST, HOST], [HOST, "evil.example"]])
async def test_a_host_is_named_once(hosts):
    headers = [("host", host) for host in hosts] + [("authorization", f"Bearer {TOKEN}")]
    status, _, _ = await ask(site_of(), "GET", "/api/session", headers)
    assert status == 421


async def test_web_sockets_are_refused():
    sent = []

    async def send(message):
        sent.append(message)

    scope = {"type": "websocket", "path": "/api/x", "headers": [(b"host", HOST.encode())]}
    await site_of()(scope, None, send)
    assert sent == [{"type": "websocket.close", "code": 1008}]


WITH_TOKEN = [("host", HOST), ("authorization", f"Bearer {TOKEN}")]


@pytest.mark.parametrize(
    ("headers", "body", "expected"),
    [
        ([("content-type", "text/plain")], b"{}", 415),
        ([("content-type", "application/x-www-form-urlencoded")], b"a=b", 415),
        ([("content-type", "multipart/form-data; boundary=x")], b"", 415),
        ([], b"{}", 415),
        ([("content-length", "2")], b"{}", 415),
        ([("content-type", "application/json"), ("content-type", "text/plain")], b"{}", 415),
        ([("content-type", "application/json; charset=utf-8")], b"{}", 422),
        ([("content-type", "application/json")], b"{", 422),
        ([("content-type", "application/json")], b" " * (MOST_BYTES + 1), 413),
        ([("content-type", "application/json"), ("content-length", "99999999")], b"", 413),
        ([("content-type", "application/json"), ("content-length", "-1")], b"", 413),
    ],
)
async def test_types_and_sizes(headers, body, expected):
    path = "/api/download/import"
    status, _, answer = await ask(site_of(), "POST", path, WITH_TOKEN + headers, body)
    assert status == expected
    assert set(json.loads(answer)) == {"error", "message", "hint"}


async def test_strangers_see_how_to_sign_in_and_nothing_else():
    headers = [("host", HOST), ("accept-language", "de, en;q=0.1, ru-RU,ru;q=0.9")]
    status, answer, body = await ask(site_of(), "GET", "/c/name/1", headers)
    assert (status, body) == (401, b"<!doctype html><html lang=ru>")
    assert answer["content-type"] == "text/html; charset=utf-8"
    # What was chosen before goes before what the browser likes best.
    headers = [("host", HOST), ("cookie", "lang=en"), ("accept-language", "ru")]
    assert (await ask(site_of(), "GET", "/", headers))[2] == b"<!doctype html><html lang=en>"


async def test_wrong_tokens_are_soon_looked_at_no_more():
    clock = Hand()
    guard = site_of(clock)
    wrong = [("host", HOST), ("authorization", "Bearer wrong")]
    said = [(await ask(guard, "GET", "/api/session", wrong))[0] for _ in range(1_000)]
    assert said.count(401) == MOST_OF_ONE
    assert said.count(429) == 1_000 - MOST_OF_ONE
    status, answer, _ = await ask(guard, "GET", "/api/session", WITH_TOKEN)
    assert (status, answer["retry-after"]) == (429, "300")
    clock.advance(301)
    assert (await ask(guard, "GET", "/api/session", WITH_TOKEN))[0] == 200


async def test_a_session_ends_when_nobody_uses_it_and_when_it_is_old():
    clock = Hand()
    guard = site_of(clock)
    held = [("host", HOST), ("cookie", await cookie(guard))]
    for _ in range(60):
        clock.advance(12 * 3600 - 1)
        assert (await ask(guard, "GET", "/api/session", held))[0] == 200
    clock.advance(12 * 3600 - 1)
    assert (await ask(guard, "GET", "/api/session", held))[0] == 401
    held = [("host", HOST), ("cookie", await cookie(guard))]
    clock.advance(12 * 3600)
    assert (await ask(guard, "GET", "/api/session", held))[0] == 401


async def test_signing_out_ends_the_session():
    guard = site_of()
    held = [("host", HOST), ("origin", ORIGIN), ("cookie", await cookie(guard))]
    assert (await ask(guard, "DELETE", "/api/session", held))[0] == 200
    assert (await ask(guard, "GET", "/api/session", held))[0] == 401


def test_names():
    assert host_name(b"[::1]:80") == "[::1]"
    assert host_name(b"a b") is None
    assert host_name("ä".encode()) is None
    assert [is_loopback(one) for one in ("127.0.0.1", "::1", "localhost", "0.0.0.0", "x")] == [
        True, True, True, False, False,
    ]  # fmt: skip
