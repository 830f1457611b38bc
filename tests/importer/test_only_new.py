"""A sync that is killed between any two pages: the next one reads the rest of what was new."""

import pytest
from tests.importer.test_reader import CHAT, ScriptedSource, importing
from tests.importer.test_watched import Dying, stored

from headrace.blobs.files import LocalFiles
from headrace.errors import DatabaseUnavailable
from headrace.importer.run import Importer
from headrace.model.job import Silent, Unattended
from headrace.model.plan import ImportOptions, Pace
from headrace.store.open import open_archive
from headrace.telegram.clock import SystemClock

NEW = ImportOptions(pace=Pace.GENTLE, only_new=True)


async def sync(folder, source, pages=-1):
    async with open_archive(LocalFiles(), folder) as store:
        importer = Importer(source, Dying(store, pages), SystemClock(), "here:1:1")
        await importer.run("@mill", CHAT, (), NEW, Silent(), Unattended(), started=0)


@pytest.mark.parametrize("pages", range(4))
async def test_what_was_new_is_read_to_its_end(pages, tmp_path):
    async with importing(ScriptedSource(range(1, 21)), tmp_path / "a"):
        pass
    ids = list(range(1, 420))
    with pytest.raises(DatabaseUnavailable):
        await sync(tmp_path / "a", ScriptedSource(ids), pages)
    ids += range(420, 425)
    await sync(tmp_path / "a", ScriptedSource(ids))
    assert await stored(tmp_path / "a") == ids


async def test_older_holes_stay(tmp_path):
    """What an import was told to leave is none of its business."""
    newest = ImportOptions(pace=Pace.FAST, limit=5)
    async with importing(ScriptedSource(range(1, 21)), tmp_path / "a", newest):
        pass
    await sync(tmp_path / "a", ScriptedSource(range(1, 31)))
    assert await stored(tmp_path / "a") == list(range(16, 31))
