"""Fetching files: what a chat's files need to get into the archive."""

from __future__ import annotations

from contextlib import AsyncExitStack

from headrace.app.accounts import account_folder, open_account, stored_session
from headrace.app.archive import stored_chat
from headrace.blobs.files import LocalFiles
from headrace.blobs.local import LocalBlobs
from headrace.blobs.thumbs import LocalThumbs
from headrace.importer.downloads import Downloader
from headrace.model.download import MediaPolicy, MediaReport
from headrace.model.files import FileOps
from headrace.model.job import Control, Progress, ProgressSink, Unattended
from headrace.settings import Settings
from headrace.store.access import AccessBook
from headrace.store.open import open_archive
from headrace.store.owner import owner_name
from headrace.telegram.clock import SystemClock
from headrace.telegram.files import TelegramFiles
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
    clock = SystemClock()
    started = clock.monotonic()
    parsed = parse_reference(ref)
    progress.update(Progress(state="running", stage="discover", started=int(clock.now())))
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(open_archive(files, settings.archive, create=False))
        chat = await stored_chat(store, parsed, ref, settings)
        session = stored_session(settings)
        client = await stack.enter_async_context(
            open_account(files, settings, session, settings.pace)
        )
        book = stack.enter_context(
            AccessBook(files, account_folder(settings, session) / "access.db")
        )
        source = await stack.enter_async_context(TelegramFiles(client.centres, book))
        downloader = Downloader(
            source=source,
            store=store,
            rows=store,
            blobs=LocalBlobs(files, settings.archive),
            thumbs=LocalThumbs(files, settings.archive),
            clock=clock,
            owner=owner_name(),
            watch_waits=client.gate.watch_waits,
            requests=client.gate.requests,
        )
        return await downloader.run(
            chat, policy, progress, control or Unattended(), started=started
        )
