"""The store: the importer's port ``Store``, and reading what the archive holds."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Collection, Sequence
from pathlib import Path

from sqlalchemy import Connection

from headrace.model.album import AlbumLayout
from headrace.model.chat import Chat, Peer
from headrace.model.coverage import HISTORY, TELEGRAM, Claim, Covered, Failure, Lease
from headrace.model.download import FileKind
from headrace.model.exportable import Exportable
from headrace.model.message import Message
from headrace.model.proof import Holdings, Verdict, Whereabouts
from headrace.store import (
    albums,
    chats,
    claims,
    content,
    counts,
    coverage,
    digest,
    exportable,
    failures,
    leases,
    ledger,
    messages,
    peers,
    surroundings,
    unsupported,
)
from headrace.store.audit_rows import AuditRows
from headrace.store.curated_rows import CuratedRows
from headrace.store.database import Database
from headrace.store.jobs import JobRows
from headrace.store.messages import BEFORE_ALL
from headrace.store.page_rows import PageRows
from headrace.store.reading_rows import ReadingRows
from headrace.store.round_rows import RoundRows
from headrace.store.sanitise import sanitised
from headrace.store.search_rows import SearchRows

#: Messages read at once when many are.
_BATCH = 500


class ArchiveStore(PageRows, RoundRows, AuditRows, ReadingRows, SearchRows, CuratedRows, JobRows):
    """Everything an archive does with rows; may be called from many tasks at once."""

    def __init__(self, database: Database, *, path: Path, clock: Callable[[], float]) -> None:
        """``clock``: Unix seconds; leases and times of sight come from it."""
        self.path = path
        super().__init__(database, clock)

    async def acquire(self, resource: str, owner: str) -> Lease:
        """Take a lease; raises ``ArchiveBusy`` (who, since when) while another holds it."""
        now = self._now()
        return await self._database.write(
            lambda connection: leases.acquire(connection, resource, owner, now=now),
            repeatable=False,
        )

    async def renew(self, lease: Lease) -> Lease:
        """The same lease for another while; raises ``LeaseLost``."""
        now = self._now()
        return await self._database.write(
            lambda connection: leases.renew(connection, lease, now=now)
        )

    async def release(self, lease: Lease) -> None:
        """Give a lease back."""
        await self._database.write(lambda connection: leases.release(connection, lease))

    async def standing(self) -> dict[int, leases.Standing]:
        """How it stands with the lease of each chat on which anybody has worked."""
        return await self._read(leases.standing)

    async def save_claim(self, lease: Lease, claim: Claim) -> None:
        """Write how far a lane has come."""

        def save(connection: Connection) -> None:
            leases.check(connection, lease)
            claims.save(connection, claim, lease.fence)

        await self._database.write(save)

    async def drop_claims(self, lease: Lease, chat_id: int, scope: str) -> None:
        """Forget all lanes of a scope."""

        def drop(connection: Connection) -> None:
            leases.check(connection, lease)
            claims.drop(connection, chat_id, scope)

        await self._database.write(drop)

    async def claims(self, chat_id: int, scope: str = HISTORY) -> list[Claim]:
        """The lanes of a running (or killed) import."""
        return await self._read(claims.of_scope, chat_id, scope)

    async def coverage(self, chat_id: int, scope: str, source: str) -> list[Covered]:
        """What has been read, ascending."""
        return await self._read(coverage.ranges, chat_id, scope, source)

    async def histories(
        self, chat_ids: Collection[int], source: str
    ) -> dict[int, tuple[list[Covered], list[Failure]]]:
        """What a source has been read of the history of chats, and what of it failed."""
        return await self._read(ledger.histories, chat_ids, source)

    async def failures(self, chat_id: int, scope: str, source: str = TELEGRAM) -> list[Failure]:
        """What was read and could not be kept, ascending."""
        return await self._read(failures.of_scope, chat_id, scope, source)

    async def count_posts(self, chat_id: int, lo: int, hi: int) -> int:
        """Posts in a range: no service messages, no deleted ones, an album as one."""
        return await self._read(messages.count_posts, chat_id, lo, hi)

    async def grouped_id(self, chat_id: int, message_id: int) -> int | None:
        """The album of a stored message."""
        return await self._read(messages.grouped_id, chat_id, message_id)

    async def layout(self, chat_id: int, grouped_id: int) -> albums.StoredLayout | None:
        """The layout of an album; nothing where there is no such album."""
        return await self._read(albums.get, chat_id, grouped_id)

    async def edit_layout(
        self, lease: Lease, chat_id: int, grouped_id: int, layout: AlbumLayout | None
    ) -> bool:
        """Keep a person's layout for good; none takes it back. Whether there is such an album."""

        def edit(connection: Connection) -> bool:
            leases.check(connection, lease)
            return albums.edit(connection, chat_id, grouped_id, layout)

        return await self._database.write(edit)

    async def count_albums(self, chat_id: int) -> int:
        """Albums of which at least one message is stored."""
        return await self._read(albums.count, chat_id)

    async def chats(self) -> list[Chat]:
        """All chats, by id."""
        return await self._database.read(chats.list_all)

    async def chats_of_telegram(self) -> list[Chat]:
        """Those that do not come from exports alone, by id."""
        return await self._database.read(chats.of_telegram)

    async def counts(self, chat_id: int, message_id: int = counts.OF_CHAT) -> counts.Series:
        """What was counted on a message over time, or on the chat itself."""
        return await self._read(counts.of, chat_id, message_id)

    async def chat(self, chat_id: int) -> Chat | None:
        return await self._read(chats.get, chat_id)

    async def chat_by_username(self, username: str) -> Chat | None:
        """Without ``@``; case does not matter."""
        return await self._read(chats.by_username, username)

    async def holdings(self, chat: Chat) -> Holdings:
        """How much of a chat is stored."""
        return await self._read(chats.holdings, chat)

    async def peers(self, ids: Collection[int]) -> list[Peer]:
        """Those of the ids that are known."""
        return await self._read(peers.get, ids)

    async def message(self, chat_id: int, message_id: int) -> messages.Known | None:
        """A stored message with its source and times."""
        return await self._read(messages.get, chat_id, message_id)

    async def surroundings(self, chat_id: int, message_id: int) -> surroundings.Surroundings | None:
        """A stored message with its album, its replies, what it answers, and who is named."""
        return await self._read(surroundings.of_message, chat_id, message_id)

    async def versions(self, chat_id: int, message_id: int) -> list[messages.Version]:
        """What a message was before its edits, or is in exports only; the oldest edit first."""
        return await self._read(messages.versions, chat_id, message_id)

    async def message_batches(
        self, chat_id: int, after_id: int = BEFORE_ALL
    ) -> AsyncGenerator[list[messages.Known]]:
        """All messages of a chat in ascending order, tombstones too, some hundred at a time."""
        while batch := await self._read(messages.after, chat_id, after_id, _BATCH):
            yield batch
            after_id = batch[-1].message.id

    async def exportable(
        self,
        chat_id: int,
        kinds: Collection[FileKind],
        *,
        since: int | None = None,
        until: int | None = None,
    ) -> AsyncGenerator[list[Exportable]]:
        """Stored files of these kinds, message by message, some hundred at a time."""
        place = (BEFORE_ALL, "")
        while batch := await self._read(
            exportable.following, chat_id, place, kinds, _BATCH, since, until
        ):
            yield batch
            place = (batch[-1].id, batch[-1].key)

    async def unsupported(self, chat_id: int, after_id: int = BEFORE_ALL) -> list[Message]:
        """The next messages of which something was not understood, some hundred at a time."""
        return await self._read(unsupported.after, chat_id, after_id, _BATCH)

    async def mend(self, lease: Lease, chat_id: int, better: Sequence[Message]) -> int:
        """Put better understood messages in their place; returns how many were taken."""
        better, now = sanitised(tuple(better)), self._now()
        return await self._database.write(
            lambda connection: unsupported.mend(connection, lease, chat_id, better, now)
        )

    async def whereabouts(self, chat_id: int, message_id: int) -> Whereabouts:
        """What became of one id."""
        return await self._read(ledger.whereabouts, chat_id, message_id)

    async def verify_ledger(
        self, chat_id: int, scope: str = HISTORY, source: str = TELEGRAM
    ) -> list[Verdict]:
        """Each covered range, and what is really there."""
        return await self._read(ledger.verify, chat_id, scope, source)

    async def digest(self) -> digest.Digest:
        """A hash of all that is not volatile; equal for equal archives on both back ends."""
        return await self._database.read(digest.of_archive)

    async def content_lines(self, chat_ids: Collection[int] | None = None) -> AsyncGenerator[str]:
        """The canonical lines of ``docs/reference/content.md``."""
        for line in await self._read(content.head_lines, chat_ids):
            yield line
        for chat in await self.chats():
            if chat_ids is None or chat.id in chat_ids:
                last = BEFORE_ALL
                while batch := await self._read(content.message_lines, chat.id, last, _BATCH):
                    for last, line in batch:  # noqa: B007 - the last one is where to go on
                        yield line
