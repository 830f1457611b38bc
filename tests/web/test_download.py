"""Imports over the REST API: begun, watched, stopped in every stage, gone on with, forgotten."""

import asyncio

import pytest
from tests.crash.importing import loaded
from tests.desktop import exports
from tests.web.serving import site

from headrace import app
from headrace.model.job import JobState
from tgsandbox.server import serve

pytestmark = pytest.mark.media

TINY = "@tinymill"
HISTORY, GET_FILE = "messages.getHistory", "upload.getFile"
FIELDS = {
    "state", "stage", "posts", "comments", "files", "bytes", "rate", "eta_s", "wait", "failures",
    "error",
}  # fmt: skip


@pytest.fixture
async def box():
    async with serve("tiny") as sandbox:
        yield sandbox


async def digest_of(tmp_path, box, *names):
    """What undisturbed imports come to, one after another."""
    chosen = loaded(box, tmp_path / "undisturbed")
    async with site(chosen) as it:
        for name in names or [TINY]:
            await it.ended((await it.begin(name))["id"])
    return (await app.digest(chosen))["digest"]


async def test_an_import_is_begun_at_once_and_comes_to_its_end(box, tmp_path):
    async with site(loaded(box, tmp_path)) as it:
        begun = await it.begin(TINY)
        assert begun["state"] == "queued"
        assert set(begun) >= FIELDS
        await it.ended(begun["id"])
        status = await it.get(f"/api/download/status/{TINY}")
        assert status["state"] == "succeeded"
        assert status["posts"]["done"] == status["posts"]["total"] > 0
        assert status["files"]["done"] == status["files"]["total"] > 0
        assert status["bytes"]["done"] == status["bytes"]["total"] > 0
        assert (status["error"], status["wait"]) == ("", None)
        for name in (status["channel_id"], "tinymill", "https://t.me/tinymill", begun["id"]):
            same = await it.get("/api/download/status/" + name.replace("/", "%2F"))
            assert same == status
        assert await it.get("/api/download/status") == [status]


async def test_a_second_import_of_a_channel_waits_for_the_first(box, tmp_path):
    box.telegram.faults.add({"method": HISTORY, "count": None, "action": "silent"})
    async with site(loaded(box, tmp_path)) as it:
        begun = await it.begin(TINY)
        await it.until(begun["id"], lambda job: job.resource.startswith("chat:"))
        chat = (await it.get("/api/download/status"))[0]["channel_id"]
        for name in (TINY, "t.me/TinyMill", chat):
            said = await it.post("/api/download/import", {"channel": name}, code=409)
            assert said["error"] == "ArchiveBusy"
        assert len(await it.get("/api/download/status")) == 1


def stage_is(stage):
    return lambda job: job.progress.stage == stage


def waits(job):
    return job.progress.wait is not None


STAGES = {
    "discover": ({"method": "contacts.resolveUsername", "action": "silent"}, stage_is("discover")),
    "plan": ({"method": HISTORY, "action": "silent"}, stage_is("plan")),
    "pause": ({"method": HISTORY, "action": {"type": "flood", "seconds": 600}}, waits),
    "media": ({"method": GET_FILE, "action": "silent"}, stage_is("media")),
    "pause_of_files": ({"method": GET_FILE, "action": {"type": "flood", "seconds": 600}}, waits),
}


@pytest.mark.parametrize("stage", STAGES)
async def test_a_stop_is_heard_in_every_stage_and_resuming_ends_as_undisturbed(
    stage, box, tmp_path
):
    fault, is_there = STAGES[stage]
    expected = await digest_of(tmp_path, box)
    box.telegram.faults.add({"count": None} | fault)
    chosen = loaded(box, tmp_path)
    async with site(chosen) as it:
        job = await it.begin(TINY)
        await it.until(job["id"], is_there)
        # A pause of ten minutes and a server that is silent for good: only the stop ends it.
        stopped = await it.post(f"/api/download/stop/{job['id']}")
        assert stopped["state"] == "paused"
        box.telegram.faults.clear()
        if "pause" in stage:
            forget_pauses(tmp_path)
        resumed = await it.post(f"/api/download/resume/{TINY}", code=202)
        assert resumed["id"] == job["id"]
        await it.ended(job["id"])
    assert (await app.digest(chosen))["digest"] == expected


async def test_stopped_between_two_pages(tmp_path):
    async with serve("reference") as box:
        silence = {"method": HISTORY, "nth": 3, "count": None, "action": "silent"}
        box.telegram.faults.add(silence)
        chosen = loaded(box, tmp_path)
        async with site(chosen) as it:
            job = await it.begin("@millrace", media="none")
            there = await it.until(job["id"], lambda job: job.progress.posts.done)
            assert there.progress.stage == "history"
            stopped = await it.post(f"/api/download/stop/{job['id']}")
            assert stopped["state"] == "paused"
            assert stopped["posts"]["done"] < stopped["posts"]["total"] == 501
            asked = len(box.telegram.counters.requests(HISTORY))
            box.telegram.faults.clear()
            await it.post(f"/api/download/resume/{job['id']}", code=202)
            await it.ended(job["id"])
            # What was read is not read again.
            assert len(box.telegram.counters.requests(HISTORY)) - asked <= 6
        (found,) = (await app.status(chosen, None))["chats"]
        assert found["complete"]


async def test_stopped_while_comments_are_read(tmp_path):
    async with serve("comments") as box:
        chosen = loaded(box, tmp_path)
        async with site(chosen) as it:
            box.telegram.faults.add(
                {"method": HISTORY, "nth": 2, "count": None, "action": "silent"}
            )
            job = await it.begin("@millyard", media="none", include_discussion_comments=True)
            await it.until(job["id"], stage_is("comments"))
            assert (await it.post(f"/api/download/stop/{job['id']}"))["state"] == "paused"
            box.telegram.faults.clear()
            await it.post(f"/api/download/resume/{job['id']}", code=202)
            await it.ended(job["id"])
            status = await it.get(f"/api/download/status/{job['id']}")
            assert status["comments"]["done"] == status["comments"]["total"] > 0


async def test_cancelled_and_cleared(box, tmp_path):
    box.telegram.faults.add({"method": HISTORY, "count": None, "action": "silent"})
    async with site(loaded(box, tmp_path)) as it:
        job = await it.begin(TINY)
        said = await it.post(f"/api/download/clear/{job['id']}", code=409)
        assert said["hint"] == "Stop it first."
        assert (await it.post(f"/api/download/cancel/{job['id']}"))["state"] == "cancelled"
        assert await it.post(f"/api/download/clear/{TINY}") == {"cleared": [job["id"]]}
        assert await it.get("/api/download/status") == []
        assert (await it.get(f"/api/download/status/{TINY}", code=404))["error"] == "ChatNotFound"


async def test_what_failed_says_why_in_a_sentence(box, tmp_path):
    async with site(loaded(box, tmp_path)) as it:
        job = await it.begin("@nobody_has_this")
        failed = await it.ended(job["id"], JobState.FAILED)
        assert "nobody_has_this" in failed.error
        said = await it.post("/api/download/import", {"channel": "no channel"}, code=400)
        assert said["error"] == "UsageError"
        said = await it.post("/api/download/import", {}, code=422)
        assert set(said) == {"error", "message", "hint"}


async def test_several_at_once_share_the_account_and_its_pauses(box, tmp_path):
    names = [TINY, "@tinymilltalk", "@emptymill"]
    expected = await digest_of(tmp_path, box, *names)
    box.telegram.counters.reset()
    chosen = loaded(box, tmp_path)
    rule = {"method": HISTORY, "count": None, "action": {"type": "flood", "seconds": 600}}
    box.telegram.faults.add(rule)
    async with site(chosen) as it:
        jobs = [await it.begin(name) for name in names]
        for job in jobs:
            # All of them tell of the one pause, whoever met it.
            waiting = await it.until(job["id"], waits)
            assert waiting.progress.wait.reason == "flood"
        assert {one["state"] for one in await it.get("/api/download/status")} == {"waiting"}
        # One account was opened for all.
        assert len(box.telegram.counters.requests("users.getUsers")) == 1
        for job in jobs:
            await it.post(f"/api/download/stop/{job['id']}")
        box.telegram.faults.clear()
        forget_pauses(tmp_path)
        for job in jobs:
            await it.post(f"/api/download/resume/{job['id']}", code=202)
        await asyncio.gather(*(it.ended(job["id"]) for job in jobs))
    assert (await app.digest(chosen))["digest"] == expected


def forget_pauses(tmp_path):
    """What Telegram asked for is remembered; nobody waits for it in a test."""
    for book in (tmp_path / "config").rglob("pace.json"):
        book.unlink()


async def test_only_what_is_new_and_only_files(box, tmp_path):
    async with site(loaded(box, tmp_path)) as it:
        # Neither brings in what is not there.
        for kind in ("sync", "media"):
            job = await it.begin(TINY, kind=kind)
            assert "is not in the archive" in (await it.ended(job["id"], JobState.FAILED)).error
        await it.ended((await it.begin(TINY, media="none"))["id"])
        await it.ended((await it.begin(TINY, kind="sync", media="none"))["id"])
        job = await it.ended((await it.begin(TINY, kind="media"))["id"])
        assert job.progress.files.done == job.progress.files.total > 0


async def test_an_export_needs_no_account(box, tmp_path):
    folder = exports.write(tmp_path / "export", exports.root(exports.entry(1), exports.entry(2)))
    async with site(loaded(box, tmp_path)) as it:
        job = await it.begin(str(folder))
        assert (await it.ended(job["id"])).progress.posts.done == 2
        status = await it.get(f"/api/download/status/{job['id']}")
        assert status["channel_id"].startswith("-100")
        again = await it.get(f"/api/download/status/{status['channel_id']}")
        assert again == status
        assert "messages" in await it.post("/api/download/plan", {"channel": str(folder)})
    assert box.telegram.counters.as_json()["methods"] == {}


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({"channel": TINY, "media": "pictures"}, 400),
        ({"channel": TINY, "max_size": "big"}, 400),
        ({"channel": TINY, "protected": "some"}, 400),
        ({"channel": TINY, "since": "yesterday"}, 400),
        ({"channel": TINY, "since": "2024-02-01", "until": "2024-01-01"}, 400),
        ({"channel": TINY, "since": "9" * 60 + "d"}, 400),
        ({"channel": TINY, "refresh": "9" * 60 + "d"}, 400),
        ({"channel": TINY, "refresh": "often"}, 400),
        ({"channel": "t.me/share/x"}, 400),
        ({"channel": "\0"}, 422),
        ({"channel": ""}, 422),
        ({"channel": TINY, "message_limit": 0}, 422),
        ({"channel": TINY, "message_limit": 2**40}, 422),
        ({"channel": TINY, "kind": "erase"}, 422),
        ([], 422),
    ],
)
async def test_a_wish_that_makes_no_sense_is_told_and_begins_nothing(wish, code, box, tmp_path):
    async with site(loaded(box, tmp_path)) as it:
        said = await it.post("/api/download/import", wish, code=code)
        assert set(said) == {"error", "message", "hint"}
        assert said["message"]
        assert await it.get("/api/download/status") == []


async def test_the_old_importers_names(box, tmp_path):
    async with site(loaded(box, tmp_path)) as it:
        body = {
            "channel_id": -1001000000101,
            "message_limit": 5,
            "include_discussion_comments": False,
            "include_system_messages": False,
            "include_reposts": True,
            "include_polls": True,
        }
        await it.ended((await it.begin(TINY, message_limit=1, media="none"))["id"])
        job = (await it.post("/api/download/import", body, code=202))["id"]
        request = (await it.ended(job)).request
        assert request.ref == "-1001000000101"
        assert request.options.limit == 5
        assert not request.options.comments


async def test_a_plan_says_what_would_be_read_and_reads_nothing(box, tmp_path):
    async with site(loaded(box, tmp_path)) as it:
        plan = await it.post("/api/download/plan", {"channel": TINY})
        assert plan["messages"] > 0
        assert await it.get("/api/download/status") == []


async def test_what_a_server_left_is_interrupted_or_goes_on(box, tmp_path):
    expected = await digest_of(tmp_path, box)
    box.telegram.faults.add({"method": HISTORY, "count": None, "action": "silent"})
    chosen = loaded(box, tmp_path)
    async with site(chosen) as it:
        job = await it.begin(TINY)
        await it.until(job["id"], stage_is("plan"))
    box.telegram.faults.clear()
    async with site(chosen) as it:
        assert (await it.get(f"/api/download/status/{TINY}"))["state"] == "interrupted"
    async with site(chosen.model_copy(update={"resume_jobs": True})) as it:
        assert (await it.ended(job["id"])).state == "succeeded"
    assert (await app.digest(chosen))["digest"] == expected
