"""What the importer needs of the world: a source of messages and a store for them."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Collection, Mapping, Sequence
from typing import Any, Protocol

from headrace.model.change import Change, Counts
from headrace.model.chat import Chat, Peer, Probe
from headrace.model.coverage import TELEGRAM, Claim, Covered, Failure, Lease
from headrace.model.download import PartSink, Readable, Stored, Tallies, Wish
from headrace.model.job import Wait
from headrace.model.page import Page, Saved
from headrace.model.plan import Lane
from headrace.model.values import FileKey
from headrace.transform.media_policy import FileFacts
from headrace.transform.thumbnails import NoThumbnail, Thumbnail


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

    async def probe(self, chat: Chat, *, ahead: bool = False) -> Probe:
        """One look at the newest message.

        ``ahead``: at the newest page, which the first lane from the top then need not ask for.
        """

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

    def pages(self, since: int | None, until: int | None) -> AsyncIterator[Page]:
        """Runs of adjacent ids that the export contains, posted in [since, until)."""

    def requests(self) -> dict[str, int]:
        """None: an export asks nobody."""


class FileRows(Protocol):
    """The rows of files; every writing method checks the fence of its lease."""

    async def reconsider(self, lease: Lease, chat_id: int) -> int:
        """What was skipped or has failed is wanted once more."""

    async def look_again(self, lease: Lease, keys: Collection[FileKey]) -> None:
        """What is not stored of these files is wanted once more, whatever became of it."""

    async def facts_of(self, chat_id: int, keys: Collection[FileKey]) -> list[FileFacts]:
        """What a policy has to know of these files, where they are wanted."""

    async def wanted_files(
        self,
        chat_id: int,
        limit: int,
        *,
        after: tuple[int, str] = ...,
        excluding: Collection[FileKey] = ...,
    ) -> list[Wish]:
        """The next files to ask for, the small ones first."""

    async def skip_files(self, lease: Lease, reasons: Mapping[FileKey, str]) -> int: ...

    async def file_stored(self, lease: Lease, stored: Stored) -> None: ...

    async def file_failed(self, lease: Lease, key: FileKey, reason: str) -> None: ...

    async def file_absent(self, lease: Lease, key: FileKey, reason: str) -> None: ...

    async def file_tallies(self, chat_id: int) -> Tallies: ...

    async def left_out(self, chat_id: int) -> dict[str, int]:
        """How many files were skipped for each reason."""

    async def count_avatars(self, chat_id: int) -> int:
        """Stored pictures of peers, as the chat has shown them."""

    async def count_thumbnails(self, chat_id: int) -> int:
        """Thumbnails that were made of the chat's pictures."""

    async def pictures_without_thumbnail(self, chat_id: int, limit: int) -> list[Stored]: ...

    async def thumbnail_made(
        self, lease: Lease, sha256: str, found: Thumbnail | NoThumbnail
    ) -> None: ...


class Store(FileRows, Protocol):
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

    async def save_counts(self, lease: Lease, chat_id: int, moved: Sequence[Counts]) -> None:
        """Counts that moved without an edit, of what is stored and not deleted."""

    async def position(self, chat_id: int) -> int | None:
        """Up to where all changes of a chat are saved; none if it was never watched."""

    async def save_claim(self, lease: Lease, claim: Claim) -> None: ...

    async def drop_claims(self, lease: Lease, chat_id: int, scope: str) -> None: ...

    async def coverage(self, chat_id: int, scope: str, source: str) -> list[Covered]: ...

    async def failures(self, chat_id: int, scope: str, source: str = TELEGRAM) -> list[Failure]: ...

    async def count_posts(self, chat_id: int, lo: int, hi: int) -> int:
        """Posts stored in a range: no service messages, an album as one."""

    async def grouped_id(self, chat_id: int, message_id: int) -> int | None: ...

    async def count_albums(self, chat_id: int) -> int: ...


class OpenPart(PartSink, Protocol):
    """A file in the making."""


class Blobs(Protocol):
    """Where the bytes of files are kept, by their content."""

    async def open_part(self, key: FileKey, size: int) -> OpenPart:
        """A file to be filled, with what an earlier run has left; raises ``DiskFull``."""

    async def finish(self, part: Any) -> Stored:
        """Give it its place, whole and on the disk; raises ``FileFailed``."""

    async def release(self, part: Any) -> None:
        """A row speaks of the finished file: nothing else of it is needed."""

    async def close(self, part: Any) -> None:
        """Let go of a file that is not finished; its parts stay."""

    async def read(self, stored: Stored) -> bytes:
        """All bytes of a stored picture."""

    async def add(self, key: FileKey, stream: Readable, *, size: int = 0) -> Stored:
        """Copy a stream to its end; raises ``FileFailed`` where it has another size."""


class Thumbs(Protocol):
    """Where derived pictures are kept."""

    async def put(self, sha256: str, thumbnail: Thumbnail) -> None:
        """Keep the thumbnail of the picture with this content."""
