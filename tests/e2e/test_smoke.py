"""The smoke run as ``make smoke`` starts it, against the sandbox."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tgsandbox.server import opened_world
from tgsandbox.worlds import expect

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def smoke(tmp_path, monkeypatch):
    """Run it; gives the report. Nothing is left of its archive."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))

    def run(*words, code=0):
        ran = subprocess.run(
            [sys.executable, ROOT / "scripts" / "smoke.py", *words],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert ran.returncode == code, ran.stdout + ran.stderr
        assert ran.stderr == ""
        assert list(tmp_path.glob("headrace-smoke-*")) == []
        return ran.stdout

    return run


def test_it_looks_gently_and_reports_without_names(smoke, fresh_tiny):
    report = smoke("@tinymill", "--limit", "5", "--", *fresh_tiny.options())
    assert "**all well**" in report
    for step in ("doctor", "plan", "import", "import again", "digest again", "status", "show"):
        assert f"| {step} | 0 |" in report, report
    assert "0 new, 0 edited" in report
    assert "messages.getHistory" in report
    chats = (json.loads(line) for line in expect.lines(opened_world("tiny", 1), None))
    chat = next(one for one in chats if one.get("username") == "tinymill")
    for secret in ("tinymill", chat["title"], str(abs(chat["id"])), "424242", str(Path.home())):
        assert secret not in report, secret
    counted = fresh_tiny.ask("/counters")
    assert sum(counted["methods"].values()) < 40
    assert counted["unknown_methods"] == counted["errors"] == {}


def test_after_a_problem_nothing_more_is_asked(smoke, fresh_tiny):
    action = {"type": "error", "code": 401, "message": "SESSION_REVOKED"}
    fresh_tiny.ask("/faults", {"method": "users.getUsers", "action": action, "count": None})
    report = smoke("@tinymill", "--", *fresh_tiny.options(), code=1)
    assert "**NOT WELL**" in report
    assert "SESSION_REVOKED" in report
    assert fresh_tiny.ask("/counters")["methods"] == {"help.getConfig": 1, "users.getUsers": 1}


def test_a_long_pause_ends_it_and_is_told(smoke, fresh_tiny):
    action = {"type": "flood", "seconds": 3000}
    fresh_tiny.ask("/faults", {"method": "messages.getHistory", "action": action, "nth": 2})
    report = smoke("@tinymill", "--limit", "5", "--", *fresh_tiny.options(), code=1)
    assert "exit code 75" in report
    assert "pauses on the last day: 1" in report
    assert os.environ["HEADRACE_CONFIG"] not in report


def test_a_channel_that_is_not_there(smoke, fresh_tiny):
    report = smoke("@nobody_has_this", "--", *fresh_tiny.options(), code=1)
    assert "exit code 6" in report
    assert "nobody_has_this" not in report
