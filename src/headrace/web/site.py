"""The site: the API and the pages of one archive, behind the guard."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI

from headrace import __version__
from headrace.jobs.board import Board
from headrace.jobs.runner import JobRunner
from headrace.web import assets, pages
from headrace.web.api import (
    channels,
    download,
    fetch,
    gone,
    layouts,
    media,
    posts,
    search,
    session,
)
from headrace.web.auth import Door
from headrace.web.errors import RESPONSES, answer_errors
from headrace.web.guard import Guard
from headrace.web.ports import Imports

#: One line for each noun.
ROUTERS = (
    session.router,
    download.router,
    channels.router,
    posts.router,
    layouts.router,
    search.router,
    fetch.router,
    gone.router,
    media.router,
    assets.router,
    pages.router,
)


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What a site stands on, given by the composition root."""

    #: The archive's rows, and the settings: what the routers of posts and pages read.
    store: Any
    settings: Any
    jobs: JobRunner
    board: Board
    imports: Imports
    door: Door
    #: Host names that it answers to (``web.hosts.answering_to``).
    names: frozenset[str]
    #: What browsers without a session see, by language.
    sign_in_page: Callable[[str], str]


def make_site(parts: Parts) -> Guard:
    """The ASGI application; behind the guard is ``.app``, which knows the whole API."""
    app = FastAPI(
        title="headrace",
        version=__version__,
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        responses=RESPONSES,
    )
    for name in ("store", "settings", "jobs", "board", "imports", "door"):
        setattr(app.state, name, getattr(parts, name))
    for router in ROUTERS:
        app.include_router(router)
    answer_errors(app)
    return Guard(app, parts.door, parts.names, _is_open, parts.sign_in_page)


def _is_open(method: str, path: str) -> bool:
    """What strangers may ask for: a way to sign in, and what that page is made of."""
    if (method, path) == ("POST", "/api/session"):
        return True
    return method in ("GET", "HEAD") and path.startswith("/static/")
