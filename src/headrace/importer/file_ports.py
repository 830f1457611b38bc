"""What the importer needs of the world for files: their rows, and places for their bytes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Any, Protocol

from headrace.model.coverage import Lease
from headrace.model.download import PartSink, Readable, Stored, Tallies, Wish
from headrace.model.values import FileKey
from headrace.transform.media_policy import FileFacts
from headrace.transform.thumbnails import NoThumbnail, Thumbnail


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
        among: Collection[FileKey] | None = ...,
    ) -> list[Wish]:
        """The next files to ask for, the small ones first; ``among``: of these alone."""

    async def file_states(self, keys: Collection[FileKey]) -> dict[FileKey, str]:
        """``wanted``, ``skipped``, ``stored``, ``failed`` or ``absent``, where there is a row."""

    async def skip_files(self, lease: Lease, reasons: Mapping[FileKey, str]) -> int: ...

    async def file_stored(self, lease: Lease, stored: Stored) -> None: ...

    async def file_failed(self, lease: Lease, key: FileKey, reason: str) -> None: ...

    async def file_absent(self, lease: Lease, key: FileKey, reason: str) -> None: ...

    async def file_tallies(self, *chats: int) -> Tallies:
        """The files of chats, each once."""

    async def left_out(self, *chats: int) -> dict[str, int]:
        """How many files were skipped for each reason."""

    async def count_avatars(self, *chats: int) -> int:
        """Stored pictures of peers, as the chats have shown them."""

    async def count_thumbnails(self, *chats: int) -> int:
        """Thumbnails that were made of the chats' pictures."""

    async def pictures_without_thumbnail(self, chat_id: int, limit: int) -> list[Stored]: ...

    async def thumbnail_made(
        self, lease: Lease, sha256: str, found: Thumbnail | NoThumbnail
    ) -> None: ...


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

    async def collect(
        self, wanted: Callable[[Collection[FileKey]], Awaitable[Collection[FileKey]]]
    ) -> int:
        """Remove what was left of files that are wanted no more; raises ``ArchiveError``."""

    async def read(self, stored: Stored) -> bytes:
        """All bytes of a stored picture."""

    async def add(self, key: FileKey, stream: Readable, *, size: int = 0) -> Stored:
        """Copy a stream to its end; raises ``FileFailed`` where it has another size."""


class Thumbs(Protocol):
    """Where derived pictures are kept."""

    async def put(self, sha256: str, thumbnail: Thumbnail) -> None:
        """Keep the thumbnail of the picture with this content."""
