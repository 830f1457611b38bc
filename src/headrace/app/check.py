"""Checking an archive, and mending what can be mended."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from headrace.app.accounts import open_telegram
from headrace.app.archive import stored_chat
from headrace.app.media import downloader
from headrace.blobs.files import LocalFiles
from headrace.blobs.inventory import Inventory
from headrace.blobs.local import LocalBlobs
from headrace.blobs.thumbs import LocalThumbs
from headrace.importer.check import Checker
from headrace.importer.mender import Online
from headrace.importer.repair import Repairer
from headrace.model.audit import Audit, Repaired
from headrace.model.files import FileOps
from headrace.model.job import Control, ProgressSink, Unattended
from headrace.model.values import PeerId
from headrace.settings import Settings
from headrace.store.open import open_archive
from headrace.store.owner import owner_name
from headrace.store.store import ArchiveStore
from headrace.telegram.clock import SystemClock
from headrace.telegram.refs import parse_reference


async def check(
    settings: Settings,
    ref: str | None,
    control: Control | None = None,
    *,
    files: FileOps | None = None,
) -> Audit:
    """What is damaged in the archive, or in one chat of it; no account, no network."""
    files = files or LocalFiles()
    async with open_archive(files, settings.archive, create=False) as store:
        chosen = await _chosen(store, settings, ref)
        return await _checker(files, settings, store, control).run(chosen)


async def repair(
    settings: Settings,
    ref: str | None,
    progress: ProgressSink,
    control: Control | None = None,
    *,
    files: FileOps | None = None,
) -> Repaired:
    """Check and mend; an account is asked for only where something has to be fetched."""
    files = files or LocalFiles()
    async with open_archive(files, settings.archive, create=False) as store:
        chosen = await _chosen(store, settings, ref)
        repairer = Repairer(
            rows=store,
            checker=_checker(files, settings, store, control),
            blobs=LocalBlobs(files, settings.archive),
            thumbs=LocalThumbs(files, settings.archive),
            clock=SystemClock(),
            owner=owner_name(),
            online=lambda: _online(files, settings, store),
            pace=settings.pace,
        )
        return await repairer.run(chosen, progress, control or Unattended())


def _checker(
    files: FileOps, settings: Settings, store: ArchiveStore, control: Control | None
) -> Checker:
    disk = Inventory(files, settings.archive)
    return Checker(rows=store, disk=disk, control=control or Unattended())


async def _chosen(store: ArchiveStore, settings: Settings, ref: str | None) -> PeerId | None:
    if ref is None:
        return None
    return (await stored_chat(store, parse_reference(ref), ref, settings)).id


@asynccontextmanager
async def _online(files: FileOps, settings: Settings, store: ArchiveStore) -> AsyncIterator[Online]:
    async with open_telegram(files, settings, settings.pace) as telegram:
        fetching = downloader(files, settings, telegram, store, SystemClock())
        yield Online(source=telegram.source, downloader=fetching)
