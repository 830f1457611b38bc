"""Server-sent events: each job as it is now, and again whenever it has changed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable

from headrace.jobs.board import Board, Change
from headrace.model.job import Job
from headrace.web.auth import Visitor
from headrace.web.status import Status, status_of

#: Something is sent at least so often, so that both ends know of each other.
HEARTBEAT_S = 15.0
#: Changes that come closer together are told as one.
AT_MOST_EVERY_S = 0.25
_RETRY_MS = 2_000


async def event_stream(
    board: Board,
    visitor: Visitor,
    last_event_id: str,
    told: Callable[[Job], Status] = status_of,
    *,
    heartbeat: float = HEARTBEAT_S,
) -> AsyncIterator[str]:
    """Tell of changes until the board is closed or the visitor has gone.

    ``last_event_id``: that of the last event which arrived; without one, all jobs come.
    """
    yield f"retry: {_RETRY_MS}\n\n"
    number = _number_of(board, last_event_id)
    while not (board.is_closed or visitor.is_gone):
        for change in board.since(number):
            number = change.number
            yield _event(board, change, told)
        try:
            async with asyncio.timeout(heartbeat):
                await board.changed(number)
        except TimeoutError:
            yield ": nothing new\n\n"
        else:
            await asyncio.sleep(AT_MOST_EVERY_S)


def _number_of(board: Board, last_event_id: str) -> int:
    name, _, number = last_event_id.partition("-")
    known = name == board.name and number.isascii() and number.isdigit()
    return int(number) if known else 0


def _event(board: Board, change: Change, told: Callable[[Job], Status]) -> str:
    if change.job is None:
        kind, data = "cleared", json.dumps({"id": change.job_id})
    else:
        kind, data = "status", told(change.job).model_dump_json()
    return f"id: {board.name}-{change.number}\nevent: {kind}\ndata: {data}\n\n"
