"""Pauses, parking, clocks and unreadable messages, as a person meets them."""

import os
import time
from pathlib import Path

import pytest
from tests.e2e.oracle import assert_same, expected

HISTORY = "messages.getHistory"
TINY = -1001000000101


def flood(seconds, **rule):
    return {"method": HISTORY, "action": {"type": "flood", "seconds": seconds}, **rule}


def test_a_pause_is_told_and_waited_out(headrace, fresh_tiny):
    fresh_tiny.ask("/faults", flood(1))
    ran = headrace("import", "@tinymill", "--json", *fresh_tiny.options())
    assert ran.code == 0, ran
    assert "Telegram asks for a pause: 00:01 left (history, 1st today)." in ran.err
    assert "Nothing is lost; this goes on by itself." in ran.err
    assert_same(headrace("digest", "--lines").lines, expected("tiny"), TINY)


def test_a_long_pause_parks_the_import(headrace, fresh_tiny):
    fresh_tiny.ask("/faults", flood(4000))
    before = time.time()
    ran = headrace("import", "@tinymill", "--json", *fresh_tiny.options())
    assert ran.code == 75, ran
    assert "headrace import @tinymill" in ran.err
    assert before + 3990 < ran.json["resume_at"] < time.time() + 4010
    assert time.strftime("%H:", time.localtime(ran.json["resume_at"])) in ran.err
    asked = fresh_tiny.ask("/counters")["methods"][HISTORY]
    again = headrace("import", "@tinymill", *fresh_tiny.options())
    assert again.code == 75
    assert fresh_tiny.ask("/counters")["methods"][HISTORY] == asked


def test_the_longest_wait_is_the_users_choice(headrace, fresh_tiny):
    fresh_tiny.ask("/faults", flood(3))
    ran = headrace("import", "@tinymill", "--max-wait", "2s", *fresh_tiny.options())
    assert ran.code == 75, ran


@pytest.mark.parametrize(("offset", "word"), [(3600, "behind"), (-86400, "ahead")])
def test_a_clock_that_is_off(headrace, fresh_tiny, offset, word):
    fresh_tiny.ask("/clock", {"offset": offset})
    ran = headrace("import", "@tinymill", *fresh_tiny.options())
    assert ran.code == 4, ran
    assert word in ran.err
    assert "clock" in ran.err


def test_a_message_that_cannot_be_read_is_recorded_and_healed_later(headrace, fresh_tiny):
    action = {"type": "unknown_constructor", "message_id": 9, "chat": TINY}
    fresh_tiny.ask("/faults", {"method": "*", "action": action})
    ran = headrace("import", "@tinymill", "--json", *fresh_tiny.options())
    assert ran.code == 3, ran
    assert ran.json["messages"]["failed"] == 1
    assert (ran.json["failures"][0]["lo"], ran.json["failures"][0]["hi"]) == (9, 9)
    assert "failed: 9:" in ran.out
    assert headrace("status", "@tinymill/9", "--json").json["state"] == "failed"
    assert_same(headrace("digest", "--lines").lines, expected("tiny"), TINY, without={9})
    fresh_tiny.ask("/faults", method="DELETE")
    again = headrace("import", "@tinymill", "--json", *fresh_tiny.options())
    assert (again.code, again.json["new"], again.json["complete"]) == (0, 1, True)
    assert_same(headrace("digest", "--lines").lines, expected("tiny"), TINY)


def test_what_changed_before_it_was_read_is_what_counts(headrace, fresh_tiny):
    texts = [m for m in expected("tiny") if m.get("chat") == TINY and m.get("text")]
    edited, deleted = texts[0]["id"], texts[1]["id"]
    fresh_tiny.ask("/world", {"verb": "edit", "chat": TINY, "id": edited, "text": "mended"})
    fresh_tiny.ask("/world", {"verb": "delete", "chat": TINY, "id": deleted})
    ran = headrace("import", "@tinymill", "--json", *fresh_tiny.options())
    assert ran.json["messages"] == {"stored": 18, "absent": 2, "failed": 0}
    lines = {m["id"]: m for m in headrace("digest", "--lines").lines if m["type"] == "message"}
    assert lines[edited]["text"] == "mended"
    assert deleted not in lines


def test_login_keeps_a_session_that_works(headrace, tiny):
    options = tiny.options()
    ran = headrace("login", *options, "--json")
    assert ran.code == 0, ran
    server = options[: options.index("--session")]
    assert headrace("import", "@tinymill", *server).code == 0
    for path in Path(os.environ["HEADRACE_CONFIG"]).rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path


def test_login_without_a_terminal_says_what_to_do(headrace):
    ran = headrace("login")
    assert ran.code == 2
    assert "in a terminal" in ran.err


def test_on_postgresql_the_archive_is_the_same(headrace, tiny, monkeypatch, tmp_path, postgres_url):
    headrace("import", "@tinymill", *tiny.options(), archive=tmp_path / "sqlite")
    monkeypatch.setenv("HEADRACE_DATABASE", postgres_url)
    ran = headrace("import", "@tinymill", "--json", *tiny.options(), archive=tmp_path / "postgres")
    assert ran.code == 0, ran
    assert not (tmp_path / "postgres" / "archive.db").exists()
    monkeypatch.delenv("HEADRACE_DATABASE")
    digests = [
        headrace("digest", "--json", archive=tmp_path / name).json
        for name in ("sqlite", "postgres")
    ]
    assert digests[0] == digests[1]
