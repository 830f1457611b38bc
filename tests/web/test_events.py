"""Events: everything first, then what has changed; and an end when there is nobody to tell."""

import json

from tests.jobs.test_board import job

from headrace.jobs.board import Board
from headrace.web.auth import Visitor
from headrace.web.events import event_stream


def parsed(event):
    return dict(line.split(": ", 1) for line in event.strip().split("\n"))


async def test_all_jobs_come_first_and_a_sign_of_life_when_nothing_does():
    board = Board()
    board.put(job(1))
    board.put(job(2))
    stream = event_stream(board, Visitor(), "", heartbeat=0.001)
    assert (await anext(stream)).startswith("retry: ")
    one, two = [parsed(await anext(stream)) for _ in range(2)]
    assert [json.loads(each["data"])["id"] for each in (one, two)] == ["job1", "job2"]
    assert (await anext(stream)).startswith(":")
    again = event_stream(board, Visitor(), one["id"])
    await anext(again)
    assert parsed(await anext(again)) == two
    elsewhere = event_stream(board, Visitor(), "elsewhere-9")
    await anext(elsewhere)
    assert parsed(await anext(elsewhere)) == one


async def test_who_has_signed_out_hears_nothing_more():
    board, visitor = Board(), Visitor()
    stream = event_stream(board, visitor, "", heartbeat=0.001)
    await anext(stream)
    assert (await anext(stream)).startswith(":")
    visitor.is_gone = True
    board.put(job(1))
    assert [event async for event in stream] == []
