"""``/api/fetch``: one file that is not stored yet, now, whatever the settings say of it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from headrace.errors import MessageNotStored, UsageError
from headrace.jobs.resources import resource_of
from headrace.model.job import JobKind, JobRequest
from headrace.model.values import FileKey
from headrace.web.api.download import Jobs, Told
from headrace.web.reader import Store
from headrace.web.status import Status

router = APIRouter(prefix="/api/fetch", tags=["media"])

_Key = Annotated[str, Path(pattern=r"^(photo|document)/[A-Za-z0-9_-]{1,80}(/[a-z0-9]{1,4})?$")]


@router.post("/{key:path}", status_code=202)
async def fetch(key: _Key, store: Store, jobs: Jobs, told: Told) -> Status:
    """Begin a job that fetches this file of its channel and no other; the answer comes at once."""
    view, home = await store.media(key), await store.home_of(key)
    if view is None or home is None:
        raise MessageNotStored(
            f"Nothing in the archive names {key}.", ru=f"Ничто в архиве не называет {key}."
        )
    if view.state == "stored":
        raise UsageError("This file is in the archive already.", ru="Этот файл уже есть в архиве.")
    request = JobRequest(kind=JobKind.MEDIA, ref=str(home), files=(FileKey(key),))
    return told(await jobs.submit(request, resource_of(home)))
