"""Accounts that are there already: several, ended ones, one in use, and what is left of them."""

import re
import sqlite3

import pytest
from tests.e2e import processes
from tests.e2e.newcomer import Place
from tests.e2e.terminal import account, ended, sent_code


@pytest.fixture
def place(fresh_tiny, tmp_path):
    return Place(fresh_tiny, tmp_path)


def test_two_accounts_side_by_side(place):
    place.sign_in()
    other = {"phone": "9996620077", "name": "Second Miller"}
    place.sandbox.ask("/sign-in", other)
    first, place.phone = place.phone, other["phone"]
    said = place.sign_in("--account", "second")
    assert "Second Miller" in said
    listed = place.accounts()
    assert {one["account"]: one["name"] for one in listed}["second"] == "Second Miller"
    assert len({one["id"] for one in listed}) == 2
    place.run("import", "@tinymill", "--account", "second", *place.archive, check=0)
    place.run("logout", "--account", "second", check=0)
    assert account(place.sandbox, first)["sessions"] == 2
    place.run("import", "@tinymill", *place.archive, check=0)


def test_signing_in_again_leaves_a_good_session_alone(place):
    place.sign_in()
    path = place.config / "accounts" / "default" / "session.json"
    before = path.read_bytes()
    with place.type("login") as child:
        code, said = ended(child)
    assert code == 0
    assert "already" in said
    assert path.read_bytes() == before


def test_a_failed_sign_in_leaves_the_old_session_alone(place):
    place.sign_in()
    path = place.config / "accounts" / "default" / "session.json"
    before = path.read_bytes()
    place.sandbox.ask("/terminate", {"phone": place.phone})
    with place.type("login") as child:
        place.number(child)
        child.expect(r"Code .*: ")
        child.sendintr()
        assert ended(child)[0] == 130
    assert path.read_bytes() == before
    place.sign_in()
    assert path.read_bytes() != before


def test_somebody_else_does_not_take_an_accounts_place(place):
    place.sign_in()
    path = place.config / "accounts" / "default" / "session.json"
    before = path.read_bytes()
    place.sandbox.ask("/terminate", {"phone": place.phone})
    place.sandbox.ask("/sign-in", {"phone": "9996620077", "name": "Second Miller"})
    place.phone = "9996620077"
    with place.type("login") as child:
        place.number(child)
        child.expect(r"Code .*: ")
        child.sendline(sent_code(place.sandbox, place.phone))
        code, said = ended(child)
    assert code == 2, said
    assert "--account NAME" in said
    assert path.read_bytes() == before
    assert place.sessions() == 0


def test_signing_out_while_telegram_is_out_of_reach_removes_nothing(place):
    place.sign_in()
    place.sandbox.ask("/faults", {"method": "connect", "count": None, "action": "reset"})
    ran = place.run("logout")
    assert ran.returncode == 4, ran
    assert place.known()
    assert "--forget" in ran.stderr
    forgotten = place.run("logout", "--forget", check=0)
    assert "still open" in forgotten.stdout
    assert not place.known()


def test_a_session_that_telegram_ended_is_removed_all_the_same(place):
    place.sign_in()
    place.sandbox.ask("/terminate", {"phone": place.phone})
    assert "had ended" in place.run("logout", check=0).stdout
    assert not place.known()
    assert place.run("logout").returncode == 5


def test_a_session_is_used_by_one_process_at_a_time(place):
    place.sign_in()
    fault = {"method": "messages.getHistory", "action": {"type": "delay", "seconds": 60}}
    place.sandbox.ask("/faults", fault)
    running = processes.start("import", "@tinymill", *map(str, place.archive), config=place.config)
    try:
        while not place.sandbox.count():
            pass
        listed = place.accounts()
        assert listed[0]["in_use"] is True
        second = place.run("import", "@tinymill", "--archive", place.folder / "other")
        assert second.returncode == 2
        assert "in use by another headrace" in second.stderr
    finally:
        running.kill()
        running.wait()


def test_nothing_of_the_account_is_in_the_archive(place):
    place.sign_in()
    place.run("import", "@tinymill", *place.archive, check=0)
    path = place.config / "accounts" / "default" / "session.json"
    secrets = re.findall(r'"(?:key|api_hash)":"([^"]+)"', path.read_text())
    assert len(secrets) == 2
    for one in (place.folder / "archive").rglob("*"):
        if one.is_file():
            content = one.read_bytes()
            assert not [s for s in secrets if s.encode() in content], one
            assert place.phone.encode() not in content
    with sqlite3.connect(place.folder / "archive" / "archive.db") as rows:
        assert rows.execute("SELECT count(*) FROM messages").fetchone()[0] == 19
