"""What a status says of an import that has just begun: of how many, before they are read."""

import pytest
from tests.crash.importing import loaded
from tests.web.serving import site

from tgsandbox.server import serve

pytestmark = pytest.mark.media

HISTORY, GET_FILE = "messages.getHistory", "upload.getFile"
COUNTERS = "messages.getSearchCounters"


async def test_totals_are_there_from_the_first_page(tmp_path):
    async with serve("reference") as box:
        # The first page comes with the look at the chat; no other comes, and no file.
        for rule in ({"method": HISTORY, "nth": 2}, {"method": GET_FILE}):
            box.telegram.faults.add({"count": None, "action": "silent"} | rule)
        async with site(loaded(box, tmp_path)) as it:
            job = await it.begin("@millrace", include_discussion_comments=True)
            there = await it.until(
                job["id"], lambda job: job.progress.posts.done and job.progress.files.total
            )
            assert there.progress.stage == "history"
            status = await it.get(f"/api/download/status/{job['id']}")
            assert status["posts"] == {"done": 100, "total": 501}
            # All have 100 pictures and 200 comments; what has come stands for the rest.
            for name, least, most in (
                ("files", 80, 120),
                ("bytes", 10**7, 10**8),
                ("comments", 100, 400),
            ):
                assert status[name]["done"] == 0
                assert least <= status[name]["total"] <= most, name
            assert len(box.telegram.counters.requests(COUNTERS)) == 1
