"""What travels sideways: control in, progress out."""

from __future__ import annotations

from typing import Protocol

from headrace.model.values import Timestamp, Value


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
    """Done of total; the total is true from the first second (0 when nothing is wanted)."""

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
