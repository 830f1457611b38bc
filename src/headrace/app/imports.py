"""Importing: what a channel or an export needs to get into the archive."""

from __future__ import annotations

import gc
from contextlib import AsyncExitStack
from functools import partial
from typing import Any

from headrace.app.accounts import Telegram, open_telegram
from headrace.app.estimates import ask_first, planned_files
from headrace.app.media import downloader
from headrace.blobs.files import LocalFiles
from headrace.blobs.local import LocalBlobs
from headrace.blobs.thumbs import LocalThumbs
from headrace.desktop.opening import looks_like_path, split_reference
from headrace.desktop.source import open_source
from headrace.importer.comment_estimate import estimate_comments
from headrace.importer.export import ExportImporter, plan_export
from headrace.importer.plan import described, plan_import
from headrace.importer.ranges import wanted_range
from headrace.importer.run import Importer
from headrace.model.chat import Chat
from headrace.model.coverage import HISTORY
from headrace.model.estimate import Confirm
from headrace.model.files import FileOps
from headrace.model.job import Control, Progress, ProgressSink, Unattended
from headrace.model.plan import ImportOptions, ImportReport
from headrace.settings import Settings
from headrace.store.archive import find as find_archive
from headrace.store.open import open_archive
from headrace.store.owner import owner_name
from headrace.store.store import ArchiveStore
from headrace.telegram.clock import SystemClock
from headrace.telegram.refs import parse_reference


def needs_no_account(ref: str, of_export: str = "") -> bool:
    """Whether a reference is the path of an export; a malformed one is refused here.

    Raises:
        UsageError: it is of no known form.
    """
    if of_export or looks_like_path(ref):
        return True
    parse_reference(ref)
    return False


async def import_chat(
    settings: Settings,
    ref: str,
    options: ImportOptions,
    progress: ProgressSink,
    control: Control | None = None,
    *,
    of_export: str = "",
    confirm: Confirm | None = None,
    files: FileOps | None = None,
) -> ImportReport:
    """Import what ``ref`` names; ``of_export``: which chat, where it is the path of an export.

    ``confirm`` is asked before very many bytes are fetched; an answer of no ends the import.
    The archive is looked at before Telegram is asked, and made only after Telegram has answered.
    """
    files = files or LocalFiles()
    if needs_no_account(ref, of_export):
        return await _import_export(files, settings, ref, of_export, options, progress, control)
    set_long_lived_objects_aside()
    clock = SystemClock()
    started = clock.monotonic()
    progress.update(Progress(state="running", stage="discover", started=int(clock.now())))
    async with AsyncExitStack() as stack:
        store = None
        if find_archive(settings.archive) is not None:
            store = await stack.enter_async_context(open_archive(files, settings.archive))
        telegram = await stack.enter_async_context(open_telegram(files, settings, options.pace))
        chat, peers = await telegram.source.resolve(ref)
        if store is None:
            store = await stack.enter_async_context(
                open_archive(files, settings.archive, database_url=settings.database_url)
            )
        importer = importer_of(files, settings, telegram, store, chat, options, confirm)
        return await importer.run(
            ref, chat, peers, options, progress, control or Unattended(), started=started
        )


def importer_of(
    files: FileOps,
    settings: Settings,
    telegram: Telegram,
    store: ArchiveStore,
    chat: Chat,
    options: ImportOptions,
    confirm: Confirm | None,
) -> Importer:
    """The way of one chat from an account into the archive."""
    source, clock = telegram.source, SystemClock()
    prepare = partial(ask_first, confirm, source, store, chat, options, files, settings)
    fetching = downloader(files, settings, telegram, store, clock, prepare)
    return Importer(source, store, clock, owner_name(), fetching)


async def _import_export(
    files: FileOps,
    settings: Settings,
    ref: str,
    which: str,
    options: ImportOptions,
    progress: ProgressSink,
    control: Control | None,
) -> ImportReport:
    """The same with a Telegram Desktop export: no account, no network."""
    clock = SystemClock()
    started = clock.monotonic()
    path, named = split_reference(ref)
    progress.update(Progress(state="running", stage="discover", started=int(clock.now())))
    source = await open_source(path, which or named)
    async with open_archive(files, settings.archive, database_url=settings.database_url) as store:
        importer = ExportImporter(
            source=source,
            store=store,
            blobs=LocalBlobs(files, settings.archive),
            thumbs=LocalThumbs(files, settings.archive),
            clock=clock,
            owner=owner_name(),
        )
        return await importer.run(options, progress, control or Unattended(), started=started)


async def plan_chat(settings: Settings, ref: str, options: ImportOptions) -> dict[str, Any]:
    """What an import would read; nothing is written."""
    if looks_like_path(ref):
        return await plan_export(await open_source(*split_reference(ref)), options)
    parse_reference(ref)
    files = LocalFiles()
    async with AsyncExitStack() as stack:
        covered, failures, stored = [], [], {}
        store = None
        if find_archive(settings.archive) is not None:
            store = await stack.enter_async_context(
                open_archive(files, settings.archive, create=False)
            )
        telegram = await stack.enter_async_context(open_telegram(files, settings, options.pace))
        source = telegram.source
        chat, _ = await source.resolve(ref)
        probe = await source.probe(chat, ahead=options.comments)
        span = await wanted_range(source, chat, probe, options)
        if store is not None:
            covered = await store.coverage(chat.id, HISTORY, source.name)
            failures = await store.failures(chat.id, HISTORY)
            stored = await store.file_tallies_by_kind(chat.id)
        plan = plan_import(
            chat,
            probe,
            [span] if span else [],
            covered=covered,
            failures=failures,
            pace=options.pace,
        )
        files_of_it = await planned_files(source, chat, options, stored, files, settings, probe)
        now = int(SystemClock().now())
        comments = await estimate_comments(source, store, chat, options, probe, now)
    return described(plan, options) | files_of_it | {"comments": comments}


def set_long_lived_objects_aside() -> None:
    """Spare the collector what lives as long as the process: a full pass over it takes 60 ms.

    Messages hold no cycles and go by themselves, so the rest is looked at less often.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
