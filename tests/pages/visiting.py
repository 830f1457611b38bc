"""A browser that is signed in at the real site of an archive."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from playwright.async_api import Page
from tests.pages.browser import looking

from headrace import settings
from headrace.app.serve import serve


@asynccontextmanager
async def visited(archive: Path, folder: Path, **options: Any) -> AsyncIterator[tuple[Page, str]]:
    """A page and the address of the site; ``options`` are those of the browser."""
    given = settings.load({"archive": archive, "config": folder / "config", "port": 0})
    told = asyncio.get_running_loop().create_future()
    server = asyncio.create_task(serve(given, lambda *found: told.set_result(found)))
    try:
        running, token = await told
        signed_in = {"extra_http_headers": {"Authorization": f"Bearer {token}"}}
        async with looking(running.url, **signed_in, **options) as (page, watched):
            yield page, running.url
            assert watched.wrong == []
    finally:
        server.cancel()
        await asyncio.wait([server])
