"""A discussion group of half a million messages goes by, and leaves only its comments."""

import pytest
from tests.crash.test_large_files import watched_until_over
from tests.e2e import processes
from tests.talking import rows

POSTS, COMMENTS, CHATTER = 5_000, 100_000, 395_000
MOST_MB = 300


@pytest.mark.soak
@pytest.mark.comments
def test_half_a_million_messages_stay_out_of_memory(tmp_path):
    archive = tmp_path / "archive"
    with processes.sandbox(f"talk:{POSTS}x{COMMENTS}+{CHATTER}") as sandbox:
        options = ["--archive", archive, "--pace", "fast", *sandbox.options()]
        process = processes.start("import", "@longtalk", *options, config=tmp_path / "config")
        peak = watched_until_over(process)
        methods = sandbox.ask("/counters")["methods"]
    assert process.returncode == 0
    joined = (
        "SELECT count(*) FROM messages m JOIN roots r "
        "ON r.group_id = m.chat_id AND r.root_id = m.thread_id"
    )
    assert rows(archive, joined) == [(COMMENTS,)]
    assert rows(archive, "SELECT count(*) FROM chatter") == [(CHATTER,)]
    assert rows(archive, "SELECT count(*) FROM undecided") == [(0,)]
    pages = methods["messages.getHistory"]
    print(f"\na group of {POSTS + COMMENTS + CHATTER:,}: {peak:.0f} MB at most, {pages} pages")
    assert pages <= (2 * POSTS + COMMENTS + CHATTER) / 100 * 1.02
    assert 0 < peak < MOST_MB
