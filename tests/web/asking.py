"""The site behind its guard, with nothing in it, asked header by header."""

from __future__ import annotations

import json
import re
from collections import defaultdict

import httpx
from tests.web.serving import HOST, ORIGIN, TOKEN

from headrace import settings
from headrace.errors import UsageError
from headrace.jobs.board import Board
from headrace.web.auth import Door
from headrace.web.guard import HEADERS
from headrace.web.hosts import answering_to
from headrace.web.site import Parts, make_site


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

    async def holdings(self, chats):
        return {}

    async def failures(self, chats):
        return {}


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


def paths_of(guard):
    """The methods of every path that the site has, whether it is described or not."""
    found = defaultdict(set)
    for route in all_routes(guard.app.routes):
        found[re.sub(r"{\w+(:\w+)?}", "1", route.path)] |= set(route.methods)
    return found


def all_routes(routes):
    """Those of included routers stand within these."""
    for one in routes:
        if hasattr(one, "original_router"):
            assert one.include_context.prefix == ""
            yield from all_routes(one.original_router.routes)
        else:
            yield one


async def cookie(guard):
    headers = [("host", HOST), ("origin", ORIGIN), ("content-type", "application/json")]
    body = json.dumps({"token": TOKEN}).encode()
    status, answer, _ = await ask(guard, "POST", "/api/session", headers, body)
    assert status == 201
    said = answer["set-cookie"].lower()
    assert {"httponly", "samesite=strict", "path=/"} <= set(said.split("; "))
    return answer["set-cookie"].split(";")[0]


def assert_strict(answer, where):
    """Each header once, as strict as it can be."""
    for name, value in HEADERS.items():
        assert answer.get_list(name.decode()) == [value.decode()], (where, name)
    assert "unsafe" not in answer["content-security-policy"]
    assert "frame-ancestors 'none'" in answer["content-security-policy"]
    assert not answer.keys() & {"server", "access-control-allow-origin", "x-powered-by"}, where
