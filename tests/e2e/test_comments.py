"""Comments, whole: every kind, in every world, by both ways, each on the post where it belongs."""

import sqlite3
from contextlib import closing

import pytest
from tests.crash.importing import loaded
from tests.e2e import processes
from tests.talking import (
    GROUP,
    YARD,
    assert_joined,
    bring,
    expected,
    joined,
    others,
    rows,
)

from headrace import app
from headrace.errors import Interrupted
from headrace.model.download import TEXT_ONLY, MediaPolicy
from headrace.model.plan import ImportOptions, Pace
from tgsandbox.server import serve
from tgsandbox.worlds.comments import PARTS

HISTORY = "messages.getHistory"
REPLIES = "messages.getReplies"
OPEN = [one for one in PARTS if one not in {"private", "gone"}]


def asked(report, *methods):
    return sum(report.requests.get(one, 0) for one in methods)


@pytest.mark.parametrize("part", OPEN)
async def test_each_comment_hangs_where_it_belongs(part, tmp_path):
    async with serve(f"comments:{part}") as sandbox:
        chosen = loaded(sandbox, tmp_path)
        report = await bring(chosen)
        oracle = sandbox.comments()
        assert_joined(tmp_path / "archive", oracle)
        assert report.complete
        stored = len(expected(oracle))
        assert report.comments == {"stored": stored, "expected": stored, "failed": 0}
        for one in (await app.status(chosen, None))["chats"]:
            assert one["damaged"] == []


async def test_all_of_it_with_a_group_that_is_closed(tmp_path):
    async with serve("comments") as sandbox:
        report = await bring(loaded(sandbox, tmp_path))
        assert_joined(tmp_path / "archive", sandbox.comments())
    assert report.complete
    assert asked(report, REPLIES) == 3


@pytest.mark.parametrize("seed", range(3))
async def test_the_order_of_pages_does_not_matter(seed, tmp_path):
    """Eight lanes, answers that overtake each other: comments come before what they hang on."""
    slow = {"method": HISTORY, "probability": 0.5, "action": {"type": "delay", "seconds": 0.05}}
    async with serve("talk:300x1500+3000", seed=seed) as sandbox:
        sandbox.telegram.faults.add(slow)
        report = await bring(loaded(sandbox, tmp_path), "@longtalk")
        assert_joined(tmp_path / "archive", sandbox.comments())
    assert report.complete


async def test_a_closed_group_is_read_through_the_channel(tmp_path):
    async with serve("comments:private") as sandbox:
        report = await bring(loaded(sandbox, tmp_path))
        assert joined(tmp_path / "archive") == expected(sandbox.comments())
    assert report.complete
    assert asked(report, REPLIES) == 3


async def test_of_a_group_that_is_gone_each_post_says_why_nothing_is_there(tmp_path):
    async with serve("comments:gone") as sandbox:
        chosen = loaded(sandbox, tmp_path)
        report = await bring(chosen)
    assert report.comments == {"stored": 0, "expected": 6, "failed": 6}
    assert not report.complete
    found = await app.status(chosen, YARD)
    assert found["comments"]["missing"] == {"forbidden": 6}
    missing = {"forbidden": 2}
    first = {"post": 2, "group": GROUP, "stored": 0, "expected": 2, "missing": missing}
    assert found["threads"][0] == first


async def test_a_group_that_opens_later_is_read_then(tmp_path):
    async with serve("comments:private") as sandbox:
        chosen = loaded(sandbox, tmp_path)
        await bring(chosen)
        sandbox.change(verb="open", chat=GROUP)
        sandbox.change(verb="comment", post=2, text="At last.")
        await bring(chosen, whole_group=True)
        assert joined(tmp_path / "archive") == expected(sandbox.comments())
        assert others(tmp_path / "archive").keys() == expected(sandbox.comments(), "chatter").keys()


async def test_without_a_copy_a_post_has_no_thread(tmp_path):
    """The copy goes between the look at the posts and the look at their comments."""
    gone = {"verb": "delete", "chat": GROUP, "id": 2}
    rule = {"method": REPLIES, "action": {"type": "world", "change": gone}}
    async with serve("comments:private") as sandbox:
        chosen = loaded(sandbox, tmp_path)
        sandbox.telegram.faults.add([rule])
        root = next(one["root"] for one in sandbox.comments() if one["type"] == "thread")
        rule["action"]["change"]["id"] = root
        sandbox.telegram.faults.clear()
        sandbox.telegram.faults.add([rule])
        await bring(chosen)
        found = await app.status(chosen, YARD)
        assert found["comments"]["missing"] == {"root_deleted": 2}
        again = await bring(chosen)
    assert asked(again, REPLIES) == 0


async def test_the_whole_group_may_be_kept_and_later_too(tmp_path):
    async with serve("comments:nested") as sandbox:
        chosen = loaded(sandbox, tmp_path)
        await bring(chosen)
        chatter = expected(sandbox.comments(), "chatter").keys()
        assert not others(tmp_path / "archive")
        report = await bring(chosen, whole_group=True)
        assert others(tmp_path / "archive").keys() == chatter
        assert joined(tmp_path / "archive") == expected(sandbox.comments())
        assert report.new == len(chatter)
    assert rows(tmp_path / "archive", "SELECT sum(left_out) FROM coverage") == [(0,)]
    assert rows(tmp_path / "archive", "SELECT count(*) FROM chatter") == [(0,)]


async def test_so_many_comments_of_each_post(tmp_path):
    async with serve("talk:20x200:even") as sandbox:
        chosen = loaded(sandbox, tmp_path)
        report = await bring(chosen, "@longtalk", comments_limit=3)
        newest = {}
        for (group, number), (_, post, *_) in sorted(expected(sandbox.comments()).items()):
            newest.setdefault(post, []).append((group, number))
        wanted = {one for found in newest.values() for one in found[-3:]}
        assert joined(tmp_path / "archive").keys() == wanted
        assert report.complete
        rest = await bring(chosen, "@longtalk")
        assert joined(tmp_path / "archive") == expected(sandbox.comments())
    assert rest.complete


async def test_what_comes_later_is_brought_by_the_next_import(tmp_path):
    async with serve("comments:relinked") as sandbox:
        chosen = loaded(sandbox, tmp_path)
        await bring(chosen)
        forget_when(tmp_path / "archive")
        post = max(one["post"] for one in sandbox.comments() if one["type"] == "thread")
        sandbox.change(verb="comment", post=post, text="Late, on an old post.")
        news = sandbox.change(verb="post", text="News.")
        sandbox.change(verb="comment", post=news, text="First!")
        report = await bring(chosen)
        assert_joined(tmp_path / "archive", sandbox.comments())
    assert report.complete
    assert report.new == 3
    assert asked(report, HISTORY, REPLIES) <= 4


async def test_stop_is_heard_while_comments_are_read(tmp_path):
    class AtComments:
        """Stops as soon as a page of the group is there."""

        stage = ""

        def update(self, progress):
            self.stage = progress.stage

        async def checkpoint(self):
            if self.stage == "comments":
                raise Interrupted("Stopped.")

    async with serve("talk:100x900+900") as sandbox:
        chosen = loaded(sandbox, tmp_path)
        watching = AtComments()
        options = ImportOptions(pace=Pace.FAST, media=TEXT_ONLY)
        with pytest.raises(Interrupted):
            await app.import_chat(chosen, "@longtalk", options, watching, watching)
        assert len(joined(tmp_path / "archive")) < 900
        report = await bring(chosen, "@longtalk")
        assert_joined(tmp_path / "archive", sandbox.comments())
    assert report.complete


@pytest.mark.media
async def test_files_avatars_and_albums_of_comments_arrive_too(tmp_path):
    async with serve("comments:kinds") as sandbox:
        report = await bring(loaded(sandbox, tmp_path), media=MediaPolicy())
    archive = tmp_path / "archive"
    assert report.complete
    named = "SELECT count(DISTINCT file) FROM message_files WHERE chat_id = ?"
    assert rows(archive, named, GROUP)[0][0] >= 6
    assert rows(archive, "SELECT count(*) FROM files WHERE state != 'stored'") == [(0,)]
    laid_out = "SELECT count(*) FROM albums WHERE chat_id = ? AND layout IS NOT NULL"
    assert rows(archive, laid_out, GROUP) == [(1,)]


async def test_nobody_of_the_chatter_leaves_a_trace(tmp_path):
    async with serve("talk:50x100+400") as sandbox:
        await bring(loaded(sandbox, tmp_path), "@longtalk")
        chatter = expected(sandbox.comments(), "chatter").keys()
    stored = {
        (one[0], one[1]) for one in rows(tmp_path / "archive", "SELECT chat_id, id FROM messages")
    }
    assert not stored & chatter
    assert len(chatter) == 400


@pytest.mark.comments
def test_the_reference_group_in_one_pass(headrace, tmp_path):
    """200 comments on their 60 posts, nested, of a group of 5,000, in at most 60 pages."""
    with processes.sandbox("reference") as sandbox:
        ran = headrace("import", "@millrace", "--pace", "fast", "--json", *sandbox.options())
        oracle = sandbox.ask("/comments")
    assert ran.code == 0, ran
    assert ran.json["comments"] == {"stored": 200, "expected": 200, "failed": 0}
    assert asked_of(ran.json, HISTORY, REPLIES) <= 60
    assert_joined(tmp_path / "archive", oracle)
    assert len({post for _, post, *_ in joined(tmp_path / "archive").values()}) == 60
    assert "200 of 200 comments" in ran.out


@pytest.mark.comments
def test_a_single_post_and_a_single_comment_say_what_became_of_them(headrace):
    with processes.sandbox("comments") as sandbox:
        assert headrace("import", YARD, *sandbox.options()).code == 0
        oracle = sandbox.ask("/comments")
    status = headrace("status", f"{YARD}/6", "--json").json
    assert status["comments"] == {"post": 6, "group": GROUP, "stored": 10, "expected": 10}
    (*_, chatter) = (one for one in oracle if one["type"] == "chatter" and one["chat"] == GROUP)
    found = headrace("status", f"{GROUP}/{chatter['id']}", "--json")
    assert found.json["state"] == "left out"
    assert "hangs on no post" in found.out
    shown = headrace("status", YARD)
    assert "50 of 50 comments" in shown.out
    before = headrace("status", f"{YARD}/1", "--json")
    assert before.json["comments"]["reason"] == "before_linking"
    assert "posted before there was the discussion group" in before.out


@pytest.mark.parametrize(
    ("world", "way"),
    [
        ("talk:2000x60+6000:few", "threads"),
        ("talk:300x3000:even", "scan"),
        ("talk:300x9000:long", "threads"),
    ],
)
async def test_the_cheaper_way_is_taken(world, way, tmp_path):
    async with serve(world) as sandbox:
        chosen = loaded(sandbox, tmp_path)
        plan = await app.plan_chat(chosen, "@longtalk", ImportOptions(pace=Pace.FAST))
        report = await bring(chosen, "@longtalk")
        assert joined(tmp_path / "archive") == expected(sandbox.comments())
    is_scanned = not asked(report, REPLIES)
    assert plan["comments"]["way"] == way == ("scan" if is_scanned else "threads")
    counted = report.comments["stored"]
    assert plan["comments"]["comments"] == pytest.approx(counted, rel=0.1)
    assert (
        sum(report.requests.get(one, 0) for one in (HISTORY, REPLIES))
        <= 4 + min(plan["comments"]["scan"], plan["comments"]["threads"]) + plan["requests"]
    )


def asked_of(report, *methods):
    return sum(report["requests"].get(one, 0) for one in methods)


def forget_when(archive):
    """What was read was read long ago, as far as the archive knows."""
    with closing(sqlite3.connect(archive / "archive.db")) as connection, connection:
        connection.execute("UPDATE messages SET last_seen_at = last_seen_at - 100")
