"""A real browser on rendered pages, behind the real policy, that hears of everything wrong."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
import uvicorn
from playwright.async_api import Page, async_playwright

from headrace.pages import static

#: Where Chromium may be; ``scripts/browser.sh`` looks there, too.
NAMES = (os.environ.get("HEADRACE_CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome")
FLAGS = ["--no-sandbox", "--disable-quic", "--disable-background-networking"]
#: As the server sends it.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "media-src 'self' blob:; font-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; object-src 'none'; "
    "require-trusted-types-for 'script'"
)
#: Path and query -> a page; nothing for 404.
Pages = Callable[[str, str], str | None]


def chromium() -> str:
    """The path of the browser; a test without one fails and says how to get it."""
    found = next((path for name in NAMES if name and (path := shutil.which(name))), None)
    if found is None:
        pytest.fail("Chromium is missing: run scripts/browser.sh", pytrace=False)
    return found


class Site:
    """An ASGI application of pages, static files and media."""

    def __init__(self, pages: Pages, media: dict[str, Path], types: dict[str, str]) -> None:
        self.pages, self.media, self.types = pages, media, types
        self.posted: list[tuple[str, bytes]] = []
        #: What is answered to what is posted, by path.
        self.told: dict[str, bytes] = {}
        self.open: set[asyncio.Event] = set()
        self.events: list[bytes] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        path, query = unquote(scope["path"]), scope["query_string"].decode()
        if path == "/api/download/events":
            await self._stream(receive, send)
            return
        if scope["method"] != "GET":
            body = (await receive()).get("body", b"")
            self.posted.append((path, body))
            await self._answer(send, self.told.get(path, b"{}"), "application/json")
            return
        name = path.removeprefix(static.prefix() + "/")
        if name != path and name in static.assets():
            asset = static.assets()[name]
            await self._answer(send, asset.content, asset.type)
        elif path.startswith(("/api/media/", "/api/thumbs/")):
            await self._file(path.removeprefix("/api/"), send)
        else:
            page = self.pages(path, query)
            body = (page or "").encode()
            await self._answer(send, body, "text/html; charset=utf-8", 200 if page else 404)

    async def _file(self, name: str, send: Any) -> None:
        place = self.media.get(name)
        if place is None:
            await self._answer(send, b"", "text/plain", 404)
            return
        kind = "image/jpeg" if name.startswith("thumbs/") else self.types.get(name, "")
        await self._answer(send, place.read_bytes(), kind or "application/octet-stream")

    async def _stream(self, receive: Any, send: Any) -> None:
        head = [(b"content-type", b"text/event-stream"), (b"content-security-policy", b"sandbox")]
        await send({"type": "http.response.start", "status": 200, "headers": head})
        for event in self.events:
            await send({"type": "http.response.body", "body": event, "more_body": True})
        while (await receive())["type"] != "http.disconnect":
            pass

    @staticmethod
    async def _answer(send: Any, body: bytes, kind: str, status: int = 200) -> None:
        headers = [
            (b"content-type", kind.encode()),
            (b"content-length", str(len(body)).encode()),
            (b"content-security-policy", POLICY.encode()),
            (b"x-content-type-options", b"nosniff"),
            (b"referrer-policy", b"no-referrer"),
        ]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


@asynccontextmanager
async def serving(site: Site) -> AsyncIterator[str]:
    """The address of the site on loopback."""
    ear = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(site, log_level="warning", lifespan="off", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None
    running = asyncio.create_task(server.serve(sockets=[ear]))
    try:
        yield f"http://127.0.0.1:{ear.getsockname()[1]}"
    finally:
        server.should_exit = True
        await running
        ear.close()


class Watched:
    """What a page did that it should not: all of it is to stay empty."""

    def __init__(self, address: str) -> None:
        self.host = urlsplit(address).netloc
        self.wrong: list[str] = []

    def watch(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.wrong.append(f"error: {error}"))
        page.on("dialog", self._dialog)
        page.on("request", self._request)
        page.on("popup", lambda popup: self.wrong.append(f"popup: {popup.url}"))

    def _console(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.wrong.append(f"{message.type}: {message.text}")

    async def _dialog(self, dialog: Any) -> None:
        self.wrong.append(f"dialog: {dialog.message}")
        await dialog.dismiss()

    def _request(self, request: Any) -> None:
        address = urlsplit(request.url)
        if address.scheme not in ("data", "blob") and address.netloc != self.host:
            self.wrong.append(f"request: {request.url}")


@asynccontextmanager
async def looking(address: str, **options: Any) -> AsyncIterator[tuple[Page, Watched]]:
    """A page of a fresh browser context, watched."""
    async with async_playwright() as player:
        browser = await player.chromium.launch(executable_path=chromium(), args=FLAGS)
        context = await browser.new_context(**{"locale": "en-GB", "timezone_id": "UTC", **options})
        page = await context.new_page()
        watched = Watched(address)
        watched.watch(page)
        try:
            yield page, watched
        finally:
            await browser.close()
