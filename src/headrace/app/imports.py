"""Importing: what a channel or an export needs to get into the archive."""

from __future__ import annotations

import gc
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from functools import partial
from typing import Any

from headrace.app.accounts import Telegram, open_telegram
from headrace.app.estimates import ask_first, planned_files
from headrace.app.media import downloader
from headrace.app.starting import begun
from headrace.blobs.files import LocalFiles
from headrace.blobs.local import LocalBlobs
from headrace.blobs.thumbs import LocalThumbs
from headrace.desktop.opening import looks_like_path, split_reference
from headrace.desktop.source import open_source
from headrace.importer.comment_estimate import estimate_comments
from headrace.importer.export import ExportImporter, plan_export
from headrace.importer.plan import described, plan_import, requests_of, travel_seconds
from headrace.importer.ranges import wanted_range
from headrace.importer.run import Importer
from headrace.model.chat import Chat
from headrace.model.coverage import HISTORY
from headrace.model.estimate import Confirm
from headrace.model.files import FileOps
from headrace.model.job import Control, ProgressSink, Unattended
from headrace.model.plan import ImportOptions, ImportReport
from headrace.model.values import PeerId
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
    A chat that was hidden is shown again: whoever asks for it wants to see it.
    """
    files = files or LocalFiles()
    if needs_no_account(ref, of_export):
        opened = open_archive(files, settings.archive, database_url=settings.database_url)
        return await import_export(
            files, settings, opened, ref, of_export, options, progress, control=control
        )
    set_long_lived_objects_aside()
    started = begun(progress)
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
        await store.show_chat(chat.id)
        importer = importer_of(files, settings, telegram, store, chat, options, confirm)
        return await importer.run(
            ref, chat, peers, options, progress, control or Unattended(), started=started
        )


async def import_with(
    files: FileOps,
    settings: Settings,
    telegram: Telegram,
    store: ArchiveStore,
    ref: str,
    options: ImportOptions,
    progress: ProgressSink,
    *,
    control: Control,
    found: Callable[[PeerId], None],
) -> ImportReport:
    """The same with an account and an archive that are open; ``found`` hears which chat it is."""
    started = begun(progress)
    chat, peers = await telegram.source.resolve(ref)
    found(chat.id)
    await store.show_chat(chat.id)
    importer = importer_of(files, settings, telegram, store, chat, options, None)
    return await importer.run(ref, chat, peers, options, progress, control, started=started)


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


async def import_export(
    files: FileOps,
    settings: Settings,
    opened: AbstractAsyncContextManager[ArchiveStore],
    ref: str,
    which: str,
    options: ImportOptions,
    progress: ProgressSink,
    *,
    control: Control | None,
    found: Callable[[PeerId], None] | None = None,
) -> ImportReport:
    """The same with a Telegram Desktop export: no account, no network.

    ``opened``: the archive, made only when the export has been looked at.
    """
    started = begun(progress)
    path, named = split_reference(ref)
    source = await open_source(path, which or named)
    if found is not None:
        found(source.chat.id)
    async with opened as store:
        await store.show_chat(source.chat.id)
        importer = ExportImporter(
            source=source,
            store=store,
            blobs=LocalBlobs(files, settings.archive),
            thumbs=LocalThumbs(files, settings.archive),
            clock=SystemClock(),
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
        store = None
        if find_archive(settings.archive) is not None:
            store = await stack.enter_async_context(
                open_archive(files, settings.archive, create=False)
            )
        telegram = await stack.enter_async_context(open_telegram(files, settings, options.pace))
        return await plan_with(files, settings, telegram, store, ref, options)


async def plan_with(
    files: FileOps,
    settings: Settings,
    telegram: Telegram,
    store: ArchiveStore | None,
    ref: str,
    options: ImportOptions,
) -> dict[str, Any]:
    """The same with an account that is open, and the archive if there is one."""
    covered, failures, stored = [], [], {}
    source, clock = telegram.source, SystemClock()
    chat, _ = await source.resolve(ref)
    began, before = clock.monotonic(), sum(source.requests().values())
    probe = await source.probe(chat, ahead=options.comments)
    round_trip = (clock.monotonic() - began) / max(sum(source.requests().values()) - before, 1)
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
    comments = await estimate_comments(source, store, plan, span, options, int(clock.now()))
    found = described(plan, options) | files_of_it | {"comments": comments}
    pages, parts = requests_of(found)
    travel = travel_seconds(pages, parts, lanes=plan.lanes, round_trip=round_trip)
    return found | {"seconds": round(max(travel, source.least_seconds(pages, parts)), 1)}


def set_long_lived_objects_aside() -> None:
    """Spare the collector what lives as long as the process: a full pass over it takes 60 ms.

    Messages hold no cycles and go by themselves, so the rest is looked at less often.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
