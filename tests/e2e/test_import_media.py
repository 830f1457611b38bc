"""Files arrive beside the messages of an import, and never stand in their way."""

import asyncio

import pytest
from tests.crash import importing
from tests.e2e import processes
from tests.e2e.test_media import GET_FILE, Place, served  # noqa: F401 - used by Place

from headrace import app
from headrace.blobs.files import LocalFiles
from headrace.blobs.local import RESERVE_BYTES
from headrace.errors import DiskFull
from headrace.model.download import TEXT_ONLY, FileKind, MediaPolicy, Protection
from headrace.model.job import Silent, Unattended
from headrace.model.plan import ImportOptions, Pace
from tgsandbox.server import serve

pytestmark = pytest.mark.media
TINY = "@tinymill"
#: Files whose answers make a pause too long to wait for.
FLOODED = {"method": GET_FILE, "count": None, "action": {"type": "flood", "seconds": 7200}}


@pytest.fixture
def place(tmp_path):
    return Place(tmp_path)


@pytest.fixture
async def box():
    async with serve("tiny", seed=1, dcs=5) as sandbox:
        yield sandbox


@pytest.fixture
def spread():
    """``tiny`` with all its data centres: one of its files lies away from home."""
    with processes.sandbox("tiny", "--dcs", "5") as sandbox:
        yield sandbox


async def run(chosen, media=None, *, ref=TINY, sink=None, files=None):
    policy = MediaPolicy() if media is None else media
    options = ImportOptions(pace=Pace.FAST, media=policy, comments=False)
    return await app.import_chat(
        chosen, ref, options, sink or Silent(), Unattended(), files=files or LocalFiles()
    )


def test_an_import_brings_the_files_too(place, spread):
    report = place.run(spread, "import", TINY, "--protected", "all")
    files = report["files"]
    assert report["complete"] is True
    assert files["stored"] == files["fetched"] > 5
    assert (files["wanted"], files["skipped"], files["failed"]) == (0, 0, 0)
    assert report["avatars"] > 0
    assert report["albums"] > 0
    assert len(place.check_bytes(spread)) == files["stored"]
    made = place.rows("SELECT count(*) FROM thumbnails WHERE state = 'made'")
    assert report["thumbnails"] == made[0][0] > 0
    asked = spread.ask("/counters")["methods"][GET_FILE]
    again = place.run(spread, "import", TINY, "--protected", "all")
    assert (again["files"]["fetched"], again["complete"]) == (0, True)
    assert again["files"]["bytes"] == files["bytes"]
    assert spread.ask("/counters")["methods"][GET_FILE] == asked


def test_left_for_later(place, spread):
    report = place.run(spread, "import", TINY, "--media", "none")
    assert report["complete"] is True
    assert report["files"]["stored"] == 0 < report["files"]["wanted"]
    assert GET_FILE not in spread.ask("/counters")["methods"]
    some = place.run(spread, "import", TINY, "--media", "photo", "--max-size", "60KB")
    assert 0 < some["files"]["stored"] < report["files"]["wanted"]
    assert {"kind", "too_large"} <= set(some["left_out"])
    rest = place.run(spread, "media", TINY, "--protected", "all")
    assert rest["files"]["stored"] == report["files"]["wanted"]


async def test_what_the_owner_restricts_is_left_and_told(box, tmp_path):
    restrict(box, noforwards=True)
    chosen = importing.loaded(box, tmp_path)
    report = await run(chosen)
    assert report.left_out == {"protected": report.files["skipped"]}
    assert report.files["skipped"] > report.files["stored"] > 0
    assert report.complete
    wanted = MediaPolicy(protected=Protection.ALL)
    assert (await run(chosen, wanted)).files["fetched"] == report.files["skipped"]


async def test_who_administers_a_channel_may_save_what_is_in_it(box, tmp_path):
    restrict(box, noforwards=True, creator=True)
    report = await run(importing.loaded(box, tmp_path))
    assert (report.left_out, report.complete) == ({}, True)
    assert report.files["stored"] == report.files["fetched"] > 5


def restrict(box, **content):
    """Set flags of the channel, as its owner does."""
    chat = next(one for one in box.world.chats.values() if one.content.get("username") == TINY[1:])
    chat.content.update(content)


def test_a_pause_of_files_never_stops_the_messages(place, spread):
    parked = place.run(spread, "import", TINY, check=75, faults=[FLOODED])
    assert (parked["error"], parked["method"]) == ("FloodPause", "files")
    assert "Go on after" in parked["hint"]
    told = parked["report"]
    assert told["messages"]["failed"] == 0 < told["messages"]["stored"]
    assert told["files"]["wanted"] > 0
    assert told["complete"] is False
    status = place.run(spread, "status", TINY)
    assert status["complete"] is True
    again = place.run(spread, "import", TINY, check=75)
    assert GET_FILE not in again["report"]["requests"]
    media = place.run(spread, "media", TINY, check=75)
    assert "Go on after" in media["hint"]
    assert media["hint"].endswith("headrace media @tinymill")
    for book in place.config.rglob("pace.json"):
        book.unlink()
    assert place.run(spread, "import", TINY)["complete"] is True
    place.check_bytes(spread)


def test_a_file_that_cannot_be_had_is_told_and_tried_again(place, spread):
    broken = {"method": GET_FILE, "args": {"location": {"_": "InputPhotoFileLocation"}},
              "count": None, "action": {"type": "short_chunk", "bytes": 10}}  # fmt: skip
    report = place.run(spread, "import", TINY, check=3, faults=[broken])
    assert report["files"]["failed"] > 0
    assert report["complete"] is False
    assert report["failures"] == []
    after = place.run(spread, "import", TINY)
    assert (after["files"]["failed"], after["complete"]) == (0, True)
    place.check_bytes(spread)


class Snapshots:
    def __init__(self):
        self.seen = []

        self._news = asyncio.Event()

    def update(self, progress):
        self.seen.append(progress)
        self._news.set()

    async def reached(self, stage):
        while self.seen[-1:] == [] or self.seen[-1].stage != stage:
            self._news.clear()
            await self._news.wait()


async def test_files_arrive_while_messages_are_still_read(tmp_path):
    # History waits a moment for its second page, which files do not.
    pause = {"method": "messages.getHistory", "nth": 2, "action": {"type": "flood", "seconds": 1}}
    async with serve("reference", seed=1, faults=pause) as box:
        sink = Snapshots()
        report = await run(importing.loaded(box, tmp_path), ref="@millrace", sink=sink)
    assert report.complete
    beside = [one for one in sink.seen if one.stage == "history" and one.files.done]
    assert beside
    last = sink.seen[-1]
    assert last.state == "succeeded"
    assert last.files.done == last.files.total == report.files["fetched"]
    assert last.bytes.done == last.bytes.total
    assert last.posts.done == last.posts.total


class SmallDisk(LocalFiles):
    """A disk with so many bytes left beside the reserve."""

    def __init__(self, room):
        self.room = room

    def disk_size(self, path):
        return RESERVE_BYTES

    def free_space(self, path):
        return RESERVE_BYTES + self.room


async def test_at_the_reserve_files_pause_and_text_goes_on(box, tmp_path):
    chosen = importing.loaded(box, tmp_path)
    with pytest.raises(DiskFull) as caught:
        await run(chosen, files=SmallDisk(40_000))
    report = caught.value.report
    assert report.messages["failed"] == 0 < report.messages["stored"]
    assert report.files["stored"] > 0
    assert report.files["wanted"] > 0
    assert (await app.status(chosen, TINY))["complete"]
    after = await run(chosen)
    assert after.complete
    assert after.files["stored"] == report.files["stored"] + report.files["wanted"]


async def test_text_only_opens_no_way_to_files(box, tmp_path):
    report = await run(importing.loaded(box, tmp_path), TEXT_ONLY)
    assert report.complete
    assert report.files["wanted"] > 0
    assert "auth.exportAuthorization" not in report.requests


async def test_an_import_of_some_kinds_says_why_the_others_are_left(box, tmp_path):
    photos = MediaPolicy(kinds=frozenset((FileKind.PHOTO,)))
    report = await run(importing.loaded(box, tmp_path), photos)
    assert set(report.left_out) <= {"kind", "protected"}
    assert report.files["stored"] > 0


async def test_an_import_that_is_cancelled_leaves_nothing_under_way(box, tmp_path):
    chosen = importing.loaded(box, tmp_path)
    box.telegram.faults.add({"method": GET_FILE, "count": None, "action": "silent"})
    sink = Snapshots()
    task = asyncio.create_task(run(chosen, sink=sink))
    await sink.reached("media")
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert sink.seen[-1].state == "cancelled"
    box.telegram.faults.clear()
    assert (await run(chosen)).complete
