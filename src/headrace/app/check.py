"""Checking an archive, and mending what can be mended."""

from __future__ import annotations

from headrace.app.archive import stored_chat
from headrace.blobs.files import LocalFiles
from headrace.blobs.inventory import Inventory
from headrace.importer.check import Checker
from headrace.model.audit import Audit
from headrace.model.files import FileOps
from headrace.model.job import Control, Unattended
from headrace.settings import Settings
from headrace.store.open import open_archive
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
    parsed = None if ref is None else parse_reference(ref)
    async with open_archive(files, settings.archive, create=False) as store:
        chat = None
        if ref is not None and parsed is not None:
            chat = (await stored_chat(store, parsed, ref, settings)).id
        disk = Inventory(files, settings.archive)
        return await Checker(rows=store, disk=disk, control=control or Unattended()).run(chat)
