"""The part of the store that a check works with, and what mends rows."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Collection, Sequence

from sqlalchemy import Connection

from headrace.model.audit import Finding, Pictured, Shelved
from headrace.model.coverage import Lease
from headrace.model.values import FileKey, PeerId
from headrace.store import (
    audit,
    audit_files,
    audit_messages,
    audit_search,
    leases,
    mending,
    messages,
    seals,
    word_index,
)
from headrace.store.audit_messages import Step
from headrace.store.download_rows import DownloadRows


class AuditRows(DownloadRows):
    """Rows under audit; what mends them takes a lease and checks its fence."""

    async def audit_database(self) -> list[Finding]:
        """What the database says of its own file."""
        return await self._read(audit.of_database)

    async def audited_chats(self) -> list[PeerId]:
        """Every chat of which there is anything."""
        return await self._read(audit.chat_ids)

    async def is_at_work(self) -> bool:
        """Whether somebody holds a lease."""
        return await self._read(leases.is_anyone_at_work)

    async def is_sealed(self, chat_id: PeerId | None) -> bool:
        """Whether the rows of a chat (or those that all share) were counted at the last end."""
        return await self._read(audit.is_sealed, chat_id or seals.SHARED)

    async def audit_seal(self, chat_id: PeerId | None) -> list[Finding]:
        """Tables that have lost rows since they were counted."""
        return await self._read(audit.of_seal, chat_id or seals.SHARED)

    async def audit_chat(self, chat_id: PeerId) -> list[Finding]:
        """The chat's own row, its ledger, and what belongs to no message; on one snapshot."""

        def read(connection: Connection) -> list[Finding]:
            return [
                *audit.of_chat_row(connection, chat_id),
                *audit.of_ledger(connection, chat_id),
                *audit.of_orphans(connection, chat_id),
                *audit.of_file_rows(connection, chat_id),
            ]

        return await self._database.read(read)

    async def audit_files(self) -> list[Finding]:
        """Rows of files that do not say where the bytes are."""
        return await self._read(audit.of_contentless_files)

    async def audit_unnamed_files(self) -> list[Finding]:
        """Rows of files that nothing names; damage only where rows that name files were lost."""
        return await self._read(audit.of_unnamed_files)

    def audit_references(self, chat_id: PeerId) -> AsyncGenerator[Step]:
        """Messages against the table of references, some hundred at a time."""
        return self._steps(audit_messages.of_references, chat_id)

    def audit_albums(self, chat_id: PeerId) -> AsyncGenerator[Step]:
        """Albums against their messages."""
        return self._steps(audit_messages.of_albums, chat_id)

    def audit_peers(self, chat_id: PeerId) -> AsyncGenerator[Step]:
        """Who is named and has no row; a finding only where rows were lost."""
        return self._steps(audit_messages.of_peers, chat_id)

    def audit_search(self, chat_id: PeerId) -> AsyncGenerator[Step]:
        """Messages against what the search has of them."""
        return self._steps(audit_search.of_search, chat_id)

    async def audit_months(self, chat_id: PeerId) -> list[Finding]:
        """Months against their posts."""
        return await self._read(audit_search.of_months, chat_id)

    async def audit_strays(self, chat_id: PeerId) -> list[Finding]:
        """What the search has of messages that are not there."""
        return await self._read(audit_search.of_strays, chat_id)

    async def audit_words(self) -> list[Finding]:
        """The index of words against its rows; who writes waits meanwhile."""
        return await self._database.write(audit_search.of_words)

    async def shelves(self) -> set[str]:
        """The first two digits of every content."""
        return await self._read(audit_files.shelves)

    async def shelved(self, shelf: str, chat_id: PeerId | None) -> list[Shelved]:
        """Files whose content begins with two digits; of one chat or all."""
        return await self._read(audit_files.shelved, shelf, chat_id)

    async def pictured(self, shelf: str, chat_id: PeerId | None) -> list[Pictured]:
        """Thumbnails of pictures whose content begins with two digits."""
        return await self._read(audit_files.pictured, shelf, chat_id)

    async def name_again(self, lease: Lease, chat_id: PeerId, ids: Sequence[int]) -> None:
        """Add what follows from messages and is not there: references, files, albums, layouts."""

        def work(connection: Connection) -> None:
            mending.name_again(connection, chat_id, ids)
            mending.name_faces_again(connection, chat_id)

        await self._fenced(lease, work)

    async def reopen(self, lease: Lease, chat_id: PeerId, scope: str, source: str, lo: int) -> bool:
        """Take out of the ledger what a range claims and its rows do not bear out."""
        return await self._fenced(
            lease, lambda one: mending.reopen(one, chat_id, scope, source, lo)
        )

    async def look_anew(self, lease: Lease, chat_id: PeerId, ids: Sequence[int]) -> None:
        """Let the search take up messages, and wrong months be counted, once more."""
        await self._fenced(lease, lambda one: audit_search.look_anew(one, chat_id, [*ids]))

    async def rebuild_words(self) -> None:
        """Make the index of words anew; it follows from rows, and needs no lease."""
        await self._database.write(lambda one: word_index.of(one).rebuild(one))

    async def want_again(self, lease: Lease, keys: Collection[FileKey]) -> None:
        """Damaged files are wanted once more."""
        await self._fenced(lease, lambda one: mending.want_again(one, keys))

    async def set_file_size(self, lease: Lease, key: FileKey, size: int) -> None:
        """The bytes of a file, which are right, are so many."""
        await self._fenced(lease, lambda one: mending.set_size(one, key, size))

    async def want_thumbnails_again(self, lease: Lease, pictures: Collection[str]) -> None:
        """Thumbnails of pictures, by content, are to be made again."""
        await self._fenced(lease, lambda one: mending.want_thumbnails_again(one, pictures))

    async def want_missing_thumbnails(self, lease: Lease) -> None:
        """Stored pictures without a row want a thumbnail."""
        await self._fenced(lease, mending.want_missing_thumbnails)

    async def count_rows(self, chat_id: PeerId | None, table: str) -> int:
        """Rows of a chat (or of all) in a table."""
        return await self._read(seals.count, chat_id or seals.SHARED, table)

    async def accept_rows(self, lease: Lease, chat_id: PeerId | None, table: str) -> None:
        """What a table has now is what it should have."""
        await self._fenced(lease, lambda one: seals.accept(one, chat_id or seals.SHARED, table))

    async def _steps(
        self, look: Callable[[Connection, PeerId, int], Step], chat_id: PeerId
    ) -> AsyncGenerator[Step]:
        step = await self._read(look, chat_id, messages.BEFORE_ALL)
        while step.last is not None:
            yield step
            step = await self._read(look, chat_id, step.last)
