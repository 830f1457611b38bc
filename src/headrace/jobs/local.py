"""Jobs as tasks of the event loop that they were asked for in."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple

import msgspec

from headrace.errors import ArchiveBusy, ArchiveError, FloodPause, HeadraceError
from headrace.jobs.board import Board
from headrace.jobs.control import TaskControl
from headrace.jobs.resources import resource_of
from headrace.jobs.runner import JobRows, Work
from headrace.model.clock import Clock
from headrace.model.coverage import Lease
from headrace.model.job import Job, JobRequest, JobState, Progress, Wait
from headrace.model.values import PeerId

#: Jobs at work at once; the others are queued.
MOST_AT_ONCE = 4
#: Progress is written down at most so often.
_WRITE_EVERY_S = 1.0

_log = logging.getLogger(__name__)


@asynccontextmanager
async def running_jobs(
    rows: JobRows, lease: Lease, work: Work, clock: Clock, *, resume: bool = False
) -> AsyncIterator[LocalRunner]:
    """The runner of an archive's jobs, under the lease ``jobs``; at the end all of them end.

    What an earlier server left at work is interrupted; ``resume`` lets it go on.
    """
    runner = LocalRunner(rows, lease, work, clock)
    await runner.load(resume=resume)
    keeper = asyncio.create_task(runner.keep_rows())
    try:
        yield runner
    finally:
        keeper.cancel()
        await runner.close()


@dataclass(slots=True)
class LocalRunner:
    """Runs jobs in this loop (``headrace.jobs.runner.JobRunner``)."""

    rows: JobRows
    lease: Lease
    work: Work
    clock: Clock
    board: Board = field(default_factory=Board)
    _controls: dict[str, TaskControl] = field(default_factory=dict)
    #: What each live job holds: its chat, and by what else it was asked for.
    _held: dict[str, set[str]] = field(default_factory=dict)
    _room: asyncio.Semaphore = field(default_factory=partial(asyncio.Semaphore, MOST_AT_ONCE))
    _unwritten: set[str] = field(default_factory=set)
    _to_write: asyncio.Event = field(default_factory=asyncio.Event)
    _writing: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def load(self, *, resume: bool) -> None:
        """Take over what is written down.

        Of several interrupted jobs of one chat the oldest goes on; the others stay interrupted.
        """
        for job in await self.rows.jobs():
            self.board.put(job)
            if job.state.is_live:
                await self._put(job, state=JobState.INTERRUPTED)
        for job in self.jobs():
            if resume and job.state is JobState.INTERRUPTED:
                with suppress(ArchiveBusy):
                    await self.resume(job.id)

    def jobs(self) -> list[Job]:
        """As they are now, the oldest first."""
        return self.board.jobs()

    async def submit(self, request: JobRequest, resource: str) -> Job:
        """Begin a job, or go on with the unfinished one of the same chat."""
        self._check_free(resource)
        unfinished = [
            job
            for job in self.jobs()
            if job.resource == resource
            and job.state.is_unfinished
            and (job.request.kind, job.request.files) == (request.kind, request.files)
        ]
        if unfinished:
            return await self._start(unfinished[-1], request)
        now = self.clock.now()
        name, second = self.board.new_id(now), int(now)
        job = Job(id=name, resource=resource, request=request, created_at=second, updated_at=second)
        return await self._start(job, request)

    async def stop(self, job_id: str) -> Job:
        """End a job so that it can be resumed; returns when it has ended."""
        return await self._end(job_id, JobState.PAUSED)

    async def resume(self, job_id: str) -> Job:
        """Carry the same request out again; it goes on where it was."""
        job = self.board.get(job_id)
        if job.state.is_live:
            return job
        self._check_free(job.resource)
        return await self._start(job, job.request)

    async def cancel(self, job_id: str) -> Job:
        """End a job for good; what it has read stays in the archive."""
        job = await self._end(job_id, JobState.CANCELLED)
        if job.state.is_unfinished:
            job = await self._put(job, state=JobState.CANCELLED)
        return job

    async def clear(self, job_id: str) -> None:
        """Forget a job that has ended."""
        job = self.board.get(job_id)
        if job.state.is_live:
            raise ArchiveBusy(
                f"{job.request.ref} is being read.",
                hint="Stop it first.",
                ru=f"{job.request.ref} сейчас читается.",
                hint_ru="Сначала остановите чтение.",
            )
        async with self._writing:
            self._unwritten.discard(job_id)
            await self.rows.drop_jobs(self.lease, [job_id])
            self.board.drop(job_id)

    async def close(self) -> None:
        """End all jobs; a later server finds them interrupted."""
        self.board.close()
        await asyncio.gather(
            *(control.stop(JobState.INTERRUPTED) for control in self._controls.values())
        )

    async def keep_rows(self) -> None:
        """Write progress down, until cancelled; what is lost of it is told anew by resuming."""
        while True:
            await self._to_write.wait()
            self._to_write.clear()
            with suppress(ArchiveError):
                await self._write(self._unwritten)
            await self.clock.sleep(_WRITE_EVERY_S)

    def _check_free(self, resource: str) -> None:
        for job_id, held in self._held.items():
            if resource in held:
                job = self.board.get(job_id)
                name = job.progress.title or job.request.ref
                raise ArchiveBusy(
                    f"{name} is being read already.",
                    hint="Wait until that has finished, or stop it.",
                    ru=f"{name} уже читается.",
                    hint_ru="Дождитесь конца или остановите чтение.",
                )

    async def _start(self, job: Job, request: JobRequest) -> Job:
        if self.board.is_closed:
            raise ArchiveBusy(
                "This server is ending.",
                hint="Try again when it is back.",
                ru="Этот сервер завершает работу.",
                hint_ru="Попробуйте снова, когда он вернётся.",
            )
        queued = Progress(state="queued", stage="discover", title=job.progress.title)
        control = self._controls[job.id] = TaskControl()
        self._held[job.id] = {job.resource}
        try:
            job = await self._put(
                job, request=request, state=JobState.QUEUED, progress=queued, error=""
            )
        except BaseException:
            self._let_go(job.id)
            self._show(job, state=JobState.FAILED)
            raise
        control.hold(asyncio.create_task(self._run(job.id, request, control)))
        return job

    async def _run(self, job_id: str, request: JobRequest, control: TaskControl) -> None:
        control.begin()
        state, error, wait = JobState.SUCCEEDED, _NOTHING, None
        try:
            async with self._room:
                await control.checkpoint()
                await self._put(self.board.get(job_id), state=JobState.RUNNING)
                await self.work(request, _Sink(self, job_id), control, partial(self._found, job_id))
        except FloodPause as pause:
            state, error = JobState.PAUSED, _both(pause)
            wait = Wait(until=pause.resume_at, reason="flood", method=pause.method)
        except HeadraceError as problem:
            state, error = JobState.FAILED, _both(problem)
        except asyncio.CancelledError:
            state = JobState.INTERRUPTED
        except Exception:  # noqa: BLE001 - it ends this job and nothing else
            _log.exception("job %s", job_id)
            state, error = JobState.FAILED, _both(HeadraceError())
        if control.becomes is not None:
            state, error = control.becomes, _NOTHING
        await self._finish(job_id, state, error, wait)

    async def _finish(self, job_id: str, state: JobState, error: _Told, wait: Wait | None) -> None:
        self._let_go(job_id)
        job = self.board.get(job_id)
        progress = msgspec.structs.replace(
            job.progress,
            state=state.value,
            error=error.english,
            error_ru=error.russian,
            wait=wait,
            rate=0.0,
            eta_s=None,
        )
        # Where it cannot be written down it is found interrupted, and goes on.
        with suppress(ArchiveError):
            await self._put(job, state=state, error=error.english, progress=progress)

    def _let_go(self, job_id: str) -> None:
        del self._controls[job_id]
        del self._held[job_id]

    async def _end(self, job_id: str, becomes: JobState) -> Job:
        self.board.get(job_id)
        if (control := self._controls.get(job_id)) is not None:
            await control.stop(becomes)
        return self.board.get(job_id)

    async def _put(self, job: Job, **changes: Any) -> Job:
        """Change a job at once, and return when that is written down."""
        job = self._show(job, **changes)
        await self._write({job.id})
        return job

    async def _write(self, ids: set[str]) -> None:
        """Write jobs down as they are by then, so that none is overtaken by an earlier state."""
        async with self._writing:
            jobs = [self.board.get(one) for one in ids]
            self._unwritten -= ids
            await self.rows.save_jobs(self.lease, jobs)

    def _show(self, job: Job, **changes: Any) -> Job:
        job = msgspec.structs.replace(job, updated_at=int(self.clock.now()), **changes)
        self.board.put(job)
        return job

    def _found(self, job_id: str, chat: PeerId) -> None:
        """A job turned out to mean a chat, which no other job may work on meanwhile."""
        job = self.board.get(job_id)
        resource = resource_of(chat)
        if job.resource != resource:
            self._check_free(resource)
            self._held[job_id].add(resource)
            self._show_soon_written(job, resource=resource)

    def progressed(self, job_id: str, progress: Progress) -> None:
        """Show progress now; it is written down soon."""
        if job_id in self._controls:
            self._show_soon_written(self.board.get(job_id), progress=progress)

    def _show_soon_written(self, job: Job, **changes: Any) -> None:
        self._show(job, **changes)
        self._unwritten.add(job.id)
        self._to_write.set()


@dataclass(frozen=True, slots=True)
class _Sink:
    """Where a job tells its progress."""

    runner: LocalRunner
    job_id: str

    def update(self, progress: Progress) -> None:
        """Show it, and have it written down soon."""
        self.runner.progressed(self.job_id, progress)


class _Told(NamedTuple):
    """What is wrong, and what to do next; as one text."""

    english: str
    russian: str


_NOTHING = _Told("", "")


def _both(error: HeadraceError) -> _Told:
    return _Told(*(" ".join(error.told(language)).strip() for language in ("en", "ru")))
