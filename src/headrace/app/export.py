"""Out of the archive again: its files, under names for people."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from functools import partial
from pathlib import Path

from headrace.app.archive import stored_chat
from headrace.blobs.files import LocalFiles
from headrace.blobs.local import LocalBlobs
from headrace.errors import ArchiveBusy, UsageError
from headrace.export.copying import Copier
from headrace.export.files import FileExport, Outcome
from headrace.model.chat import Chat
from headrace.model.download import MediaPolicy
from headrace.model.files import FileOps
from headrace.settings import Settings
from headrace.store.open import open_archive
from headrace.store.store import ArchiveStore
from headrace.telegram.refs import parse_reference
from headrace.threads import ended
from headrace.transform.name_templates import NameTemplate

#: Files put in place before somebody who stops is heard.
_AT_ONCE = 16


async def export_files(
    settings: Settings,
    refs: Sequence[str],
    folder: Path,
    policy: MediaPolicy,
    *,
    template: str = "",
    copy: bool = False,
    files: FileOps | None = None,
) -> Outcome:
    """Put the stored files of chats into a folder; what is there already stays.

    ``copy``: never a hard link, whose change would be one of the archive.

    Raises:
        UsageError: the folder lies in the archive or holds other things, or the template is none.
        ChatNotFound, NotAnArchive: as they say.
        DiskFull, ArchiveError: what was put there by then is whole, and noted.
    """
    files = files or LocalFiles()
    folder = await asyncio.to_thread(_outside, folder, settings.archive)
    export = FileExport(
        files=files,
        folder=folder,
        source=LocalBlobs(files, settings.archive).path,
        template=NameTemplate(template) if template else NameTemplate(),
        copier=Copier(files, may_link=not copy),
        outcome=Outcome(folder=str(folder)),
    )
    async with open_archive(files, settings.archive, create=False) as store:
        chats = [await stored_chat(store, parse_reference(one), one, settings) for one in refs]
        await asyncio.to_thread(export.make)
        try:
            with files.lock(folder, wait=False):
                await asyncio.to_thread(export.open)
                for chat in chats:
                    await _put(export, store, chat, policy)
        except BlockingIOError:
            raise ArchiveBusy(f"Another process is putting files into {folder}.") from None
    return export.outcome


async def _put(export: FileExport, store: ArchiveStore, chat: Chat, policy: MediaPolicy) -> None:
    found = store.exportable(chat.id, policy.kinds, since=policy.since, until=policy.until)
    async with aclosing(found):
        async for batch in found:
            for start in range(0, len(batch), _AT_ONCE):
                await ended(partial(export.put, chat, batch[start : start + _AT_ONCE]))


def _outside(folder: Path, archive: Path) -> Path:
    """The folder without links, so that two names of one are the same."""
    found, kept = folder.expanduser().resolve(), archive.expanduser().resolve()
    if found.is_relative_to(kept) or kept.is_relative_to(found):
        where = "lies in the archive itself" if found.is_relative_to(kept) else "has the archive"
        raise UsageError(f"{found} {where}.", hint="Name a folder of its own: --out DIR")
    return found
