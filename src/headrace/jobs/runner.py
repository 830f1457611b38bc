"""The ports of jobs: who runs them, what they do, and where they are written down."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any, Protocol

from headrace.model.coverage import Lease
from headrace.model.job import Control, Job, JobRequest, ProgressSink
from headrace.model.values import PeerId

#: Hears which chat a request turned out to mean.
Found = Callable[[PeerId], None]


class Work(Protocol):
    """What a job does: given by the composition root, the same wherever the job runs."""

    async def __call__(
        self, request: JobRequest, progress: ProgressSink, control: Control, found: Found
    ) -> Any:
        """Carry a request out; cancelling it is safe at every instant.

        Raises:
            ArchiveBusy: from ``found`` as well, where another job works on the same chat.
            Any other error of ``headrace.errors``.
        """


class JobRows(Protocol):
    """Where jobs are written down; writing checks the fence of the lease."""

    async def jobs(self) -> list[Job]: ...

    async def save_jobs(self, lease: Lease, changed: Sequence[Job]) -> None: ...

    async def drop_jobs(self, lease: Lease, ids: Collection[str]) -> None: ...


class JobRunner(Protocol):
    """Runs jobs, one for each chat at a time; ids that are unknown raise ``KeyError``."""

    def jobs(self) -> list[Job]:
        """As they are now, the oldest first."""

    async def submit(self, request: JobRequest, resource: str) -> Job:
        """Begin a job, or go on with the unfinished one of its kind and chat; returns at once.

        Raises:
            ArchiveBusy: a job of this chat is live.
        """

    async def stop(self, job_id: str) -> Job:
        """End a job so that it can be resumed; returns when it has ended."""

    async def resume(self, job_id: str) -> Job:
        """Carry the same request out again; it goes on where it was."""

    async def cancel(self, job_id: str) -> Job:
        """End a job for good; what it has read stays in the archive."""

    async def clear(self, job_id: str) -> None:
        """Forget a job that has ended; the archive keeps what it has read.

        Raises:
            ArchiveBusy: it is live.
        """
