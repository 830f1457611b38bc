"""Jobs beside each other: one file of a channel that is read; and again after a failure."""

import pytest
from tests.crash.importing import loaded
from tests.web.serving import site
from tests.web.test_download import HISTORY, TINY

from headrace.model.job import JobState
from tgsandbox.server import serve

pytestmark = pytest.mark.media


@pytest.fixture
async def box():
    async with serve("tiny") as sandbox:
        yield sandbox


async def test_a_file_is_fetched_when_nobody_reads_its_channel(box, tmp_path):
    async with site(loaded(box, tmp_path)) as it:
        await it.ended((await it.begin(TINY, media="none"))["id"])
        (chat,) = [one.id for one in await it.store.chats() if one.username == "tinymill"]
        wish, *_ = await it.store.wanted_files(chat, 1)
        box.telegram.faults.add({"method": HISTORY, "count": None, "action": "silent"})
        job = await it.begin(TINY, media="none")
        await it.until(job["id"], lambda job: job.resource.startswith("chat:"))
        said = await it.post(f"/api/fetch/{wish.key}", code=409)
        assert said["error"] == "ArchiveBusy"
        assert "is being read already" in said["message"]
        assert said["hint"]
        # One that was stopped is in nobody's way.
        await it.post(f"/api/download/stop/{job['id']}")
        fetching = await it.post(f"/api/fetch/{wish.key}", code=202)
        assert (await it.ended(fetching["id"])).progress.files.done == 1


async def test_what_failed_is_begun_again_from_where_it_is_told(box, tmp_path):
    async with site(loaded(box, tmp_path)) as it:
        gone = {"type": "error", "code": 400, "message": "CHANNEL_PRIVATE"}
        box.telegram.faults.add({"method": HISTORY, "count": None, "action": gone})
        job = await it.begin(TINY, media="none")
        failed = await it.ended(job["id"], JobState.FAILED)
        page = (await it.client.get("/activity")).text
        assert failed.error.split(".")[0] in page
        button = f'data-verb="resume" data-post="/api/download/resume/{job["id"]}"'
        assert f"{button}>" in page
        box.telegram.faults.clear()
        await it.post(f"/api/download/resume/{job['id']}", code=202)
        await it.ended(job["id"])


async def test_a_card_tells_what_is_there_now(box, tmp_path):
    async with site(loaded(box, tmp_path)) as it:

        async def told():
            await it.guard.app.state.imports.proofs.settled()
            return (await it.client.get("/")).text

        await it.ended((await it.begin(TINY, media="none"))["id"])
        first = await told()
        assert "14 posts" in first
        assert "Last sync" in first
        post = {"telegram_id": 9001, "channel_id": "tinymill", "date": 1, "message": "new"}
        await it.post("/api/posts", post)
        assert "15 posts" in await told()
        await it.client.delete("/api/channels/tinymill?purge=1")
        assert "Last sync" not in await told()
