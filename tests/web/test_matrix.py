"""Every cell of Host by Origin by method by credential, over every route that the site has."""

import itertools
import re
from collections import Counter

import pytest
from tests.web.asking import Hand, ask, assert_strict, cookie, paths_of, site_of
from tests.web.serving import HOST, ORIGIN, TOKEN

from headrace.blobs.files import LocalFiles
from headrace.store.open import open_archive
from headrace.web.auth import WINDOW_S

#: Beside the methods that a route has itself.
OTHERS = ("HEAD", "OPTIONS", "TRACE", "PATCH")
CREDENTIALS = ("none", "token", "wrong token", "session", "wrong session", "token and session")


def routes(guard):
    """Every method and path of the site, and some that it does not have."""
    for path, methods in paths_of(guard).items():
        yield from ((method, path) for method in sorted(methods))
    yield "GET", "/nowhere"
    yield "POST", "/nowhere"
    yield "PUT", "/api/download/status"


def is_own(site, origin):
    return site in (None, "same-origin", "none") and origin in (None, ORIGIN) and (site or origin)


@pytest.fixture
async def archive(tmp_path):
    """The store of an archive that holds nothing."""
    async with open_archive(LocalFiles(), tmp_path / "archive") as store:
        yield store


def cells(method):
    """Methods that nobody needs pass or fail by the same rules: a few cells show it."""
    hosts = (HOST, "evil.example")
    if method in OTHERS:
        places = ((None, None), ("same-origin", ORIGIN), ("cross-site", "http://evil.example"))
        return [
            (host, *place, who)
            for host, place, who in itertools.product(hosts, places, CREDENTIALS)
        ]
    sites = (None, "same-origin", "none", "same-site", "cross-site")
    origins = (None, ORIGIN, "http://evil.example", "null", "https://127.0.0.1:8350")
    return itertools.product(hosts, sites, origins, CREDENTIALS)


def expected_of(method, path, host, site, origin, credential):
    """The status of a refusal; nothing where the request is let through."""
    if host != HOST:
        return 421
    is_safe = method in ("GET", "HEAD", "OPTIONS")
    if not is_safe and not is_own(site, origin) and credential not in ("token", "wrong token"):
        return 403
    is_open = (method, path) == ("POST", "/api/session") or (
        method in ("GET", "HEAD") and path.startswith("/static/")
    )
    if credential == "wrong token" or (credential in ("none", "wrong session") and not is_open):
        return 401
    return None


async def answer_of(guard, session, method, path, host, site, origin, credential):
    headers = [("host", host)]
    headers += [("sec-fetch-site", site)] if site else []
    headers += [("origin", origin)] if origin else []
    if "token" in credential:
        given = "wrong" if "wrong" in credential else TOKEN
        headers.append(("authorization", f"Bearer {given}"))
    if "session" in credential:
        headers.append(("cookie", "sid=wrong" if "wrong" in credential else session))
    return await ask(guard, method, path, headers)


async def test_only_the_allowed_cells_pass(archive):
    counted = Counter()
    clock = Hand()
    guard = site_of(clock, archive)
    asked = [*routes(guard), *itertools.product(OTHERS, paths_of(guard))]
    for method, path in asked:
        session = await cookie(guard)
        for cell in cells(method):
            if cell[-1] == "wrong token":
                # Those of other cells are forgotten by now.
                clock.advance(WINDOW_S)
            elif path == "/api/session":
                session = await cookie(guard)
            status, answer, _ = await answer_of(guard, session, method, path, *cell)
            expected, where = expected_of(method, path, *cell), (method, path, *cell)
            if expected is None:
                assert status not in (401, 403, 415, 421, 500), (where, status)
            else:
                assert status == expected, (where, status)
            assert_strict(answer, where)
            counted[expected] += 1
    print(len(asked), dict(counted))
    described = guard.app.openapi()["paths"]
    everywhere = {re.sub(r"{\w+}", "1", path) for path in described} | {"/", "/search", "/c/1/1"}
    assert {path for _, path in asked} > everywhere
    assert counted[None] > 1_000
    assert counted.total() > 10_000
