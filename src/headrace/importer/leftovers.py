"""What killed runs have left of files in the making."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress

from headrace.errors import ArchiveError
from headrace.importer.file_ports import Blobs, FileRows
from headrace.model.values import FileKey

#: How files stand that need no more parts.
_SETTLED = {"stored", "absent"}


async def clear_away(rows: FileRows, blobs: Blobs) -> None:
    """Remove it where nothing is to be gone on with."""

    async def unfinished(keys: Collection[FileKey]) -> list[FileKey]:
        states = await rows.file_states(keys)
        return [key for key, state in states.items() if state not in _SETTLED]

    # What cannot be removed now is tried again by the next run.
    with suppress(ArchiveError):
        await blobs.collect(unfinished)
