"""The site in this process, asked as a client on this machine would, against a sandbox."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from headrace.app.serve import serving
from headrace.model.job import JobState
from headrace.web.server import listen, port_of, serve_until_cancelled

TOKEN = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"
HOST = "127.0.0.1:8350"
ORIGIN = f"http://{HOST}"


@dataclass
class Site:
    guard: Any
    runner: Any
    client: httpx.AsyncClient

    @property
    def store(self):
        return self.guard.app.state.store

    async def post(self, path, body=None, code=200, **more):
        answer = await self.client.post(path, json=body, **more)
        assert answer.status_code == code, answer.text
        return answer.json()

    async def get(self, path, code=200, **more):
        answer = await self.client.get(path, **more)
        assert answer.status_code == code, answer.text
        return answer.json()

    async def begin(self, channel, **more):
        return await self.post("/api/download/import", {"channel": channel, **more}, code=202)

    async def until(self, job_id, is_so):
        """Wait for a job to be as wanted; whatever ends it otherwise fails the test."""
        board, number = self.runner.board, 0
        while True:
            job = board.get(job_id)
            if is_so(job):
                return job
            assert job.state.is_live, job
            number = max(change.number for change in board.since(0))
            await board.changed(number)

    async def ended(self, job_id, state=JobState.SUCCEEDED):
        """Wait until a job has ended."""
        board = self.runner.board
        while (job := board.get(job_id)).state.is_live:
            await board.changed(max(change.number for change in board.since(0)))
        assert job.state == state, job
        return job


def client_of(guard, *, token=TOKEN, host=HOST, **more):
    """A client with the token, or another, or none."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    transport = httpx.ASGITransport(guard, raise_app_exceptions=False, client=("127.0.0.1", 5))
    return httpx.AsyncClient(
        transport=transport, base_url=f"http://{host}", headers=headers, timeout=None, **more
    )


@asynccontextmanager
async def site(settings, *, token=TOKEN):
    """The site of the archive of some settings."""
    async with serving(settings, token) as (guard, runner), client_of(guard) as client:
        yield Site(guard, runner, client)


@asynccontextmanager
async def listening(settings, *, token=TOKEN, set_up=None):
    """The same on a port of loopback: its address, the guard and the runner.

    ``set_up`` gets the guard before anybody can ask.
    """
    async with serving(settings, token) as (guard, runner):
        if set_up is not None:
            set_up(guard)
        sockets = listen("127.0.0.1", 0)
        server = asyncio.create_task(serve_until_cancelled(guard, sockets))
        try:
            yield f"http://127.0.0.1:{port_of(sockets)}", guard, runner
        finally:
            # As the program does: streams of events end with the jobs.
            await runner.close()
            server.cancel()
            await asyncio.wait([server])
            for one in sockets:
                one.close()


async def first(*tasks):
    """Return when one of the coroutines has come to its end."""
    await asyncio.wait([asyncio.ensure_future(one) for one in tasks], return_when="FIRST_COMPLETED")
