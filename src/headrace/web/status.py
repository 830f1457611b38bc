"""Statuses: a job as the API tells it."""

from __future__ import annotations

from pydantic import BaseModel

from headrace.jobs.resources import chat_of
from headrace.model.job import Job, JobState, Tally, Wait


class TallyOut(BaseModel):
    """Done of total.

    While posts are read, the totals of comments, files and bytes are estimates, and exact then.
    """

    done: int
    total: int


class WaitOut(BaseModel):
    """A pause: until when (Unix seconds), why, and for which class of methods."""

    until: float
    reason: str
    method: str


class Status(BaseModel):
    """A job and how far it has come."""

    id: str
    kind: str
    #: As it was typed.
    channel: str
    #: Marked, as a string; nothing until Telegram has said which it is.
    channel_id: str | None
    title: str
    #: ``queued running waiting paused interrupted succeeded failed cancelled``
    state: str
    #: ``discover plan history comments refresh media``
    stage: str
    posts: TallyOut
    comments: TallyOut
    files: TallyOut
    bytes: TallyOut
    #: Messages a second.
    rate: float
    eta_s: float | None
    wait: WaitOut | None
    failures: int
    error: str
    #: Unix seconds.
    created_at: int
    started_at: int
    updated_at: int


def status_of(job: Job, language: str = "en") -> Status:
    """The status of a job; one that runs into a pause is waiting.

    ``language``: that of its error, ``en`` or ``ru``.
    """
    progress, wait = job.progress, job.progress.wait
    is_waiting = job.state is JobState.RUNNING and wait is not None
    chat = chat_of(job.resource)
    return Status(
        id=job.id,
        kind=job.request.kind,
        channel=job.request.ref,
        channel_id=None if chat is None else str(chat),
        title=progress.title,
        state="waiting" if is_waiting else job.state,
        stage=progress.stage,
        posts=_tally(progress.posts),
        comments=_tally(progress.comments),
        files=_tally(progress.files),
        bytes=_tally(progress.bytes),
        rate=round(progress.rate, 1),
        eta_s=progress.eta_s,
        wait=None if wait is None else _wait(wait),
        failures=progress.failures,
        error=(job.progress.error_ru if language == "ru" else "") or job.error,
        created_at=job.created_at,
        started_at=progress.started,
        updated_at=job.updated_at,
    )


def _tally(tally: Tally) -> TallyOut:
    return TallyOut(done=tally.done, total=tally.total)


def _wait(wait: Wait) -> WaitOut:
    return WaitOut(until=wait.until, reason=wait.reason, method=wait.method)
