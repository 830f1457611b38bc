"""The routes that read, over an archive that was imported from the sandbox, in this process."""

from __future__ import annotations

import asyncio
import shutil
from contextlib import asynccontextmanager

import httpx
from fastapi import FastAPI
from tests.crash.importing import loaded
from tests.talking import bring

from headrace import settings
from headrace.blobs.files import LocalFiles
from headrace.model.download import MediaPolicy
from headrace.store.open import open_archive
from headrace.web.api import channels, layouts, media, posts, search
from headrace.web.errors import answer_errors
from tgsandbox.server import serve


def imported(world, ref, folder):
    """An archive of a world, with its files."""

    async def run():
        async with serve(world) as sandbox:
            await bring(loaded(sandbox, folder), ref, media=MediaPolicy())

    asyncio.run(run())
    return folder / "archive"


@asynccontextmanager
async def site_of(archive, copy):
    """A client of the routes over a copy of an archive, and the store below them."""
    shutil.copytree(archive, copy)
    async with open_archive(LocalFiles(), copy, create=False) as store:
        while await store.index_more(500):
            pass
        app = application(store)
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            yield Site(client, store, app)


def application(store):
    """Only what the routes themselves need."""
    app = FastAPI()
    app.state.store, app.state.settings = store, settings.load({})
    for one in (channels, posts, layouts, search, media):
        app.include_router(one.router)
    answer_errors(app)
    return app


class Site:
    def __init__(self, client, store, app):
        self.client, self.store, self.app = client, store, app

    async def get(self, path, code=200, **query):
        answer = await self.client.get(path, params=query)
        assert answer.status_code == code, answer.text
        return answer.json()

    async def post(self, path, body, code=200):
        answer = await self.client.post(path, json=body)
        assert answer.status_code == code, answer.text
        return answer.json()

    async def delete(self, path, code=200, **query):
        answer = await self.client.delete(path, params=query)
        assert answer.status_code == code, answer.text
        return answer.json()
