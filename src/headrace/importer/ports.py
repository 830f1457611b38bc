"""What the importer needs of the world: a source of messages and a store for them.

What it needs for files is in ``file_ports.py``.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Collection, Sequence
from typing import Protocol

from headrace.importer.file_ports import FileRows
from headrace.model.change import Change, Counts
from headrace.model.chat import Chat, Peer, Probe
from headrace.model.coverage import TELEGRAM, Claim, Covered, Failure, IdRange, Lease
from headrace.model.job import Wait
from headrace.model.page import Page, Saved
from headrace.model.plan import Lane
from headrace.model.refresh import Round
from headrace.model.thread import Stretch, Thread, ThreadRead


class TalkSource(Protocol):
    """Where comments come from, besides the history of their group."""

    async def discussion_group(
        self, channel: Chat, group_id: int, post_id: int
    ) -> tuple[Chat, Sequence[Peer]]:
        """The group that a post has its comments in.

        Raises ``ChatPrivate`` and ``ChatNotFound`` where this account may not read it.
        """

    async def root_of(self, channel: Chat, post_id: int) -> int:
        """The id of a post's first copy in its group; raises ``NoThread``, ``ChatPrivate``."""

    def replies(
        self, channel: Chat, post_id: int, lane: Lane, most: int | None = None
    ) -> AsyncGenerator[Page]:
        """The comments of a post, newest to oldest, at most so many; moves ``lane.cursor``.

        A lane that begins above every id begins at the newest. Raises ``NoThread`` where the post
        has no comments of its own (any more), ``ChatPrivate`` where nobody shows them.
        """


class Source(TalkSource, Protocol):
    """Where messages come from. Errors are those of ``headrace.errors``."""

    name: str
    """``telegram`` or ``desktop``: the ``source`` of its pages."""

    async def resolve(self, ref: str) -> tuple[Chat, Sequence[Peer]]:
        """What the user typed, as a chat.

        Raises:
            UsageError: malformed, or not a channel or group.
            ChatNotFound, ChatPrivate: Telegram says so.
        """

    async def probe(self, chat: Chat, *, ahead: bool = False) -> Probe:
        """One look at the newest message.

        ``ahead``: at the newest page, which the first lane from the top then need not ask for.
        """

    def pages(self, chat: Chat, lane: Lane) -> AsyncGenerator[Page]:
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

    def watch_waits(self, listener: Callable[[Wait | None], None]) -> Callable[[], None]:
        """Call the listener with each pause that Telegram asks for, and with none at its end.

        Returns what ends that; others that listen are not touched.
        """


class WatchedSource(Source, Protocol):
    """A source that tells what happens while it happens."""

    def changes(self, chat: Chat, since: int | None) -> AsyncGenerator[Change]:
        """What happens in a chat after a position, each change once and in order, without end.

        The chat has been resolved in this process. Without ``since`` the first change is a gap
        up to now. What follows a gap is told only after the gap has been dealt with.

        Raises:
            NotSupported: changes of such a chat are not told.
            ChatPrivate: the chat is closed to the account (any more).
        """

    async def listen(self) -> None:
        """Hear what is told unasked, for all chats, over every break; until cancelled."""


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

    def pages(self, since: int | None, until: int | None) -> AsyncGenerator[Page]:
        """Runs of adjacent ids that the export contains, posted in [since, until)."""

    def requests(self) -> dict[str, int]:
        """None: an export asks nobody."""


class RoundRows(Protocol):
    """Rounds over chats; every writing method checks the fence of its lease."""

    async def begin_round(self, lease: Lease, chat_id: int) -> Round:
        """A new round, or the one that was broken off not long ago; ``covered`` is left open."""

    async def end_round(self, lease: Lease, chat_id: int) -> None:
        """All that the round was to see has been seen."""

    def unseen(
        self,
        chat_id: int,
        began: int,
        since: int | None = None,
        just_read: Sequence[IdRange] = (),
    ) -> AsyncGenerator[list[int]]:
        """Messages of Telegram's not seen since ``began``, without the deleted, newest first.

        ``since``: those posted from then on only. ``just_read``: what was read since.
        """

    async def unseen_of(self, chat_id: int, began: int, ids: Collection[int]) -> list[int]:
        """Which of these, deleted ones too, were not seen since ``began``; newest first."""


class Store(FileRows, RoundRows, Protocol):
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

    async def save_page(
        self,
        lease: Lease,
        page: Page,
        claim: Claim | None = None,
        *,
        position: int | None = None,
    ) -> Saved:
        """One transaction: rows, files wanted, albums touched, failures, coverage, claim.

        ``position``: up to there all changes of the chat are saved with this page.
        Idempotent; a row that the database refuses costs itself and becomes a failure.
        """

    async def save_comments_page(
        self,
        lease: Lease,
        page: Page,
        claim: Claim | None = None,
        *,
        position: int | None = None,
    ) -> Saved:
        """The same with a page of a discussion group, of which only comments and roots are kept."""

    async def save_thread_page(self, lease: Lease, page: Page, claim: Claim | None = None) -> Saved:
        """The same with a page of the comments of one post, which its scope names."""

    async def settle_comments(self, lease: Lease, chat_id: int, floor: int) -> Saved:
        """Decide what still waits when a group was read; no copy lies below ``floor``."""

    async def is_read_by_threads(self, chat_id: int) -> bool:
        """Comments of this discussion group were read post by post."""

    async def is_sifted(self, chat_id: int) -> bool:
        """Of this discussion group only comments are kept."""

    async def awaited_below(self, chat_id: int, floor: int) -> list[int]:
        """Ids of a group, below one, that comments wait for."""

    async def date_of(self, chat_id: int, message_id: int) -> int | None: ...

    async def oldest_open(
        self, channel_id: int, group_id: int, span: IdRange, limit: int
    ) -> list[int]:
        """The oldest posts of a range whose comments are open in a group."""

    async def left_out_span(self, chat_id: int) -> IdRange | None:
        """From the first to the last id of a group that was read and is not stored."""

    async def threads(self, channel_id: int) -> list[Thread]:
        """The posts of a channel that have comments, ascending; an album is one."""

    async def discussion_groups(self, channel_id: int) -> list[int]:
        """The groups that hold copies of a channel's posts."""

    async def note_threads(
        self, lease: Lease, channel_id: int, read: Sequence[tuple[int, ThreadRead]]
    ) -> None:
        """Keep how the comments of posts were asked for."""

    async def discussion_of(self, group_id: int) -> int | None:
        """A channel of which a group has copies of posts."""

    async def root_of(self, channel_id: int, post_id: int) -> int | None:
        """The copy of a post in its group, if it is known."""

    async def count_open(self, channel_id: int, seen_by: int) -> int:
        """Posts whose comments are open and that were not seen since a moment."""

    async def stale_open(self, channel_id: int, seen_by: int) -> list[int]:
        """Their ids."""

    async def unseen_threads(self, group_id: int, seen_by: int, since: int | None) -> list[Stretch]:
        """Where in each thread comments lie that were not seen since a moment.

        ``since``: of those posted from then on.
        """

    async def chat(self, chat_id: int) -> Chat | None: ...

    async def peers(self, ids: Collection[int]) -> list[Peer]: ...

    async def save_counts(self, lease: Lease, chat_id: int, moved: Sequence[Counts]) -> None:
        """Counts that moved without an edit, of what is stored and not deleted."""

    async def position(self, chat_id: int) -> int | None:
        """Up to where all changes of a chat are saved; none if it was never watched."""

    async def save_claim(self, lease: Lease, claim: Claim) -> None: ...

    async def claims(self, chat_id: int, scope: str) -> list[Claim]:
        """The lanes of a run that has not come to its end."""

    async def drop_claims(self, lease: Lease, chat_id: int, scope: str) -> None: ...

    async def coverage(self, chat_id: int, scope: str, source: str) -> list[Covered]: ...

    async def failures(self, chat_id: int, scope: str, source: str = TELEGRAM) -> list[Failure]: ...

    async def count_posts(self, chat_id: int, lo: int, hi: int) -> int:
        """Posts stored in a range: no service messages, an album as one."""

    async def grouped_id(self, chat_id: int, message_id: int) -> int | None: ...

    async def count_albums(self, chat_id: int) -> int: ...
