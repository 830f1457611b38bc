"""Thumbnails on the local disk: ``thumbs/ab/abcd….jpg``; derived, so they can be made again."""

from __future__ import annotations

from pathlib import PurePath

from headrace.model.files import FileOps, write_whole
from headrace.transform.thumbnails import Thumbnail

FOLDER = "thumbs"
_EXTENSIONS = {"image/jpeg": "jpg", "image/webp": "webp"}


class LocalThumbs:
    """The thumbnails of an archive folder, named after the content of the pictures."""

    def __init__(self, files: FileOps, archive: PurePath) -> None:
        """``archive``: the folder of the archive."""
        self._files = files
        self._root = archive / FOLDER

    def put(self, sha256: str, thumbnail: Thumbnail) -> None:
        """Keep a thumbnail: whole or not at all, and on the disk when this returns.

        Raises:
            DiskFull, ArchiveError: the disk fails.
        """
        path = self.path(sha256, thumbnail.mime)
        self._files.make_folder(path.parent)
        write_whole(self._files, path, thumbnail.data)

    def path(self, sha256: str, mime: str) -> PurePath:
        """Where the thumbnail of a picture lies."""
        return self._root / sha256[:2] / f"{sha256}.{_EXTENSIONS[mime]}"
