"""Comments that come after an import, wherever they are read and whatever else goes meanwhile."""

import sqlite3
from contextlib import AsyncExitStack, closing

import pytest
from tests.crash.importing import loaded
from tests.talking import GROUP, assert_joined, bring, expected, joined, others, rows

from headrace import app
from headrace.model.download import TEXT_ONLY
from headrace.model.refresh import parse_refresh
from tgsandbox.server import serve

ALL = parse_refresh("all")
LONG = "@longtalk"
#: A channel whose comments are cheaper to be asked for post by post.
FEW = "talk:900x60+4000:few"


@pytest.fixture
async def start(tmp_path):
    """Starts a sandbox; gives it, and the settings of an archive that is filled from it."""
    async with AsyncExitStack() as stack:

        async def run(world):
            sandbox = await stack.enter_async_context(serve(world, seed=1))
            return sandbox, loaded(sandbox, tmp_path)

        yield run


def let_time_pass(archive):
    """All that is stored was last seen a while ago; posts and comments are old enough as it is."""
    with closing(sqlite3.connect(archive / "archive.db")) as connection, connection:
        connection.execute("UPDATE messages SET last_seen_at = last_seen_at - 1000")


def comments_of(sandbox, post=None):
    return [
        one
        for one in sandbox.comments()
        if one["type"] == "comment" and post in (None, one["post"])
    ]


def asked_of(sandbox):
    return sandbox.telegram.counters.methods["messages.getReplies"]


def swap(sandbox, post, group):
    """One comment less and one more: the count stays as it was."""
    gone = comments_of(sandbox, post)[0]
    sandbox.change(verb="delete", chat=group, id=gone["id"])
    sandbox.change(verb="comment", post=post, text="late")
    return (group, gone["id"])


async def test_a_new_comment_on_an_old_post_of_a_closed_group(start, tmp_path):
    sandbox, chosen = await start("comments:private")
    await bring(chosen)
    let_time_pass(tmp_path / "archive")
    sandbox.change(verb="comment", post=2, text="late")
    report = await bring(chosen)
    assert report.new == 1
    assert report.complete
    assert joined(tmp_path / "archive") == expected(sandbox.comments())


@pytest.mark.parametrize("refresh", [None, ALL])
async def test_in_a_closed_group_no_deletion_hides_a_new_comment(start, tmp_path, refresh):
    sandbox, chosen = await start("comments:private")
    await bring(chosen)
    let_time_pass(tmp_path / "archive")
    gone = swap(sandbox, 2, GROUP)
    await bring(chosen, **({"refresh": refresh} if refresh else {}))
    # What is gone is only noticed where it is looked at again; of a closed group, nothing says so.
    assert joined(tmp_path / "archive").keys() - {gone} == expected(sandbox.comments()).keys()


async def test_read_post_by_post_no_deletion_hides_a_new_comment(start, tmp_path):
    sandbox, chosen = await start(FEW)
    await bring(chosen, LONG)
    archive = tmp_path / "archive"
    assert rows(archive, "SELECT count(*) FROM coverage WHERE scope LIKE 'thread:%'") != [(0,)]
    let_time_pass(archive)
    post = comments_of(sandbox)[0]["post"]
    group = comments_of(sandbox)[0]["chat"]
    gone = swap(sandbox, post, group)
    asked = asked_of(sandbox)
    await bring(chosen, LONG)
    assert joined(archive).keys() - {gone} == expected(sandbox.comments()).keys()
    # The next time nothing tells of newer ones.
    first = asked_of(sandbox) - asked
    let_time_pass(archive)
    await bring(chosen, LONG)
    assert asked_of(sandbox) - asked == first > 0


async def test_the_newest_being_deleted_is_asked_for_once(start, tmp_path):
    sandbox, chosen = await start(FEW)
    await bring(chosen, LONG)
    let_time_pass(tmp_path / "archive")
    post, group = comments_of(sandbox)[0]["post"], comments_of(sandbox)[0]["chat"]
    sandbox.change(verb="comment", post=post, text="late")
    newest = max(one["id"] for one in comments_of(sandbox, post))
    sandbox.change(verb="delete", chat=group, id=newest)
    asked = [asked_of(sandbox)]
    for _ in range(2):
        await bring(chosen, LONG)
        let_time_pass(tmp_path / "archive")
        asked.append(asked_of(sandbox))
    assert asked[1] > asked[0]
    assert asked[2] == asked[1]
    assert joined(tmp_path / "archive") == expected(sandbox.comments())


async def test_in_a_group_that_is_followed_nothing_is_missing_that_came_and_went(start, tmp_path):
    sandbox, chosen = await start("talk:20x200:even")
    await bring(chosen, LONG)
    let_time_pass(tmp_path / "archive")
    post, group = comments_of(sandbox)[0]["post"], comments_of(sandbox)[0]["chat"]
    sandbox.change(verb="comment", post=post, text="late")
    newest = max(one["id"] for one in comments_of(sandbox, post))
    sandbox.change(verb="delete", chat=group, id=newest)
    report = await bring(chosen, LONG, refresh=ALL)
    assert report.complete
    assert asked_of(sandbox) == 0


@pytest.mark.parametrize("refresh", [None, ALL])
async def test_a_limit_leaves_out_older_ones_and_never_newer(start, tmp_path, refresh):
    sandbox, chosen = await start("talk:20x200:even")
    options = {"comments_limit": 3} | ({"refresh": refresh} if refresh else {})
    await bring(chosen, LONG, **options)
    let_time_pass(tmp_path / "archive")
    before = joined(tmp_path / "archive")
    post = max(one["post"] for one in comments_of(sandbox))
    sandbox.change(verb="comment", post=post, text="late")
    report = await bring(chosen, LONG, **options)
    assert report.new == 1
    late = max(comments_of(sandbox, post), key=lambda one: one["id"])
    assert joined(tmp_path / "archive").keys() - before.keys() == {(late["chat"], late["id"])}


async def test_what_hangs_on_the_oldest_copy_is_kept_though_that_is_gone(start, tmp_path):
    sandbox, chosen = await start("talk:30x300+60")
    first = min(comments_of(sandbox), key=lambda one: one["root"])
    sandbox.change(verb="delete", chat=first["chat"], id=first["root"])
    report = await bring(chosen, LONG)
    oracle = sandbox.comments()
    # What lies below the copy of the next post belongs to no post that is open, and is not read.
    assert len(others(tmp_path / "archive")) == 11
    assert len(expected(oracle, "orphan")) == 21
    assert_joined(tmp_path / "archive", oracle)
    assert report.complete


class Heard:
    """Keeps what a watch tells."""

    def __init__(self):
        self.events = []

    def happened(self, happening):
        self.events.append((happening.name, happening.event))

    def ended(self, report):
        """Sums up what was told."""


@pytest.mark.parametrize(("world", "left"), [(FEW, True), ("talk:20x200:even", False)])
async def test_a_watch_says_whose_comments_it_does_not_follow(start, world, left):
    _, chosen = await start(world)
    await bring(chosen, LONG)
    heard = Heard()
    await app.watch_chats(chosen, [LONG], TEXT_ONLY, heard, lambda _: None, seconds=0)
    assert ((LONG, "comments_left_out") in heard.events) is left
