"""The main job: a channel, over MTProto, into the archive, equal to the oracle."""

import json
import subprocess

import pytest
from tests.e2e import processes
from tests.e2e.oracle import assert_same, expected

TRANTOR = -1001878264527


@pytest.mark.real_export
def test_the_real_channel_is_imported_whole(headrace, real_export):
    world = f"export:{real_export}"
    with processes.sandbox(world) as sandbox:
        ran = headrace("import", str(TRANTOR), "--json", *sandbox.options())
    assert ran.code == 0, ran
    assert ran.json["messages"] == {"stored": 436, "absent": 72, "failed": 0}
    assert ran.json["complete"] is True
    assert ran.json["requests"]["messages.getHistory"] <= 7
    oracle = expected(world)
    services = [m for m in oracle if m["type"] == "message" and m.get("kind") == "service"]
    assert len(services) == 6
    assert_same(headrace("digest", "--lines").lines, oracle, TRANTOR)
    status = headrace("status", TRANTOR, "--json").json
    assert status["complete"] is True
    assert status["ids"] == {
        "top": 508, "stored": 436, "absent": 72, "left_out": 0, "failed": 0, "unread": 0,
    }  # fmt: skip


def test_the_reference_channel_equals_the_oracle(headrace):
    with processes.sandbox("reference") as sandbox:
        ran = headrace("import", "@millrace", "--json", "--pace", "fast", *sandbox.options())
    assert ran.code == 0, ran
    assert ran.json["messages"] == {"stored": 501, "absent": 0, "failed": 0}
    assert ran.json["albums"] == 10
    assert ran.json["requests"]["messages.getHistory"] <= 7
    assert_same(headrace("digest", "--lines").lines, expected("reference"), ran.json["chat"])


def test_the_tiny_channel_equals_the_oracle_and_a_second_import_brings_nothing(headrace, tiny):
    ran = headrace("import", "@tinymill", "--json", *tiny.options())
    assert ran.code == 0, ran
    assert_same(headrace("digest", "--lines").lines, expected("tiny"), ran.json["chat"])
    before = headrace("digest", "--json").json["digest"]
    again = headrace("import", "@tinymill", "--json", *tiny.options())
    assert (again.code, again.json["new"], again.json["edited"]) == (0, 0, 0)
    assert "0 new, 0 edited, 0 deleted, 0 files" in again.out
    assert headrace("digest", "--json").json["digest"] == before


def test_a_large_channel_in_lanes_equals_the_oracle(headrace):
    with processes.sandbox("big:5000") as sandbox:
        ran = headrace("import", "@longrace", "--json", "--pace", "fast", *sandbox.options())
        violations = sandbox.ask("/counters")
    assert ran.code == 0, ran
    stored = ran.json["messages"]["stored"]
    assert ran.json["requests"]["messages.getHistory"] <= stored / 100 * 1.12 + 2
    assert ran.json["requests"].get("users.getUsers", 0) <= 1
    assert_same(headrace("digest", "--lines").lines, expected("big:5000"), ran.json["chat"])
    assert not violations.get("unknown_methods")


def test_the_newest_posts_then_the_rest(headrace, tiny):
    part = headrace("import", "@tinymill", "--limit", 4, "--json", *tiny.options())
    assert part.code == 0, part
    lines = headrace("digest", "--lines").lines
    posts = {
        m.get("grouped_id", m["id"])
        for m in lines
        if m["type"] == "message" and m.get("kind") != "service"
    }
    assert len(posts) == 4
    assert headrace("status", "@tinymill", "--json").json["complete"] is False
    rest = headrace("import", "@tinymill", "--json", *tiny.options())
    assert rest.code == 0, rest
    assert_same(headrace("digest", "--lines").lines, expected("tiny"), rest.json["chat"])


@pytest.mark.parametrize("limit", range(1, 16))
def test_a_limit_never_cuts_an_album(headrace, tiny, limit):
    ran = headrace("import", "@tinymill", "--limit", limit, "--json", *tiny.options())
    oracle = [
        m for m in expected("tiny") if m["type"] == "message" and m["chat"] == ran.json["chat"]
    ]
    stored = {m["id"] for m in headrace("digest", "--lines").lines if m["type"] == "message"}
    lo = min(stored)
    newest = [m for m in oracle if m["id"] >= lo]
    assert stored == {m["id"] for m in newest}
    posts = {m.get("grouped_id", m["id"]) for m in newest if m.get("kind") != "service"}
    all_posts = {m.get("grouped_id", m["id"]) for m in oracle if m.get("kind") != "service"}
    assert len(posts) == min(limit, len(all_posts))
    below = [m for m in oracle if m["id"] < lo]
    assert not posts & {m["grouped_id"] for m in below if "grouped_id" in m}


def test_a_range_of_dates_is_sought_and_not_scanned(headrace):
    oracle = [m for m in expected("big:5000") if m["type"] == "message"]
    since, until = oracle[2000]["date"], oracle[2300]["date"]
    wanted = {m["id"] for m in oracle if since <= m["date"] < until}
    moment = "{}+00:00"
    from datetime import UTC, datetime

    texts = [
        datetime.fromtimestamp(t, UTC).replace(tzinfo=None).isoformat() for t in (since, until)
    ]
    with processes.sandbox("big:5000") as sandbox:
        ran = headrace(
            "import", "@longrace", "--json",
            "--since", texts[0], "--until", moment.format(texts[1]),
            *sandbox.options(),
        )  # fmt: skip
    assert ran.code == 0, ran
    stored = {m["id"] for m in headrace("digest", "--lines").lines if m["type"] == "message"}
    assert stored == wanted
    assert ran.json["requests"]["messages.getHistory"] <= 9


def test_posts_that_arrive_meanwhile_are_brought_too(headrace):
    post = {"type": "world", "change": {"verb": "post", "chat": "@longrace", "text": "news"}}
    rule = {"method": "messages.getHistory", "nth": 5, "count": 3, "action": post}
    with processes.sandbox("big:3000") as sandbox:
        sandbox.ask("/faults", rule)
        ran = headrace("import", "@longrace", "--json", *sandbox.options())
    assert ran.code == 0, ran
    news = [m for m in headrace("digest", "--lines").lines if m.get("text") == "news"]
    assert len(news) == 3
    assert headrace("status", "@longrace", "--json").json["complete"] is True


def test_what_one_message_is(headrace, tiny):
    ran = headrace("import", "@tinymill", "--json", "--limit", 3, *tiny.options())
    chat = ran.json["chat"]
    oracle = {m["id"] for m in expected("tiny") if m["type"] == "message" and m["chat"] == chat}
    assert headrace("status", f"@tinymill/{max(oracle)}", "--json").json["state"] == "stored"
    assert headrace("status", "@tinymill/1", "--json").json["state"] == "not yet read"
    headrace("import", "@tinymill", *tiny.options())
    hole = next(n for n in range(1, max(oracle)) if n not in oracle)
    assert headrace("status", f"@tinymill/{hole}", "--json").json["state"] == "never there"
    assert headrace("status", f"t.me/tinymill/{max(oracle)}", "--json").json["state"] == "stored"


def test_a_plan_writes_nothing_and_foretells(headrace, tiny, tmp_path):
    ran = headrace("plan", "@tinymill", "--json", *tiny.options())
    assert ran.code == 0, ran
    assert ran.json["messages"] == ran.json["count"] > 0
    assert ran.json["requests"] == 1
    assert not (tmp_path / "archive").exists()


def test_chats_lists_what_is_there(headrace, tiny):
    headrace("import", "@tinymill", *tiny.options())
    assert [c["username"] for c in headrace("chats", "--json").json["chats"]] == ["tinymill"]
    assert "@tinymill" in headrace("chats").out


def test_the_demonstration_runs_in_a_process_of_its_own(tmp_path):
    result = processes.headrace(
        "demo", "--no-serve", "--json", "--profile", "instant",
        "--archive", tmp_path / "demo-archive",
        config=tmp_path / "config",
        check=0,
    )  # fmt: skip
    assert json.loads(result.stdout.splitlines()[-1])["complete"] is True
    assert "501 messages stored" in result.stdout
    folder = tmp_path / "demo-archive"
    assert (folder.stat().st_mode & 0o777) == 0o700
    assert (
        subprocess.run(
            ["find", folder, "-type", "f", "-perm", "/077"], capture_output=True, check=True
        ).stdout
        == b""
    )
