"""Imports in this process with a disk that breaks, and the digest to hold the archive against."""

from __future__ import annotations

from headrace import app, settings
from headrace.blobs.files import LocalFiles
from headrace.errors import DiskFull
from headrace.model.download import TEXT_ONLY
from headrace.model.job import Silent
from headrace.model.plan import ImportOptions, Pace


def loaded(sandbox, folder):
    """Settings for a sandbox of this process, with archive and accounts in a folder."""
    return settings.load({
        "archive": folder / "archive",
        "config": folder / "config",
        "server": sandbox.address,
        "dc": sandbox.dc,
        "public_key": sandbox.public_key_file,
        "session": sandbox.session_file,
    })  # fmt: skip


async def run(chosen, ref, files=None):
    options = ImportOptions(pace=Pace.FAST, media=TEXT_ONLY, comments=False)
    return await app.import_chat(chosen, ref, options, Silent(), files=files or LocalFiles())


async def digest(chosen):
    return await app.digest(chosen)


async def is_stopped_by_a_full_disk(chosen, ref):
    """Run an import that may fail for want of space only; whether it did."""
    try:
        await run(chosen, ref)
    except DiskFull as error:
        return bool(error.hint) and error.exit_code == 8
    return False
