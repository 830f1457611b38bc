"""Discussion groups of any size go by, and leave only their comments."""

import pytest
from tests.crash.test_large_files import watched_until_over
from tests.e2e import processes
from tests.talking import rows

POSTS, COMMENTS, CHATTER = 5_000, 100_000, 395_000
MOST_MB = 300
#: All on one post, and so many that one pass is not dearer than the thread by itself.
IN_ONE_THREAD, MOST_MB_IN_ONE = 100_050, 250
JOINED = (
    "SELECT count(*) FROM messages m JOIN roots r "
    "ON r.group_id = m.chat_id AND r.root_id = m.thread_id"
)


def imported(world, tmp_path):
    """The archive of a world, the most memory in MB, and how often each method was called."""
    archive = tmp_path / "archive"
    with processes.sandbox(world) as sandbox:
        options = ["--archive", archive, "--pace", "fast", *sandbox.options()]
        process = processes.start("import", "@longtalk", *options, config=tmp_path / "config")
        peak = watched_until_over(process)
        methods = sandbox.ask("/counters")["methods"]
    assert process.returncode == 0
    return archive, peak, methods


@pytest.mark.soak
@pytest.mark.comments
def test_half_a_million_messages_stay_out_of_memory(tmp_path):
    archive, peak, methods = imported(f"talk:{POSTS}x{COMMENTS}+{CHATTER}", tmp_path)
    assert rows(archive, JOINED) == [(COMMENTS,)]
    assert rows(archive, "SELECT count(*) FROM chatter") == [(CHATTER,)]
    assert rows(archive, "SELECT count(*) FROM undecided") == [(0,)]
    pages = methods["messages.getHistory"]
    print(f"\na group of {POSTS + COMMENTS + CHATTER:,}: {peak:.0f} MB at most, {pages} pages")
    assert pages <= (2 * POSTS + COMMENTS + CHATTER) / 100 * 1.02
    assert 0 < peak < MOST_MB


@pytest.mark.soak
@pytest.mark.comments
def test_a_thread_of_any_length_waits_outside_memory(tmp_path):
    """Most of it is read before its post, and decided by the page that brings this."""
    archive, peak, methods = imported(f"talk:1x{IN_ONE_THREAD}:long", tmp_path)
    assert rows(archive, JOINED) == [(IN_ONE_THREAD,)]
    assert rows(archive, "SELECT count(*) FROM undecided") == [(0,)]
    pages, asked = methods["messages.getHistory"], methods.get("messages.getReplies", 0)
    print(f"\na thread of {IN_ONE_THREAD:,}: {peak:.0f} MB at most, {pages} pages")
    assert pages > IN_ONE_THREAD / 100 > 10 * asked
    assert 0 < peak < MOST_MB_IN_ONE
