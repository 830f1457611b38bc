"""What ``plan`` says of comments is what the import does then: the way, the posts, the numbers."""

import pytest
from tests.crash.importing import loaded
from tests.talking import CHANNEL, GROUP, SECOND, YARD, bring, read_of_groups, rows

from headrace import app
from headrace.model.plan import ImportOptions, Pace
from headrace.model.refresh import Refresh
from tgsandbox.server import serve
from tgsandbox.worlds import comment_cases
from tgsandbox.worlds.yard import Yard

LONG = "@longtalk"
#: A pass brings comments on posts that were not asked for, too, and on items of albums that
#: Telegram does not count; these are on posts that were.
_THREADS = """
SELECT r.group_id, count(DISTINCT m.thread_id), count(*) FROM messages m
JOIN roots r ON r.group_id = m.chat_id AND r.root_id = m.thread_id
JOIN messages p ON p.chat_id = r.channel_id AND p.id = r.post_id
WHERE p.comments > 0 GROUP BY r.group_id
"""


async def plan_of(chosen, ref, **options):
    found = await app.plan_chat(chosen, ref, ImportOptions(pace=Pace.FAST, **options))
    return found["comments"]


async def cost_of_comments(sandbox, chosen, ref, **options):
    """The plan, and how many requests the comments in it took."""

    async def requests(**more):
        before = len(sandbox.telegram.counters.requests())
        plan = await plan_of(chosen, ref, **options, **more)
        return plan, len(sandbox.telegram.counters.requests()) - before

    # The first plan of all gets to know the chat.
    await requests(comments=False)
    _, without = await requests(comments=False)
    plan, with_comments = await requests()
    return plan, with_comments - without


async def agreeing(sandbox, tmp_path, ref=YARD, **options):
    """The plan, after an import that has done the same."""
    chosen = loaded(sandbox, tmp_path)
    plan = await plan_of(chosen, ref, **options)
    await bring(chosen, ref, **options)
    archive = tmp_path / "archive"
    done = {
        group: (posts, comments, "scan" if group in read_of_groups(archive) else "threads")
        for group, posts, comments in rows(archive, _THREADS)
    }
    told = {one["group"]: (one["posts"], one["comments"], one["way"]) for one in plan["groups"]}
    assert told == done
    assert plan["comments"] == sum(comments for _, comments, _ in done.values())
    assert plan["requests"] == sum(one[one["way"]] for one in plan["groups"])
    return plan


def older(posts=5, chatter=700):
    """A group that had a long life before it was linked: a comment on each post."""
    yard = Yard(1, "older")
    yard.group = GROUP
    for number in range(chatter):
        yard.say(f"Long ago, {number}.")
    for number in range(posts):
        post = yard.post(f"Post {number}.")
        yard.comment(post, "One.")
    return yard


@pytest.mark.parametrize("part", ["nested", "albums", "relinked", ""])
async def test_a_channel_that_is_seen_whole_is_told_exactly(part, tmp_path):
    """Of ``comments`` one group of three is closed."""
    async with serve(f"comments:{part}" if part else "comments") as sandbox:
        plan = await agreeing(sandbox, tmp_path)
    assert len(plan["groups"]) == {"relinked": 2, "": 3}.get(part, 1)
    if not part:
        assert [one["scan"] is None for one in plan["groups"]].count(True) == 1


async def test_of_a_span_only_its_posts_count(tmp_path):
    """Two posts are left of twenty."""
    async with serve("talk:20x200:even") as sandbox:
        history = sandbox.telegram.world.chats[-1002000000011].history
        plan = await agreeing(sandbox, tmp_path, LONG, since=history.get(19)["date"])
    assert plan["posts"] == 2


async def test_of_a_span_that_ends_early_only_its_posts_count(tmp_path):
    async with serve("talk:20x200:even") as sandbox:
        history = sandbox.telegram.world.chats[-1002000000011].history
        until = history.get(4)["date"]
        plan = await agreeing(sandbox, tmp_path, LONG, until=until)
        assert plan["posts"] == 3
        chosen = loaded(sandbox, tmp_path / "other")
        nothing = await plan_of(chosen, LONG, until=history.get(1)["date"] - 1)
    assert (nothing["posts"], nothing["comments"], nothing["requests"]) == (0, 0, 0)


@pytest.mark.parametrize(("limit", "chatter"), [(2, 0), (150, 3_000)])
async def test_of_a_limit_only_its_posts_count(limit, chatter, tmp_path):
    async with serve(f"talk:300x600+{chatter}:even") as sandbox:
        plan = await agreeing(sandbox, tmp_path, LONG, limit=limit)
    # There is nothing yet on the newest.
    assert plan["posts"] == limit - 1


async def test_a_limit_counts_albums_as_one(tmp_path):
    """The newest post is one without comments, the next an album."""
    yard = Yard(1, "albums")
    yard.link(GROUP)
    comment_cases.nested(yard)
    comment_cases.albums(yard)
    yard.post("Nobody says anything here.")
    async with serve(yard.build()) as sandbox:
        plan = await agreeing(sandbox, tmp_path, limit=2)
    assert (plan["posts"], plan["way"]) == (1, "scan")


async def test_what_a_group_was_before_it_was_linked_costs_nothing(tmp_path):
    async with serve(older().build()) as sandbox:
        plan = await agreeing(sandbox, tmp_path)
    assert (plan["way"], plan["scan"], plan["threads"]) == ("scan", 1, 5)


async def test_only_from_the_oldest_wanted_post_on(tmp_path):
    """The group has fifty pages, the wanted posts are in the last of them."""
    async with serve("talk:500x500+4000:even") as sandbox:
        history = sandbox.telegram.world.chats[-1002000000011].history
        plan = await agreeing(sandbox, tmp_path, LONG, since=history.get(451)["date"])
    assert plan["way"] == "scan"
    assert 5 <= plan["scan"] <= 7


async def test_the_groups_of_older_posts_are_found_between_the_pages(tmp_path):
    """So long a channel that neither its newest nor its oldest page shows where it was linked."""
    yard = Yard(1, "thrice")
    for number in range(200):
        yard.post(f"Before, {number}.")
    for group, posts in ((GROUP, 150), (SECOND, 250)):
        yard.link(group)
        for number in range(posts):
            yard.comment(yard.post(f"Post {number}."), "One.")
    async with serve(yard.build()) as sandbox:
        chosen = loaded(sandbox, tmp_path)
        plan, requests = await cost_of_comments(sandbox, chosen, YARD)
        assert requests <= 5 + 2 * 3
        await bring(chosen, YARD)
        known = await plan_of(chosen, YARD)
    found = {one["group"]: one for one in plan["groups"]}
    assert found[GROUP]["comments"] == pytest.approx(150, rel=0.1)
    assert found[SECOND]["comments"] == pytest.approx(250, rel=0.1)
    assert {one["way"] for one in plan["groups"]} == {"scan"}
    assert found.keys() == read_of_groups(tmp_path / "archive").keys() - {CHANNEL}
    assert (known["posts"], known["comments"]) == (0, 0)


async def test_what_the_archive_has_is_told_apart_from_what_it_has_not(tmp_path):
    async with serve("talk:60x300:even") as sandbox:
        chosen = loaded(sandbox, tmp_path)
        await bring(chosen, LONG, limit=20)
        plan = await plan_of(chosen, LONG)
        stored = rows(tmp_path / "archive", _THREADS)[0][2]
        counted = len([one for one in sandbox.comments() if one["type"] == "comment"])
    assert (plan["posts"], plan["comments"]) == (40, counted - stored)


@pytest.mark.parametrize(("limit", "groups"), [(None, [SECOND, GROUP]), (2, [SECOND])])
async def test_of_posts_that_the_archive_has_nobody_is_asked(limit, groups, tmp_path):
    """Their counts stand there, and the group that each names."""
    async with serve("comments:relinked") as sandbox:
        await bring(loaded(sandbox, tmp_path), comments=False)
        plan = await agreeing(sandbox, tmp_path, limit=limit)
    assert [one["group"] for one in plan["groups"]] == groups


@pytest.mark.parametrize("chosen", [{"comments_limit": 3}, {"whole_group": True}])
async def test_other_wishes_are_heard(chosen, tmp_path):
    """So many comments are read post by post, a whole group in one pass, whatever it costs."""
    async with serve("talk:20x200+900:even") as sandbox:
        plan = await agreeing(sandbox, tmp_path, LONG, **chosen)
    assert plan["way"] == ("scan" if "whole_group" in chosen else "threads")
    assert plan["comments"] == (200 if "whole_group" in chosen else 3 * plan["posts"])


async def test_a_group_has_no_comments_of_its_own(tmp_path):
    async with serve("comments:nested") as sandbox:
        assert await plan_of(loaded(sandbox, tmp_path), "@millyardtalk") is None


@pytest.mark.parametrize(("again", "threads"), [(Refresh(seconds=None), 1), (Refresh(), 2)])
async def test_where_posts_are_looked_at_again_anyway_none_is_asked_for_twice(
    again, threads, tmp_path
):
    """Their counts are new then; or else 150 old posts have to be asked for theirs."""
    async with serve("talk:150x150:even") as sandbox:
        chosen = loaded(sandbox, tmp_path)
        await bring(chosen, LONG)
        plan = await plan_of(chosen, LONG, refresh=again)
    assert (plan["posts"], plan["comments"], plan["threads"]) == (0, 0, threads)
    assert plan["requests"] == 0


@pytest.mark.parametrize(("limit", "most"), [(4, 3), (400, 5), (None, 4)])
async def test_a_plan_takes_a_handful_of_requests(limit, most, tmp_path):
    """The oldest page, one position for a limit, and three for the group."""
    async with serve("talk:600x900+900:even") as sandbox:
        chosen = loaded(sandbox, tmp_path)
        plan, requests = await cost_of_comments(sandbox, chosen, LONG, limit=limit)
    assert plan["posts"] == pytest.approx(limit or 600, rel=0.02, abs=1)
    assert requests == most
