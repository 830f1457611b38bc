"""The guard: hosts, types and sizes, wrong tokens, sessions."""

import json

import pytest
from tests.web.asking import Hand, ask, cookie, site_of
from tests.web.serving import HOST, ORIGIN, TOKEN

from headrace.web.auth import MOST_OF_ONE
from headrace.web.guard import MOST_BYTES
from headrace.web.hosts import host_name, is_loopback

OWN_HOSTS = ("127.0.0.1:8350", "localhost", "LOCALHOST:8350", "[::1]:8350", "archive.example:443")
FOREIGN_HOSTS = (
    "evil.example", "127.0.0.1.evil.example", "localhost.", "[::2]", "0.0.0.0:8350", "127.0.0.1:x",
    "127.0.0.1:99999", "user@127.0.0.1", "127.0.0.1:8350:8350", "[::1", "",
)  # fmt: skip


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
