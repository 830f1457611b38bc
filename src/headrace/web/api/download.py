"""``/api/download``: imports as jobs: begin, watch, stop, go on, forget."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from headrace.errors import ChatNotFound, UsageError
from headrace.jobs.runner import JobRunner
from headrace.model.job import Job, JobKind
from headrace.web.events import event_stream
from headrace.web.frames import language_code
from headrace.web.ports import Imports
from headrace.web.status import Status, status_of
from headrace.web.wishes import ImportWish, JobWish, Ref

router = APIRouter(prefix="/api/download", tags=["download"])
Channel = Annotated[Ref, Path(description="As it was typed, an id, or the id of a job.")]


class Cleared(BaseModel):
    """The jobs that were forgotten."""

    cleared: list[str]


def _jobs(request: Request) -> JobRunner:
    jobs: JobRunner = request.app.state.jobs
    return jobs


def _imports(request: Request) -> Imports:
    imports: Imports = request.app.state.imports
    return imports


def _told(request: Request) -> Callable[[Job], Status]:
    return partial(status_of, language=language_code(request))


Jobs = Annotated[JobRunner, Depends(_jobs)]
#: A status with its error in the language of whoever asks.
Told = Annotated[Callable[[Job], Status], Depends(_told)]
TheImports = Annotated[Imports, Depends(_imports)]


async def _of(channel: str, jobs: JobRunner, imports: Imports) -> list[Job]:
    """The jobs that a channel names, the newest last; ``ChatNotFound`` where there are none."""
    if found := [job for job in jobs.jobs() if channel in (job.id, job.request.ref)]:
        return found
    try:
        resources = await imports.resources(channel)
    except UsageError:
        resources = []
    found = [job for job in jobs.jobs() if job.resource in resources]
    if not found:
        raise ChatNotFound(
            f"There is no import of {channel}.",
            hint="Begin one first.",
            ru=f"Импорта {channel} нет.",
            hint_ru="Сначала начните импорт.",
        )
    return found


async def _latest(channel: str, jobs: JobRunner, imports: Imports) -> Job:
    return (await _of(channel, jobs, imports))[-1]


@router.post("/import", status_code=202)
async def begin(wish: JobWish, jobs: Jobs, imports: TheImports, told: Told) -> Status:
    """Begin an import, or go on with it; the answer comes at once."""
    request = imports.request(wish, wish.kind)
    resource = (await imports.resources(request.ref))[0]
    return told(await jobs.submit(request, resource))


@router.post("/plan")
async def plan(wish: ImportWish, imports: TheImports) -> dict[str, Any]:
    """What an import would read: messages, comments, bytes, requests. Nothing is written."""
    return await imports.plan(imports.request(wish, JobKind.IMPORT))


@router.get("/status")
async def statuses(jobs: Jobs, told: Told) -> list[Status]:
    """All jobs, the oldest first."""
    return [told(job) for job in jobs.jobs()]


@router.get(
    "/events",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {}}}},
)
async def events(
    request: Request, told: Told, last_event_id: Annotated[str, Header(max_length=100)] = ""
) -> StreamingResponse:
    """All jobs as they are, and each change of them, as server-sent events.

    ``event: status`` has a status, ``event: cleared`` the id of a job that was forgotten.
    """
    stream: AsyncIterator[str] = event_stream(
        request.app.state.board, request.state.visitor, last_event_id, told
    )
    return StreamingResponse(stream, media_type="text/event-stream")


@router.get("/status/{channel:path}")
async def status(channel: Channel, jobs: Jobs, imports: TheImports, told: Told) -> Status:
    """The latest job of a channel."""
    return told(await _latest(channel, jobs, imports))


@router.post("/stop/{channel:path}")
async def stop(channel: Channel, jobs: Jobs, imports: TheImports, told: Told) -> Status:
    """Stop an import within a second; resuming goes on where it was."""
    job = await _latest(channel, jobs, imports)
    return told(await jobs.stop(job.id))


@router.post("/resume/{channel:path}", status_code=202)
async def resume(channel: Channel, jobs: Jobs, imports: TheImports, told: Told) -> Status:
    """Go on with an import that was stopped, interrupted or has failed."""
    job = await _latest(channel, jobs, imports)
    return told(await jobs.resume(job.id))


@router.post("/cancel/{channel:path}")
async def cancel(channel: Channel, jobs: Jobs, imports: TheImports, told: Told) -> Status:
    """Stop an import for good; what it has read stays in the archive."""
    job = await _latest(channel, jobs, imports)
    return told(await jobs.cancel(job.id))


@router.post("/clear/{channel:path}")
async def clear(channel: Channel, jobs: Jobs, imports: TheImports) -> Cleared:
    """Forget the jobs of a channel that have ended; the archive keeps what they have read."""
    found = await _of(channel, jobs, imports)
    for job in found:
        await jobs.clear(job.id)
    return Cleared(cleared=[job.id for job in found])
