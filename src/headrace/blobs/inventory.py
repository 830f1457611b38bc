"""What lies on the disk under ``media/`` and ``thumbs/``, read to its end and changed nowhere."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import PurePath

from headrace.blobs.content import CHUNK
from headrace.blobs.local import PARTS, LocalBlobs
from headrace.blobs.thumbs import LocalThumbs
from headrace.model.audit import Examined, Pictured, Shape, Shelved
from headrace.model.files import FileOps, file_errors
from headrace.threads import ended
from headrace.transform.thumbnails import Thumbnail, make_thumbnail

#: Every folder of contents: the first two digits of a SHA-256.
_SHELVES = tuple(f"{number:02x}" for number in range(256))
_NOT_CONTENT = frozenset((PARTS, "README.txt"))


class Inventory:
    """The files of an archive folder. Methods may be called from many tasks at once."""

    def __init__(self, files: FileOps, archive: PurePath) -> None:
        self._files = files
        self._blobs = LocalBlobs(files, archive)
        self._drawn = LocalThumbs(files, archive)
        self._media = self._blobs.root
        self._thumbs = self._drawn.root

    @property
    def shelves(self) -> Sequence[str]:
        """The names of all folders of contents, in order."""
        return _SHELVES

    async def examine(self, shelved: Shelved) -> Examined:
        """A stored file against its content; how long it is, is told and not judged."""
        path = self._blobs.path(shelved.sha256, shelved.extension)
        return await ended(lambda: self._examine(path, shelved.sha256))

    async def examine_thumbnail(self, pictured: Pictured) -> Examined:
        """A thumbnail against its content, or where nobody knows that, whether it can be seen."""
        path = self._drawn.path(pictured.sha256, pictured.mime)
        if pictured.content:
            return await ended(lambda: self._examine(path, pictured.content))
        return await ended(lambda: self._look_at(path, pictured))

    async def names(self, shelf: str) -> list[str]:
        """What lies on a shelf of the media."""
        return await ended(lambda: self._names(self._media / shelf))

    async def thumbnail_names(self, shelf: str) -> list[str]:
        """What lies on a shelf of the thumbnails."""
        return await ended(lambda: self._names(self._thumbs / shelf))

    async def beside(self) -> list[str]:
        """What lies beside the shelves and does not belong there."""
        return await ended(self._beside)

    async def unfinished(self) -> int:
        """Files in the making, or left so by a process that is gone."""
        found = await ended(lambda: self._names(self._media / PARTS))
        return sum(name.endswith(".part") for name in found)

    def _examine(self, path: PurePath, sha256: str) -> Examined:
        try:
            size = self._files.size(path)
            if size is None:
                return Examined(shape=Shape.MISSING)
            is_right = self._digest(path, size) == sha256
        except OSError:
            return Examined(shape=Shape.UNREADABLE)
        return Examined(shape=Shape.WHOLE if is_right else Shape.DAMAGED, size=size)

    def _digest(self, path: PurePath, size: int) -> str:
        hashed = hashlib.sha256()
        with self._files.open(path) as file:
            for at in range(0, size, CHUNK):
                hashed.update(file.pread(CHUNK, at))
        return hashed.hexdigest()

    def _look_at(self, path: PurePath, pictured: Pictured) -> Examined:
        try:
            if self._files.size(path) is None:
                return Examined(shape=Shape.MISSING)
            seen = make_thumbnail(self._files.read(path))
        except OSError:
            return Examined(shape=Shape.UNREADABLE)
        is_it = isinstance(seen, Thumbnail) and (seen.width, seen.height) == (
            pictured.width,
            pictured.height,
        )
        return Examined(shape=Shape.WHOLE if is_it else Shape.DAMAGED)

    def _names(self, folder: PurePath) -> list[str]:
        with file_errors(folder):
            return self._files.names(folder)

    def _beside(self) -> list[str]:
        found: list[str] = []
        for root in (self._media, self._thumbs):
            known = _NOT_CONTENT.union(_SHELVES)
            found += [f"{root.name}/{name}" for name in _others(self._names(root), known)]
        return found


def _others(names: Iterable[str], known: frozenset[str]) -> Iterable[str]:
    return (name for name in names if name not in known)
