"""Taking bytes off the disk that no row speaks of any more."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from headrace.blobs.files import LocalFiles
from headrace.blobs.local import LocalBlobs
from headrace.blobs.thumbs import LocalThumbs
from headrace.model.files import file_errors
from headrace.store.purging import Content
from headrace.store.store import ArchiveStore


async def erase(store: ArchiveStore, gone: Sequence[Content]) -> None:
    """Remove contents with their thumbnails; one that is not there counts as removed."""
    await asyncio.to_thread(_erase, store, gone)


def _erase(store: ArchiveStore, gone: Sequence[Content]) -> None:
    files = LocalFiles()
    blobs, thumbs = LocalBlobs(files, store.path), LocalThumbs(files, store.path)
    for one in gone:
        paths = [blobs.path(one.sha256, one.extension)]
        if one.thumb_mime:
            paths.append(thumbs.path(one.sha256, one.thumb_mime))
        for path in paths:
            with file_errors(path):
                files.unlink(path)
