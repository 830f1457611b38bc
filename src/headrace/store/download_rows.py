"""The part of the store that downloads work with: what is wanted, and what became of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TypeVar

from sqlalchemy import Connection

from headrace.model.coverage import Lease
from headrace.model.download import FileKind, Stored, Tallies, Wish
from headrace.model.values import FileKey
from headrace.store import downloads, leases, tallies, thumbnails
from headrace.store.database import Rows
from headrace.store.downloads import FIRST, Place
from headrace.transform.media_policy import FileFacts
from headrace.transform.thumbnails import NoThumbnail, Thumbnail

_T = TypeVar("_T")


class DownloadRows(Rows):
    """Files as rows; every writing method takes a lease and checks its fence."""

    async def wanted_files(
        self,
        chat_id: int,
        limit: int,
        *,
        after: Place = FIRST,
        excluding: Collection[FileKey] = (),
        among: Collection[FileKey] | None = None,
    ) -> list[Wish]:
        """The next files to ask Telegram for, the small ones first.

        ``after``: (size, key) of the last one that was seen; ``excluding``: those under way;
        ``among``: of these (some hundred) alone.
        """
        return await self._read(downloads.wanted, chat_id, limit, after, excluding, among)

    async def file_facts(
        self, chat_id: int, limit: int, *, after: Place = FIRST
    ) -> list[FileFacts]:
        """What a policy has to know of the next wanted files, whoever has them, small ones first.

        ``after``: (size, key) of the last one that was seen.
        """
        return await self._read(downloads.facts, chat_id, limit, after)

    async def facts_of(self, chat_id: int, keys: Collection[FileKey]) -> list[FileFacts]:
        """The same of these files, where they are wanted."""
        return await self._read(downloads.facts_of, chat_id, keys)

    async def file_states(self, keys: Collection[FileKey]) -> dict[FileKey, str]:
        """``wanted``, ``skipped``, ``stored``, ``failed`` or ``absent``, where there is a row."""
        return await self._read(downloads.states, keys)

    async def reconsider(self, lease: Lease, chat_id: int) -> int:
        """Files of a chat that were skipped or have failed are wanted once more; how many are."""
        return await self._fenced(lease, lambda one: downloads.reconsider(one, chat_id))

    async def look_again(self, lease: Lease, keys: Collection[FileKey]) -> None:
        """What is not stored of these files is wanted once more, whatever became of it."""
        await self._fenced(lease, lambda one: downloads.look_again(one, keys))

    async def skip_files(self, lease: Lease, reasons: Mapping[FileKey, str]) -> int:
        """Leave wanted files where they are, each with its reason; returns how many."""
        return await self._fenced(lease, lambda one: downloads.skip(one, reasons))

    async def file_stored(self, lease: Lease, stored: Stored) -> None:
        """The bytes are in their place, and on the disk."""
        await self._fenced(lease, lambda one: downloads.stored(one, stored))

    async def file_failed(self, lease: Lease, key: FileKey, reason: str) -> None:
        """The bytes could not be had this time; counts as an attempt."""
        await self._fenced(lease, lambda one: downloads.failed(one, key, reason))

    async def file_absent(self, lease: Lease, key: FileKey, reason: str) -> None:
        """Nobody has the bytes any more; what is stored stays stored."""
        await self._fenced(lease, lambda one: downloads.absent(one, key, reason))

    async def file_tallies(self, *chats: int) -> Tallies:
        """Files of chats by what became of them, each once."""
        return await self._read(tallies.of_chats, chats)

    async def file_tallies_by_kind(self, *chats: int) -> dict[FileKind, Tallies]:
        """The same for each kind that there is."""
        return await self._read(tallies.by_kind, chats)

    async def left_out(self, *chats: int) -> dict[str, int]:
        """How many files of chats were skipped for each reason."""
        return await self._read(tallies.left_out, chats)

    async def count_avatars(self, *chats: int) -> int:
        """Stored pictures of peers, as the chats have shown them."""
        return await self._read(tallies.avatars, chats)

    async def count_thumbnails(self, *chats: int) -> int:
        """Thumbnails that were made of the pictures of chats; each content once."""
        return await self._read(thumbnails.count, chats)

    async def pictures_without_thumbnail(self, chat_id: int, limit: int) -> list[Stored]:
        """Stored pictures of a chat, of which no thumbnail was tried yet; each content once."""
        return await self._read(thumbnails.missing, chat_id, limit)

    async def thumbnail_made(
        self, lease: Lease, sha256: str, found: Thumbnail | NoThumbnail
    ) -> None:
        """A thumbnail of the picture with this content is on the disk, or never will be."""
        await self._fenced(lease, lambda one: thumbnails.made(one, sha256, found))

    async def _fenced(self, lease: Lease, work: Callable[[Connection], _T]) -> _T:
        def run(connection: Connection) -> _T:
            leases.check(connection, lease)
            return work(connection)

        return await self._database.write(run)
