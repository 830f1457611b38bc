"""What is left of files in the making by those who are gone, and how it is cleared away."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from contextlib import AbstractContextManager, ExitStack
from pathlib import PurePath

from headrace.blobs.journal import key_of
from headrace.blobs.parts import journal_of, remove
from headrace.model.files import FileOps, file_errors
from headrace.model.values import FileKey
from headrace.threads import ended

#: Given keys, those of them that are to be gone on with.
Wanted = Callable[[Collection[FileKey]], Awaitable[Collection[FileKey]]]

_GATE = "lock"


async def collect(files: FileOps, folder: PurePath, wanted: Wanted) -> int:
    """Remove what nobody wants and nobody is at; returns how many files it was of.

    Of what says no key nobody knows what it was to become.
    """
    found = await ended(lambda: _begun(files, folder))
    if not found:
        return 0
    kept = set(await wanted([key for key in found.values() if key is not None]))
    idle = [path for path, key in found.items() if key not in kept]
    return await ended(lambda: sum(remove_idle(files, path) for path in idle))


def gate(files: FileOps, folder: PurePath) -> AbstractContextManager[None]:
    """Locks of journals are taken and journals removed by one process at a time.

    Otherwise one could lock a journal that another has just removed.
    """
    return files.lock(folder / _GATE, create=True)


def remove_idle(files: FileOps, path: PurePath) -> bool:
    """Remove a file in the making with its journal, unless somebody is at it."""
    with file_errors(path), gate(files, path.parent), ExitStack() as stack:
        try:
            stack.enter_context(files.lock(journal_of(path), create=True, wait=False))
        except BlockingIOError:
            return False
        remove(files, path)
    return True


def _begun(files: FileOps, folder: PurePath) -> dict[PurePath, FileKey | None]:
    """Every file in the making, and whose it is, where its journal says."""
    with file_errors(folder):
        names = {name.rpartition(".")[0] for name in files.names(folder) if name != _GATE}
        paths = [folder / f"{name}.part" for name in sorted(names)]
        return {path: _key(files, journal_of(path)) for path in paths}


def _key(files: FileOps, journal: PurePath) -> FileKey | None:
    try:
        return key_of(files.read(journal))
    except FileNotFoundError:
        return None
