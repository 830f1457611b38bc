"""``headrace status``: how many comments are stored, and of which posts some are missing."""

import pytest
from tests.e2e import processes
from tests.talking import GROUP, SECOND, YARD

pytestmark = pytest.mark.comments
GONE = "in a group that is closed to this account"


def lines_of(ran):
    return [one.strip() for one in ran.out.splitlines()]


def test_posts_that_lack_comments_are_told_with_the_reason(headrace):
    with processes.sandbox("comments:gone") as sandbox:
        headrace("import", YARD, *sandbox.options())
    told = lines_of(headrace("status", YARD))
    at = told.index(f"0 of 6 comments (6 {GONE})")
    assert told[at + 1 : at + 4] == [f"post {post}: 0 of 2, {GONE}" for post in (2, 3, 4)]
    assert not any("more" in one for one in told)


def test_of_many_such_posts_the_first_are_told_and_where_the_others_are(headrace):
    with processes.sandbox("talk:20x200:even") as sandbox:
        headrace("import", "@longtalk", "--comments-limit", 3, *sandbox.options())
    ran = headrace("status", "@longtalk", "--json")
    told, lacking = lines_of(ran), ran.json["threads"]
    assert len(lacking) == 19
    assert [one for one in told if one.startswith("post ")] == [
        f"post {one['post']}: 3 of {one['expected']}, beyond the limit for each post"
        for one in lacking[:10]
    ]
    assert "… and 9 more: --json lists them" in told


def test_posts_from_before_the_group_was_linked_are_told_in_sum(headrace):
    with processes.sandbox("comments") as sandbox:
        headrace("import", YARD, *sandbox.options())
    ran = headrace("status", YARD, "--json")
    assert ran.json["comments"] == {
        "stored": 50, "expected": 50, "missing": {}, "before_linking": 3
    }  # fmt: skip
    assert "50 of 50 comments; posted before there was the discussion group: 3" in lines_of(ran)


def test_what_single_posts_say_of_their_comments(headrace):
    """The world has three groups, one after another; the first posts are older than all."""
    with processes.sandbox("comments") as sandbox:
        headrace("import", YARD, *sandbox.options())

    def said(post):
        return headrace("status", f"{YARD}/{post}", "--json").json.get("comments")

    def thread(post, group, number):
        return {"post": post, "group": group, "stored": number, "expected": number}

    assert said(7) == thread(7, GROUP, 0)
    assert said(19) == thread(19, SECOND, 2)
    assert [said(item) for item in (11, 12, 13)] == [thread(11, GROUP, 4)] * 3
    older = [thread(post, 0, 0) | {"reason": "before_linking"} for post in range(1, 6)]
    assert [said(post) for post in range(1, 6)] == older
    # Posts whose copies were deleted, and one that there never was.
    assert [said(post) for post in (14, 15, 16, 99)] == [None] * 4
    assert "0 of 0 comments" in lines_of(headrace("status", f"{YARD}/7"))
