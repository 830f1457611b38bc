"""Jobs: what was asked for and how it goes; and what travels sideways, control in, progress out."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

from headrace.model.plan import ImportOptions
from headrace.model.values import FileKey, Timestamp, Value


class Wait(Value, frozen=True, kw_only=True):
    """A pause that Telegram asked for."""

    #: Unix seconds at which it ends.
    until: float
    #: ``flood`` or ``connection``.
    reason: str
    #: The class of methods that pauses: ``history``, ``files`` or ``other``.
    method: str
    #: How many pauses of this kind there were today, this one included.
    today: int = 1


class Tally(Value, frozen=True, kw_only=True):
    """Done of total; the total is there from the first second (0 when nothing is wanted).

    Of comments, files and bytes it is an estimate while posts are read, and exact afterwards.
    """

    done: int = 0
    total: int = 0


class Progress(Value, frozen=True, kw_only=True):
    """A snapshot of a running import."""

    #: ``queued running waiting paused succeeded failed cancelled``
    state: str
    #: ``discover plan history comments refresh media``
    stage: str
    title: str = ""
    posts: Tally = Tally()
    comments: Tally = Tally()
    files: Tally = Tally()
    bytes: Tally = Tally()
    #: Messages a second, over the last seconds.
    rate: float = 0.0
    eta_s: float | None = None
    wait: Wait | None = None
    failures: int = 0
    error: str = ""
    #: The same in Russian.
    error_ru: str = ""
    started: Timestamp = 0


class ProgressSink(Protocol):
    """Takes snapshots; must return at once and never raise."""

    def update(self, progress: Progress) -> None: ...


class Control(Protocol):
    """Lets somebody outside pause or stop an import between two units of work."""

    async def checkpoint(self) -> None:
        """Return at once, wait while paused, raise ``Interrupted`` when stopped."""


class Silent:
    """A sink that shows nothing."""

    def update(self, progress: Progress) -> None:
        """Drop the snapshot."""


class Unattended:
    """A control that nobody holds."""

    async def checkpoint(self) -> None:
        """Return at once."""


class JobState(StrEnum):
    """How a job stands; while it runs, its progress says whether it waits."""

    QUEUED = "queued"
    RUNNING = "running"
    #: Stopped by somebody; resuming goes on where it was.
    PAUSED = "paused"
    #: Its server ended under it; resuming goes on where it was.
    INTERRUPTED = "interrupted"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_live(self) -> bool:
        """It is at work, or will be without being asked again."""
        return self in (JobState.QUEUED, JobState.RUNNING)

    @property
    def is_unfinished(self) -> bool:
        """It is not at work and may go on."""
        return self in (JobState.PAUSED, JobState.INTERRUPTED)


class JobKind(StrEnum):
    """What a job does with its chat."""

    IMPORT = "import"
    #: Only what is new, and what may have changed.
    SYNC = "sync"
    #: Only the files that are wanted.
    MEDIA = "media"


class JobRequest(Value, frozen=True, kw_only=True):
    """What was asked for."""

    kind: JobKind = JobKind.IMPORT
    #: As it was typed: a channel, or the path of an export.
    ref: str
    #: Which chat of an export.
    of_export: str = ""
    options: ImportOptions = ImportOptions()
    #: Of files: only these, whatever the options say of them.
    files: tuple[FileKey, ...] = ()


class Job(Value, frozen=True, kw_only=True):
    """A request and how far it has come."""

    id: str
    #: What no other live job may have: ``chat:ID``, or ``ref:…`` until the id is known.
    resource: str
    request: JobRequest
    state: JobState = JobState.QUEUED
    progress: Progress = Progress(state="queued", stage="discover")
    #: Why it has ended, and what to do next.
    error: str = ""
    created_at: Timestamp
    updated_at: Timestamp
