"""Fetching files: what a chat's files need to get into the archive."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack

from headrace.app.accounts import Telegram, open_telegram
from headrace.app.archive import stored_chat
from headrace.app.starting import begun
from headrace.blobs.files import LocalFiles
from headrace.blobs.local import LocalBlobs
from headrace.blobs.thumbs import LocalThumbs
from headrace.importer.downloads import Downloader
from headrace.importer.file_ports import FileRows
from headrace.importer.media import MediaImporter
from headrace.model.clock import Clock
from headrace.model.download import MediaPolicy, MediaReport
from headrace.model.files import FileOps
from headrace.model.job import Control, ProgressSink, Unattended
from headrace.model.values import FileKey, PeerId
from headrace.settings import Settings
from headrace.store.open import open_archive
from headrace.store.owner import owner_name
from headrace.store.store import ArchiveStore
from headrace.telegram.clock import SystemClock
from headrace.telegram.refs import parse_reference


async def fetch_media(
    settings: Settings,
    ref: str,
    policy: MediaPolicy,
    progress: ProgressSink,
    control: Control | None = None,
    *,
    files: FileOps | None = None,
) -> MediaReport:
    """Fetch the wanted files of a chat that is in the archive."""
    files = files or LocalFiles()
    parsed = parse_reference(ref)
    started = begun(progress)
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(open_archive(files, settings.archive, create=False))
        chat = await stored_chat(store, parsed, ref, settings)
        telegram = await stack.enter_async_context(open_telegram(files, settings, settings.pace))
        importer = media_importer(files, settings, telegram, store)
        return await importer.run(chat, policy, progress, control or Unattended(), started=started)


async def media_with(
    files: FileOps,
    settings: Settings,
    telegram: Telegram,
    store: ArchiveStore,
    ref: str,
    policy: MediaPolicy,
    progress: ProgressSink,
    *,
    control: Control,
    found: Callable[[PeerId], None],
    only: Sequence[FileKey] = (),
) -> MediaReport:
    """The same with an account and an archive that are open; ``found`` hears which chat it is.

    ``only``: these files and no others, whatever the policy says.
    """
    started = begun(progress)
    chat = await stored_chat(store, parse_reference(ref), ref, settings)
    found(chat.id)
    importer = media_importer(files, settings, telegram, store)
    return await importer.run(chat, policy, progress, control, started=started, only=only)


def media_importer(
    files: FileOps, settings: Settings, telegram: Telegram, store: ArchiveStore
) -> MediaImporter:
    """The way of files alone, with an account and an archive that are open."""
    clock = SystemClock()
    return MediaImporter(
        downloader=downloader(files, settings, telegram, store, clock),
        store=store,
        clock=clock,
        owner=owner_name(),
        watch_waits=telegram.source.watch_waits,
        requests=telegram.source.requests,
    )


def downloader(
    files: FileOps,
    settings: Settings,
    telegram: Telegram,
    rows: FileRows,
    clock: Clock,
    prepare: Callable[[Callable[[int, int], None]], Awaitable[bool]] | None = None,
) -> Downloader:
    """The way from an account to the media of the archive."""
    return Downloader(
        source=telegram.files,
        rows=rows,
        blobs=LocalBlobs(files, settings.archive),
        thumbs=LocalThumbs(files, settings.archive),
        clock=clock,
        prepare=prepare,
    )
