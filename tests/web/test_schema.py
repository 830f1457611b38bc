"""Every operation that the API describes, asked whatever fits its description and what does not.

The archive is a copy, and jobs find no account: what erases and what imports is asked, too.
"""

from __future__ import annotations

import asyncio
import shutil
import threading
from collections import Counter
from contextlib import contextmanager
from http.cookiejar import DefaultCookiePolicy
from typing import NamedTuple

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import load_all_checks, not_a_server_error
from schemathesis.specs.openapi import checks
from tests.web.asking import site_of
from tests.web.reading import imported
from tests.web.serving import TOKEN, listening

from headrace import settings
from headrace.jobs.board import Board

load_all_checks()
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.unsupported_method,
    checks.negative_data_rejection,
]
SCHEMA = schemathesis.openapi.from_dict(site_of().app.openapi())
OPERATIONS = {one.ok().label: one.ok() for one in SCHEMA.get_all_operations()}


def turn(label):
    """Imports come first, so that there are jobs; then what erases, and wrong tokens last."""
    is_import = label.endswith("import")
    is_last = label.startswith("DELETE"), label.startswith("DELETE /api/channels")
    return (label.endswith("session"), *is_last, not is_import, label)


LABELS = sorted(OPERATIONS, key=turn)
FREE = {"chat", "since", "until", "media", "max_size", "protected", "refresh"}
EXAMPLES = 50


class Site(NamedTuple):
    """Where it is, who asks, and what is there."""

    address: str
    session: requests.Session
    there: dict[str, str]
    numbers: list[int]
    keys: list[str]

    def restore(self):
        """Show the channel again where it was hidden, and have one where it was erased."""
        body = {"channel_id": self.there["channel_id"], "title": "Mill"}
        self.session.post(f"{self.address}/api/channels", json=body).raise_for_status()


def without_streams(site):
    """Nobody waits for what never comes: streams of events end at once."""
    site.app.state.board = Board()
    site.app.state.board.close()


@contextmanager
def running(archive, folder):
    """The address of a site of an archive, served by a thread."""
    told, stop = [], []
    ready = threading.Event()

    async def run():
        given = settings.load({"archive": archive, "config": folder / "config"})
        async with listening(given, set_up=without_streams) as (address, site, _):
            (channel,) = [
                one for one in await site.app.state.store.chats() if one.username == "tinymill"
            ]
            loop, is_over = asyncio.get_running_loop(), asyncio.Event()
            told.extend([address, str(channel.id)])
            stop.append(lambda: loop.call_soon_threadsafe(is_over.set))
            ready.set()
            await is_over.wait()

    thread = threading.Thread(target=asyncio.run, args=[run()])
    thread.start()
    assert ready.wait(60)
    try:
        yield told
    finally:
        stop[0]()
        thread.join()


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("schema")
    archive = imported("tiny", "@tinymill", folder / "own")
    shutil.copytree(archive, folder / "copy")
    with running(folder / "copy", folder) as (address, channel), requests.Session() as session:
        session.trust_env = False
        session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        session.headers["Authorization"] = f"Bearer {TOKEN}"
        posts = session.get(f"{address}/api/posts?channel_id={channel}&limit=200").json()
        album = next(one["grouped_id"] for one in posts if one["grouped_id"])
        yield Site(
            address,
            session,
            {"channel_id": channel, "channel": channel, "grouped_id": album},
            [one["telegram_id"] for one in posts],
            [*(one["file"]["key"] for one in posts if one["thumb_url"]), "photo/1", "document/1/m"],
        )


def cases(label, mode, site):
    """Requests; keys of files have a slash, which the generator knows not how to put there."""
    operation = OPERATIONS[label]
    if "{key}" not in label or mode is GenerationMode.NEGATIVE:
        return operation.as_strategy(generation_mode=mode)
    return st.sampled_from(site.keys).flatmap(
        lambda key: operation.as_strategy(generation_mode=mode, path_parameters={"key": key})
    )


def at_home(case, there, number):
    """Ask for what is in the archive, not for anything."""
    known = there | {"telegram_id": number}
    if "date" in case.query:
        case.query["date"] = "2024-01-31"
    for given_ in (case.path_parameters, case.query):
        given_.update({name: known[name] for name in given_ if name in known})
    for one in case.body if isinstance(case.body, list) else [case.body]:
        if isinstance(one, dict):
            found = {"channel": "@tinymill", "token": TOKEN, "channel_id": there["channel_id"]}
            one.update({name: found[name] for name in one if name in found})
            # Of what is free text, little is a time, a size or a kind.
            for name in FREE & set(one):
                del one[name]


def asked(label, mode, site, count):
    """Ask so many times; the statuses of the answers."""
    said = Counter()

    @hypothesis_settings(
        max_examples=count,
        deadline=None,
        suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
    )
    @given(case=cases(label, mode, site), home=st.booleans(), number=st.sampled_from(site.numbers))
    def ask(case, home, number):
        if (home or "session" in label) and mode is GenerationMode.POSITIVE:
            at_home(case, site.there, number)
            if label.startswith("DELETE /api/channels"):
                site.restore()
        answer = case.call(base_url=site.address, session=site.session, allow_redirects=False)
        # What does not fit may be too large first.
        checks_ = CHECKS if answer.status_code != 413 else CHECKS[:-1]
        case.validate_response(answer, checks=checks_, transport_kwargs={"session": site.session})
        said[answer.status_code] += 1

    ask()
    return said


@pytest.mark.parametrize("label", LABELS)
def test_a_few_of_each(label, site):
    assert asked(label, GenerationMode.POSITIVE, site, 3)


@pytest.mark.soak
@pytest.mark.parametrize("label", LABELS)
def test_fifty_of_each(label, site):
    one = OPERATIONS[label]
    takes_something = one.path_parameters or one.query or one.headers or one.body
    modes = [GenerationMode.POSITIVE, *([GenerationMode.NEGATIVE] if takes_something else [])]
    said = {mode.value: dict(asked(label, mode, site, EXAMPLES)) for mode in modes}
    print(label, said)
    # A generator of requests without parameters finds that it has given them all.
    assert sum(said["positive"].values()) >= (EXAMPLES if takes_something else 1)
