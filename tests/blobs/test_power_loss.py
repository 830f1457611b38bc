"""The power may go at any instant: what a row speaks of is there, whole, and the rest heals."""

import asyncio
import hashlib

import pytest
from tests.blobs.scenes import blobs_of, media_of, nobody, parts_of, settled
from tests.power import RecordingFiles, materialise, states


def recorded(folder):
    files = RecordingFiles()
    asyncio.run(settled(blobs_of(folder, files), files.commit))
    return files.log


def damages(log, root):
    """What is wrong in the states, one after the other; nothing for one where all is well."""
    for committed, files in states(log, root):
        state = {str(path): content for path, _, content in files}
        places = {f"media/{one.sha256[:2]}/{one.sha256}.{one.extension}" for one in committed}
        wrong = [f"{place} is missing" for place in sorted(places - set(state))]
        for name, content in state.items():
            if ".parts" not in name and hashlib.sha256(content).hexdigest() not in name:
                wrong.append(f"{name} has its name and is not whole")
        yield wrong, files


def healed(files, folder, expected):
    """What is wrong after the next process has done it all again."""
    materialise(files, folder)
    asyncio.run(settled(blobs_of(folder)))
    asyncio.run(blobs_of(folder).collect(nobody))
    if media_of(folder) != expected or parts_of(folder):
        return [f"{folder} does not heal"]
    return []


@pytest.mark.parametrize("heal", [40, pytest.param(1, marks=pytest.mark.soak)])
def test_no_row_speaks_of_a_file_that_is_not_there(tmp_path, heal):
    root = tmp_path / "archive"
    log, count = recorded(root), 0
    expected = media_of(root)
    for count, (wrong, files) in enumerate(damages(log, root), 1):
        assert wrong == []
        if count % heal == 0:
            assert healed(files, tmp_path / f"{count}", expected) == []
    assert count > 200
    print(f"{count} states")


def test_without_any_one_sync_something_is_lost(tmp_path):
    root = tmp_path / "archive"
    log = recorded(root)
    syncs = [place for place, step in enumerate(log) if step[0] in ("fsync", "sync_folder")]
    needless = []
    for number, place in enumerate(syncs):
        forgetful = log[:place] + log[place + 1 :]
        if not any(wrong for wrong, _ in damages(forgetful, root)):
            needless.append(number)
    assert len(syncs) == 11
    # The journals of both files, so that no later process writes into what has its final name.
    # The second file is the twin of the first: its own bytes go away, the first one's and
    # their folder were synced, and are synced again only in case they came from elsewhere.
    assert needless == [1, 3, 4, 5, 6]
