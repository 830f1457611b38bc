"""The board: who looks again gets what has changed, as it is by then."""

import asyncio

import msgspec
import pytest

from headrace.jobs.board import Board
from headrace.model.job import Job, JobRequest, JobState


def job(number=1, **fields):
    request = JobRequest(ref=f"@mill{number}")
    values = {"resource": f"ref:@mill{number}", "created_at": number, "updated_at": number}
    return Job(id=f"job{number}", request=request, **values | fields)


async def test_only_what_has_changed_comes_again_and_only_once():
    board = Board()
    one, two = job(1), job(2)
    board.put(one)
    board.put(two)
    first = board.since(0)
    assert [change.job for change in first] == [one, two]
    later = msgspec.structs.replace(one, state=JobState.SUCCEEDED)
    board.put(msgspec.structs.replace(one, state=JobState.RUNNING))
    board.put(later)
    assert [change.job for change in board.since(first[-1].number)] == [later]
    assert board.jobs() == [later, two]


async def test_cleared_is_a_change_too():
    board = Board()
    board.put(job(1))
    seen = board.since(0)[-1].number
    board.drop("job1")
    (change,) = board.since(seen)
    assert (change.job_id, change.job) == ("job1", None)
    assert board.jobs() == []
    with pytest.raises(KeyError):
        board.get("job1")


async def test_many_wait_for_the_same_change():
    board = Board()
    waiting = [asyncio.create_task(board.changed(0)) for _ in range(5)]
    await asyncio.sleep(0)
    board.put(job(1))
    await asyncio.gather(*waiting)
    await board.changed(0)


async def test_a_closed_board_keeps_nobody_waiting():
    board = Board()
    waiting = asyncio.create_task(board.changed(0))
    await asyncio.sleep(0)
    board.close()
    await waiting
    await board.changed(10)
