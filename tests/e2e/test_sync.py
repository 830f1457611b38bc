"""``headrace sync``: what is new, and what became of what is stored, of all channels or some."""

import pytest
from tests.e2e import processes
from tests.talking import YARD

BY_ID = "channels.getMessages"


@pytest.fixture
def mill(headrace):
    """A channel that was imported, with ten posts of today, and its sandbox."""
    with processes.sandbox("tiny", "--dcs", "5") as sandbox:
        sandbox.posts = [change(sandbox, "post", text=f"today {number}") for number in range(10)]
        ran = headrace("import", "@tinymill", "--json", *sandbox.options())
        assert ran.code == 0, ran
        sandbox.chat = ran.json["chat"]
        yield sandbox


def change(mill, verb, **more):
    return mill.ask("/world", {"verb": verb, "chat": "@tinymill", **more})["result"]


def last_sentence(ran):
    return [line for line in ran.out.splitlines() if not line.startswith("{")][-1]


def test_it_ends_with_what_it_has_changed(headrace, mill):
    change(mill, "post", text="news")
    change(mill, "edit", id=mill.posts[0], text="mended")
    change(mill, "delete", id=mill.posts[1])
    ran = headrace("sync", "--json", *mill.options())
    assert ran.code == 0, ran
    assert last_sentence(ran) == "1 new, 1 edited, 1 deleted, 0 files"
    found = ran.json
    assert (found["new"], found["edited"], found["deleted"], found["refreshed"]) == (1, 1, 1, 10)
    assert found["complete"] is True
    assert [chat["requests"][BY_ID] for chat in found["chats"]] == [1]
    again = headrace("sync", "@tinymill", *mill.options())
    assert last_sentence(again) == "0 new, 0 edited, 0 deleted, 0 files"


def test_an_import_of_it_looks_again_too(headrace, mill):
    change(mill, "edit", id=mill.posts[0], text="mended")
    ran = headrace("import", "@tinymill", "--json", *mill.options())
    assert (ran.code, ran.json["edited"], ran.json["refreshed"]) == (0, 1, 10)
    assert "10 stored messages looked at again" in ran.out
    assert last_sentence(ran) == "0 new, 1 edited, 0 deleted, 0 files"


@pytest.mark.parametrize(
    ("policy", "edited", "calls"), [(["--refresh", "all"], 2, 1), ([], 1, 1), (["none"], 0, 0)]
)
def test_the_policy_says_how_far_back_it_looks(headrace, mill, monkeypatch, policy, edited, calls):
    change(mill, "edit", id=2, text="old and mended")
    change(mill, "edit", id=mill.posts[0], text="young and mended")
    if policy == ["none"]:
        monkeypatch.setenv("HEADRACE_REFRESH", *policy)
        policy = []
    ran = headrace("sync", "--json", *policy, *mill.options())
    assert (ran.code, ran.json["edited"]) == (0, edited)
    assert ran.json["chats"][0]["requests"].get(BY_ID, 0) == calls


def test_a_policy_of_no_known_form_is_refused(headrace, mill):
    ran = headrace("sync", "--refresh", "sometimes", *mill.options())
    assert (ran.code, ran.out) == (2, "")
    assert "refresh ('sometimes') does not fit: write all, none, or how far back" in ran.err


def test_an_edit_keeps_every_version_that_was_seen(headrace, mill):
    post = mill.posts[0]
    for text in ("once", "twice"):
        change(mill, "edit", id=post, text=f"mended {text}")
        headrace("sync", *mill.options())
    found = headrace("show", f"@tinymill/{post}", "--json").json
    assert found["message"]["text"] == "mended twice"
    assert [one["text"] for one in found["versions"]] == ["today 0", "mended once"]
    card = headrace("show", f"@tinymill/{post}").out
    assert "when headrace first looked:\n  until " in card


def test_only_an_explicit_empty_is_a_deletion(headrace, mill):
    mill.ask("/faults", {"method": BY_ID, "action": "empty_page", "count": None})
    ran = headrace("sync", "--json", *mill.options())
    assert (ran.code, ran.json["deleted"]) == (3, 0)
    assert {one["reason"] for one in ran.json["chats"][0]["failures"]} == {"contradiction"}
    mill.ask("/faults", method="DELETE")
    change(mill, "delete", id=mill.posts[1])
    ran = headrace("sync", "--json", *mill.options())
    assert (ran.code, ran.json["deleted"]) == (0, 1)
    found = headrace("show", f"@tinymill/{mill.posts[1]}", "--json").json
    assert (found["state"], found["message"]["text"]) == ("deleted", "today 1")
    assert headrace("status", "@tinymill", "--json").json["complete"] is True


def test_an_album_follows_its_members(headrace, mill):
    change(mill, "replace_file", id=6)
    change(mill, "delete", id=7)
    ran = headrace("sync", "--refresh", "all", "--json", *mill.options())
    assert (ran.json["edited"], ran.json["deleted"]) == (1, 1)
    found = headrace("show", "@tinymill/6", "--json").json
    assert [tile["id"] for tile in found["layout"]["tiles"]] == [5, 6]
    assert found["versions"][0]["media"]["file"] != found["message"]["media"]["file"]


@pytest.mark.media
def test_the_file_of_an_edit_is_fetched_and_that_of_the_version_stays(headrace, mill, tmp_path):
    before = len([one for one in (tmp_path / "archive" / "media").rglob("*") if one.is_file()])
    change(mill, "replace_file", id=6)
    ran = headrace("sync", "--refresh", "all", "--json", *mill.options())
    assert (ran.code, ran.json["files"]) == (0, 1), ran
    assert last_sentence(ran) == "0 new, 1 edited, 0 deleted, 1 files"
    after = len([one for one in (tmp_path / "archive" / "media").rglob("*") if one.is_file()])
    assert after == before + 1


def test_counts_are_a_series(headrace, mill):
    post = mill.posts[0]
    for views in (5, 9):
        change(mill, "views", id=post, views=views)
        headrace("sync", *mill.options())
    found = headrace("show", f"@tinymill/{post}", "--json").json
    assert [value for _, value in found["counts"]["views"]][-1] == 9
    assert "Counts over time:\n  views: " in headrace("show", f"@tinymill/{post}").out
    for number in (98, 99):
        change(mill, "rename", subscribers=number)
        headrace("sync", *mill.options())
    counts = headrace("status", "@tinymill", "--json").json["counts"]
    assert counts["subscribers"][-1][1] == 99


def test_one_that_fails_is_told_and_the_others_go_on(headrace, mill):
    assert headrace("import", "@tinymilltalk", *mill.options()).code == 0
    change(mill, "close")
    mill.ask("/world", {"verb": "post", "chat": "@tinymilltalk", "text": "chatter"})
    ran = headrace("sync", "--json", *mill.options())
    assert ran.code == 6
    assert (ran.json["new"], ran.json["complete"]) == (1, False)
    assert [(one["chat"], one["error"]) for one in ran.json["failed"]] == [
        (mill.chat, "ChatPrivate")
    ]
    assert "headrace: Tiny Mill" in ran.err
    assert last_sentence(ran) == "1 new, 0 edited, 0 deleted, 0 files"


def test_what_concerns_all_ends_it_with_what_was_done(headrace, mill):
    assert headrace("import", "@tinymilltalk", *mill.options()).code == 0
    lost = {"type": "error", "code": 401, "message": "SESSION_REVOKED"}
    mill.ask("/faults", {"method": "channels.getFullChannel", "nth": 2, "action": lost})
    ran = headrace("sync", "--json", *mill.options())
    assert (ran.code, ran.json["error"]) == (5, "AccountLost")
    assert len(ran.json["report"]["chats"]) == 1
    assert [one["error"] for one in ran.json["report"]["failed"]] == ["AccountLost"]


def test_what_is_not_in_the_archive_is_refused_with_the_way_in(headrace, mill):
    ran = headrace("sync", "@somebody", *mill.options())
    assert (ran.code, ran.out) == (6, "")
    assert "headrace import @somebody" in ran.err


def test_only_what_is_new_is_read(headrace, fresh_tiny):
    headrace("import", "@tinymill", "--limit", 2, *fresh_tiny.options())
    change(fresh_tiny, "post", text="news")
    ran = headrace("sync", "--json", *fresh_tiny.options())
    assert (ran.code, ran.json["new"], ran.json["complete"]) == (0, 1, True)


@pytest.mark.comments
def test_comments_are_left_limited_or_read_with_the_whole_group_as_by_an_import(headrace):
    with processes.sandbox("comments:nested") as sandbox:
        headrace("import", YARD, "--comments", "none", *sandbox.options())
        talk = [one["type"] for one in sandbox.ask("/comments")]

        def synced(*options):
            ran = headrace("sync", "--json", *options, *sandbox.options())
            assert ran.code == 0, ran
            stored = headrace("status", YARD, "--json").json["comments"]["stored"]
            return ran.json["new"], stored

        number, chatter = talk.count("comment"), talk.count("chatter")
        assert synced("--comments", "none") == (0, 0)
        assert synced("--comments-limit", 2) == (2, 2)
        assert synced("--comments", "all") == (number - 2, number)
        sandbox.ask("/world", {"verb": "comment", "chat": YARD, "post": 2, "text": "Late."})
        assert synced("--comments", "none") == (0, number)
        assert synced("--whole-group") == (chatter + 1, number + 1)


def test_an_option_goes_before_the_setting(headrace, monkeypatch):
    monkeypatch.setenv("HEADRACE_COMMENTS", "none")
    with processes.sandbox("comments:nested") as sandbox:
        headrace("import", YARD, *sandbox.options())
        assert headrace("sync", "--json", *sandbox.options()).json["new"] == 0
        assert headrace("sync", "--json", "--comments", "all", *sandbox.options()).json["new"] > 0
    ran = headrace("sync", "--comments", "some", *sandbox.options())
    assert (ran.code, ran.out) == (2, "")
    assert "comments ('some') does not fit" in ran.err
