"""Thumbnails on the local disk: ``thumbs/ab/abcd….jpg``, named after the picture they are of.

They can be made again at any time; so they are written whole, and nobody misses one.
"""

from __future__ import annotations

from pathlib import PurePath

from headrace.model.files import FileOps, file_errors, write_whole
from headrace.threads import ended
from headrace.transform.thumbnails import Thumbnail

THUMBS = "thumbs"
_EXTENSIONS = {"image/jpeg": "jpg", "image/webp": "webp"}


class LocalThumbs:
    """The thumbnails of an archive folder."""

    def __init__(self, files: FileOps, archive: PurePath) -> None:
        self.root = archive / THUMBS
        self._files = files

    def path(self, sha256: str, mime: str) -> PurePath:
        """Where the thumbnail lies of a picture with this content."""
        return self.root / sha256[:2] / f"{sha256}.{_EXTENSIONS.get(mime, 'jpg')}"

    async def put(self, sha256: str, thumbnail: Thumbnail) -> None:
        """Keep a thumbnail; when this returns it is on the disk.

        Raises:
            DiskFull, ArchiveError: the disk fails; an older one is as it was.
        """
        await ended(lambda: self._put(self.path(sha256, thumbnail.mime), thumbnail.data))

    def _put(self, path: PurePath, data: bytes) -> None:
        with file_errors(path):
            self._files.make_folder(path.parent)
            # Two chats may have the same picture, and be read at the same time.
            with self._files.lock(path.parent):
                write_whole(self._files, path, data)
