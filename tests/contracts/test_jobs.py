"""Jobs are written down by whoever serves the archive, on every back end."""

import msgspec
import pytest

from headrace.errors import LeaseLost
from headrace.model.download import FileKind, MediaPolicy
from headrace.model.job import Job, JobKind, JobRequest, JobState, Progress, Tally, Wait
from headrace.model.plan import ImportOptions, Pace
from headrace.store.leases import JOBS, TTL_SECONDS

OPTIONS = ImportOptions(
    limit=5,
    pace=Pace.FAST,
    media=MediaPolicy(kinds=frozenset((FileKind.PHOTO, FileKind.VIDEO)), max_size=2**40),
)
JOB = Job(
    id="a",
    resource="chat:-1000000000001",
    request=JobRequest(kind=JobKind.SYNC, ref="@mill", options=OPTIONS),
    state=JobState.RUNNING,
    progress=Progress(
        state="waiting",
        stage="media",
        title="Mill «ä»",
        bytes=Tally(done=2**40, total=2**41),
        wait=Wait(until=1.5, reason="flood", method="files"),
    ),
    created_at=1,
    updated_at=2,
)


async def test_a_job_comes_back_as_it_was(store):
    lease = await store.acquire(JOBS, "a:1:1")
    await store.save_jobs(lease, [JOB])
    assert await store.jobs() == [JOB]
    later = msgspec.structs.replace(JOB, state=JobState.FAILED, error="Why.", updated_at=3)
    other = msgspec.structs.replace(JOB, id="b", created_at=0, state=JobState.PAUSED)
    await store.save_jobs(lease, [later, other])
    assert await store.jobs() == [other, later]
    await store.drop_jobs(lease, ["a"])
    assert await store.jobs() == [other]


async def test_who_was_taken_over_writes_nothing(store, clock):
    lease = await store.acquire(JOBS, "a:1:1")
    clock.now += TTL_SECONDS + 1
    await store.acquire(JOBS, "b:1:1")
    with pytest.raises(LeaseLost):
        await store.save_jobs(lease, [JOB])
    with pytest.raises(LeaseLost):
        await store.drop_jobs(lease, ["a"])
    assert await store.jobs() == []


async def test_a_server_is_no_work_on_a_chat(store):
    await store.acquire(JOBS, "a:1:1")
    assert not await store.is_at_work()
