"""What the site needs of the composition root: the sense of what is typed, and looks at chats."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, NamedTuple, Protocol

from headrace.model.chat import Chat
from headrace.model.coverage import IdRange
from headrace.model.download import Tallies
from headrace.model.job import JobKind, JobRequest
from headrace.model.values import PeerId, Timestamp
from headrace.web.wishes import ImportWish


class Holding(NamedTuple):
    """What the archive holds of a chat.

    ``status`` is as ``headrace status --json`` prints it; counts that would take long are missing
    until they are known, and so are the tallies of files.
    """

    status: dict[str, Any]
    files: Tallies | None = None
    #: When it was last brought up to date.
    synced: Timestamp | None = None
    #: The first ranges of ids that are ``absent`` in the status, once they are known.
    absent: tuple[IdRange, ...] = ()


class Imports(Protocol):
    """Understands what is asked for. Errors are those of ``headrace.errors``."""

    def request(self, wish: ImportWish, kind: JobKind) -> JobRequest:
        """A wish as a request, with the settings where it says nothing.

        Raises:
            UsageError: something in it is of no known form.
        """

    async def resources(self, ref: str) -> list[str]:
        """What a job on a channel may hold, likeliest first; no network.

        Raises:
            UsageError: it is of no known form.
        """

    async def plan(self, request: JobRequest) -> dict[str, Any]:
        """What an import would read, as ``headrace plan --json`` prints it; nothing is written."""

    async def holdings(self, chats: Iterable[Chat]) -> dict[PeerId, Holding]:
        """What the archive holds of chats."""

    async def failures(self, chats: Collection[PeerId]) -> dict[PeerId, list[dict[str, Any]]]:
        """What could not be read of chats, or could not be kept; as in their statuses."""
