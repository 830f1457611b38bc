"""What the importer needs of the world: a source of messages and a store for them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from typing import Protocol

from headrace.model.chat import Chat, Peer, Probe
from headrace.model.coverage import TELEGRAM, Claim, Covered, Failure, Lease
from headrace.model.job import Wait
from headrace.model.page import Page, Saved
from headrace.model.plan import Lane


class Source(Protocol):
    """Where messages come from. Errors are those of ``headrace.errors``."""

    name: str
    """``telegram`` or ``desktop``: the ``source`` of its pages."""

    async def resolve(self, ref: str) -> tuple[Chat, Sequence[Peer]]:
        """What the user typed, as a chat.

        Raises:
            UsageError: malformed, or not a channel or group.
            ChatNotFound, ChatPrivate: Telegram says so.
        """

    async def probe(self, chat: Chat) -> Probe:
        """One look at the newest message."""

    def pages(self, chat: Chat, lane: Lane) -> AsyncIterator[Page]:
        """Pages of a lane, newest to oldest; moves ``lane.cursor`` before each yield.

        ``lane.lo`` is read anew before each request. The ranges of the pages join without
        a hole from ``lane.cursor - 1`` (at the start) down to ``lane.lo`` (at the end).
        """

    async def messages(self, chat: Chat, ids: Sequence[int]) -> list[Page]:
        """Messages by id, one page for each run of adjacent ids; what is empty is ``absent``."""

    async def seek_position(self, chat: Chat, position: int, below: int = 0) -> int | None:
        """The id of the message at a position among those below an id (0: of all of them).

        Position 0 is the newest of them; none beyond the oldest. One request.
        """

    async def seek_date(self, chat: Chat, date: int) -> int | None:
        """The newest id older than ``date`` (Unix seconds); none when there is none."""

    def requests(self) -> dict[str, int]:
        """How often each method was sent in this process."""

    def watch_waits(self, listener: Callable[[Wait | None], None]) -> None:
        """Call the listener with each pause that Telegram asks for, and with none at its end."""


class ExportSource(Protocol):
    """Where the messages of an export come from. Errors are those of ``headrace.errors``."""

    name: str
    """The ``source`` of its pages."""

    chat: Chat
    total: int
    """Entries in the export, counted before."""

    nameless: int
    """Entries read so far that no id could be found for."""

    first_nameless: int
    """The byte at which the first of them begins."""

    def pages(self, since: int | None, until: int | None) -> AsyncIterator[Page]:
        """Runs of adjacent ids that the export contains, posted in [since, until)."""

    def requests(self) -> dict[str, int]:
        """None: an export asks nobody."""


class Store(Protocol):
    """Where messages go. Every writing method checks the lease's fence in its transaction.

    Raises ``LeaseLost`` when the lease was taken over, ``DiskFull`` and
    ``DatabaseUnavailable`` when nothing could be written.
    """

    async def chat_by_username(self, username: str) -> Chat | None: ...

    async def acquire(self, resource: str, owner: str) -> Lease:
        """Take a lease; raises ``ArchiveBusy`` (who, since when) while another holds it."""

    async def renew(self, lease: Lease) -> Lease: ...

    async def release(self, lease: Lease) -> None: ...

    async def save_chat(
        self, lease: Lease, chat: Chat, peers: Sequence[Peer], source: str = TELEGRAM
    ) -> None:
        """Write what a source says of a chat; an export overwrites nothing of Telegram's."""

    async def save_page(self, lease: Lease, page: Page, claim: Claim | None = None) -> Saved:
        """One transaction: rows, files wanted, albums touched, failures, coverage, claim.

        Idempotent; a row that the database refuses costs itself and becomes a failure.
        """

    async def save_claim(self, lease: Lease, claim: Claim) -> None: ...

    async def drop_claims(self, lease: Lease, chat_id: int, scope: str) -> None: ...

    async def coverage(self, chat_id: int, scope: str, source: str) -> list[Covered]: ...

    async def failures(self, chat_id: int, scope: str, source: str = TELEGRAM) -> list[Failure]: ...

    async def count_posts(self, chat_id: int, lo: int, hi: int) -> int:
        """Posts stored in a range: no service messages, an album as one."""

    async def grouped_id(self, chat_id: int, message_id: int) -> int | None: ...

    async def count_albums(self, chat_id: int) -> int: ...
