"""Spoiled exports: no crash, nothing outside the folder opened, each refusal one sentence.

``make test`` takes a sample; ``make soak`` takes all of them.
"""

import asyncio
import os
import shutil
import sys
import sysconfig
from collections import Counter
from pathlib import Path

import pytest
from tests.desktop.exports import assert_one_sentence, import_into
from tests.desktop.mutants import KINDS, mutant

from headrace.blobs.files import LocalFiles
from headrace.errors import HeadraceError
from headrace.store.open import open_archive

MUTANTS = 500
SAMPLE = 60

#: What Python opens for itself: its own modules.
OWN = tuple({*sysconfig.get_paths().values(), sys.base_prefix, str(Path(__file__).parents[2])})


class Watch:
    """Notes every path that this process opens while it is on."""

    opened = None

    def __call__(self, event, arguments):
        if self.opened is not None and event == "open" and isinstance(arguments[0], str | bytes):
            self.opened.append(os.fsdecode(arguments[0]))


WATCH = Watch()
sys.addaudithook(WATCH)


async def _import(path, archive):
    """What the command does, less the command line; the report or the refusal."""
    async with open_archive(LocalFiles(), archive) as store:
        WATCH.opened = []
        return await import_into(store, path, archive)


def outcome(seed, folder):
    """Import the mutant of a seed and check what must hold of every one."""
    export = folder / "export"
    export.mkdir()
    path = mutant(seed, export)
    archive = folder.parent / "archive"
    try:
        report = asyncio.run(_import(path, archive))
    except HeadraceError as error:
        assert_one_sentence(error)
        report = None
    finally:
        opened, WATCH.opened = WATCH.opened, None
    strangers = [
        name for name in opened
        # One step down from an open folder, by its descriptor; links are not followed.
        if ("/" in name or name == "..")
        and not name.startswith((str(export), str(archive), *OWN))
    ]  # fmt: skip
    assert strangers == [], seed
    if report is None:
        return "refused"
    stored = report.messages["stored"]
    assert stored >= report.new, seed
    return "read in part" if report.failures else "read"


def run(seeds, tmp_path):
    found = Counter()
    for seed in seeds:
        folder = tmp_path / str(seed)
        folder.mkdir()
        try:
            found[KINDS[seed % len(KINDS)], outcome(seed, folder)] += 1
        except BaseException as error:
            error.add_note(f"seed {seed} ({KINDS[seed % len(KINDS)]})")
            raise
        shutil.rmtree(folder)
    return found


@pytest.mark.parametrize("part", range(4))
def test_a_sample_of_spoiled_exports(tmp_path, part):
    run(range(part * SAMPLE // 4, (part + 1) * SAMPLE // 4), tmp_path)


@pytest.mark.soak
def test_all_spoiled_exports(tmp_path, capsys):
    found = run(range(MUTANTS), tmp_path)
    with capsys.disabled():
        for (kind, end), times in sorted(found.items()):
            print(f"{kind:10} {end:14} {times}")
    assert sum(found.values()) == MUTANTS
    assert {end for _, end in found} == {"refused", "read in part", "read"}
