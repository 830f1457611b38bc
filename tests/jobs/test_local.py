"""Jobs in the loop: queued, stopped before and after they begin, ended by whatever happens."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from headrace.blobs.files import LocalFiles
from headrace.errors import ArchiveBusy, ChatPrivate, FloodPause
from headrace.importer.lease import held
from headrace.jobs.local import MOST_AT_ONCE, running_jobs
from headrace.model.job import JobKind, JobRequest, JobState, Progress, Tally
from headrace.model.values import FileKey
from headrace.store.leases import JOBS
from headrace.store.open import open_archive
from headrace.store.owner import owner_name
from headrace.telegram.clock import SystemClock


class Work:
    """Work of which each piece ends when it is told to."""

    def __init__(self):
        self.begun = []
        self.ends = {}
        self.raises = {}

    async def __call__(self, request, progress, control, found):
        ref = request.ref
        self.begun.append(ref)
        progress.update(Progress(state="running", stage="history", posts=Tally(done=1, total=2)))
        if ref.startswith("same"):
            found(-5)
        await self.ends.setdefault(ref, asyncio.Event()).wait()
        if ref in self.raises:
            raise self.raises[ref]

    def end(self, ref, error=None):
        if error is not None:
            self.raises[ref] = error
        self.ends.setdefault(ref, asyncio.Event()).set()


@pytest.fixture
def work():
    return Work()


@pytest.fixture
def opened(tmp_path, work):
    """The jobs of one archive; opened again they are what an earlier server has left."""

    @asynccontextmanager
    async def opening(work=work, **options):
        clock = SystemClock()
        async with (
            open_archive(LocalFiles(), tmp_path / "archive") as store,
            held(store, clock, JOBS, owner_name()) as lease,
            running_jobs(store, lease, work, clock, **options) as runner,
        ):
            yield runner, store

    return opening


def submit(runner, ref):
    return runner.submit(JobRequest(ref=ref), f"ref:{ref}")


async def until(runner, job, *states):
    while runner.board.get(job.id).state not in states:
        await runner.board.changed(max(change.number for change in runner.board.since(0)))
    return runner.board.get(job.id)


async def at_work(runner, job):
    while not runner.board.get(job.id).progress.posts.total:
        await runner.board.changed(max(change.number for change in runner.board.since(0)))


async def test_what_is_too_much_at_once_is_queued(opened, work):
    async with opened() as (runner, _):
        jobs = [await submit(runner, f"@mill{n}") for n in range(MOST_AT_ONCE + 2)]
        for job in jobs[:MOST_AT_ONCE]:
            await at_work(runner, job)
        queued = jobs[MOST_AT_ONCE:]
        assert {runner.board.get(job.id).state for job in queued} == {JobState.QUEUED}
        # One that never began can be stopped as well.
        assert (await runner.stop(queued[0].id)).state is JobState.PAUSED
        work.end("@mill0")
        await at_work(runner, queued[1])
        assert queued[0].request.ref not in work.begun


async def test_jobs_of_one_second_stand_as_they_were_asked_for(opened, work):
    async with opened() as (runner, _):
        asked = []
        for number in range(20):
            work.end(ref := f"@mill{number}")
            asked.append((await submit(runner, ref)).id)
            await until(runner, runner.board.get(asked[-1]), JobState.SUCCEEDED)
        assert [job.id for job in runner.jobs()] == asked
    async with opened() as (later, _):
        assert [job.id for job in later.jobs()] == asked


async def test_one_job_for_each_chat(opened, work):
    async with opened() as (runner, _):
        first = await submit(runner, "same one")
        await at_work(runner, first)
        with pytest.raises(ArchiveBusy):
            await submit(runner, "same one")
        with pytest.raises(ArchiveBusy):
            await runner.submit(JobRequest(ref="-5"), "chat:-5")
        # Known by another name, it is told as soon as it is known which chat it is.
        other = await submit(runner, "same other")
        assert "being read already" in (await until(runner, other, JobState.FAILED)).error
        with pytest.raises(ArchiveBusy):
            await runner.clear(first.id)
        work.end("same one")
        await until(runner, first, JobState.SUCCEEDED)
        assert (await runner.resume(other.id)).state is JobState.QUEUED


async def test_how_a_job_ends(opened, work):
    pause = FloodPause("Too long.", resume_at=2e9, method="history", hint="Later.")
    errors = {"@private": ChatPrivate(), "@pause": pause, "@bug": ZeroDivisionError("secret")}
    async with opened() as (runner, _):
        for ref, error in errors.items():
            work.end(ref, error)
        jobs = {ref: await submit(runner, ref) for ref in errors}
        private = await until(runner, jobs["@private"], JobState.FAILED)
        assert private.error == f"{ChatPrivate()} {ChatPrivate.hint}"
        assert private.progress.error_ru == " ".join(ChatPrivate().told("ru"))
        parked = await until(runner, jobs["@pause"], JobState.PAUSED)
        assert (parked.error, parked.progress.wait.until) == ("Too long. Later.", 2e9)
        bug = await until(runner, jobs["@bug"], JobState.FAILED)
        assert "foresee" in bug.error
        assert "secret" not in bug.error


async def test_what_is_asked_for_again_goes_on_as_the_same_job(opened):
    async with opened() as (runner, _):
        first = await submit(runner, "@mill")
        await at_work(runner, first)
        await runner.stop(first.id)
        assert (await submit(runner, "@mill")).id == first.id
        await runner.cancel(first.id)
        # What was ended for good is history.
        assert (await submit(runner, "@mill")).id != first.id


async def test_one_that_was_stopped_keeps_no_other_off_its_chat(opened, work):
    async with opened() as (runner, store):
        stopped = await submit(runner, "@mill")
        await at_work(runner, stopped)
        await runner.stop(stopped.id)
        file = JobRequest(ref="-5", kind=JobKind.MEDIA, files=(FileKey("photo/1"),))
        other = await runner.submit(file, stopped.resource)
        assert other.id != stopped.id
        await at_work(runner, other)
        states = {job.id: job.state for job in await store.jobs()}
        assert states == {stopped.id: JobState.PAUSED, other.id: JobState.RUNNING}
        with pytest.raises(ArchiveBusy):
            await runner.resume(stopped.id)
        work.end("-5")
        await until(runner, other, JobState.SUCCEEDED)
        assert (await runner.resume(stopped.id)).state is JobState.QUEUED


async def test_pressed_again_and_again_a_stop_cuts_nothing_short(opened):
    put_away = []

    async def work(request, progress, control, found):
        progress.update(Progress(state="running", stage="history", posts=Tally(done=1, total=2)))
        try:
            await asyncio.Event().wait()
        finally:
            for _ in range(10):
                await asyncio.sleep(0)
            put_away.append(request.ref)

    async with opened(work) as (runner, _):
        job = await submit(runner, "@mill")
        await at_work(runner, job)

        async def press():
            ended = await runner.stop(job.id)
            assert put_away == ["@mill"]
            return ended.state

        presses = [asyncio.create_task(press()) for _ in range(3)]
        assert {await one for one in presses} == {JobState.PAUSED}


async def test_a_later_server_knows_what_an_earlier_one_has_left(opened, work):
    async with opened() as (runner, store):
        running, paused = await submit(runner, "@running"), await submit(runner, "@paused")
        for job in (running, paused):
            await at_work(runner, job)
        await runner.stop(paused.id)
        lost = await submit(runner, "@lost")
        await at_work(runner, lost)
    states = {"@running": "interrupted", "@lost": "interrupted", "@paused": "paused"}
    async with opened() as (runner, store):
        assert {job.request.ref: job.state for job in runner.jobs()} == states
        assert {job.request.ref: job.state for job in await store.jobs()} == states
    work.begun.clear()
    async with opened(resume=True) as (runner, _):
        for job in (running, lost):
            await at_work(runner, job)
        assert sorted(work.begun) == ["@lost", "@running"]
        await runner.clear(paused.id)
        work.end("@lost")
        await until(runner, lost, JobState.SUCCEEDED)
        await runner.clear(lost.id)
    async with opened() as (runner, _):
        assert [job.id for job in runner.jobs()] == [running.id]


async def test_of_two_interrupted_jobs_of_a_chat_a_later_server_resumes_the_older(opened, work):
    async with opened() as (runner, _):
        whole = await submit(runner, "@mill")
        await at_work(runner, whole)
    async with opened() as (runner, _):
        one_file = JobRequest(ref="-5", kind=JobKind.MEDIA, files=(FileKey("photo/1"),))
        media = await runner.submit(one_file, whole.resource)
        await at_work(runner, media)
        other = await submit(runner, "@other")
        await at_work(runner, other)
    work.begun.clear()
    async with opened(resume=True) as (runner, store):
        for job in (whole, other):
            await at_work(runner, job)
        assert sorted(work.begun) == ["@mill", "@other"]
        assert {job.id: job.state for job in await store.jobs()}[media.id] is JobState.INTERRUPTED
        work.end("@mill")
        await until(runner, whole, JobState.SUCCEEDED)
        assert (await runner.resume(media.id)).state is JobState.QUEUED


async def test_a_second_server_is_told_who_serves(opened):
    async with opened():
        with pytest.raises(ArchiveBusy, match=r"serves this archive already \(process \d+"):
            async with opened():
                pass
