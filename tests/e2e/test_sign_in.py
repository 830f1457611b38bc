"""A newcomer's path at a real terminal: sign in, import, sign out, and every wrong turn."""

import json
import re
import sqlite3

import pytest
from tests.e2e import processes
from tests.e2e.terminal import account, ended, sent_code, terminal

PASSWORD = "hollow tree"


@pytest.fixture
def place(fresh_tiny, tmp_path):
    return Place(fresh_tiny, tmp_path)


class Place:
    """A sandbox, a configuration of one's own, and what a newcomer types."""

    def __init__(self, sandbox, folder):
        self.sandbox, self.folder = sandbox, folder
        self.config = folder / "config"
        self.phone = sandbox.ready["phone"]
        self.api_id, self.api_hash = str(sandbox.ready["api_id"]), sandbox.ready["api_hash"]
        options = sandbox.options()
        self.server = options[: options.index("--session")]
        self.archive = ["--archive", folder / "archive"]

    def type(self, *arguments, **more):
        return terminal(*arguments, *self.server, config=self.config, **more)

    def run(self, *arguments, check=None):
        return processes.headrace(*arguments, config=self.config, check=check)

    def application(self, child):
        child.expect("api_id: ")
        child.sendline(self.api_id)
        child.expect("api_hash .not shown.: ")
        child.sendline(self.api_hash)

    def number(self, child):
        child.expect("Phone number")
        child.sendline("+" + self.phone)

    def sign_in(self, *arguments):
        with self.type("login", *arguments) as child:
            if not self.known():
                self.application(child)
            self.number(child)
            child.expect("Code .*: ")
            child.sendline(sent_code(self.sandbox, self.phone))
            code, said = ended(child)
        assert code == 0, said
        return said

    def accounts(self):
        listed = self.run("accounts", "--json", "--quiet", check=0).stdout
        return json.loads(listed)["accounts"]

    def known(self):
        return bool(list(self.config.glob("accounts/*/session.json")))

    def sessions(self):
        return account(self.sandbox, self.phone)["sessions"]


def change(place, **given):
    place.sandbox.ask("/sign-in", {"phone": place.phone, **given})


def test_by_code_and_password_then_import_then_out(place):
    change(place, password=PASSWORD, hint="the old one")
    before = place.sessions()
    with place.type("login") as child:
        child.expect("my.telegram.org")
        child.expect("not as an SMS")
        place.application(child)
        place.number(child)
        child.expect("Telegram app")
        child.expect(r"Code .*: ")
        right = sent_code(place.sandbox, place.phone)
        child.sendline("0" * len(right) if right != "0" * len(right) else "1" * len(right))
        child.expect("not the code")
        child.expect(r"Code .*: ")
        child.sendline(right)
        child.expect("hint: the old one")
        child.sendline("birch")
        child.expect("not the password")
        child.expect("not shown")
        child.sendline(PASSWORD)
        code, said = ended(child)
    assert code == 0, said
    assert "is signed in" in said
    assert PASSWORD not in said
    assert place.api_hash not in said
    assert place.sessions() == before + 1
    assert _modes(place.config) <= {0o600, 0o700}

    listed = place.accounts()
    assert [one["account"] for one in listed] == ["default"]
    ran = place.run("import", "@tinymill", "--json", *place.archive, check=0)
    assert json.loads(ran.stdout.splitlines()[-1])["complete"] is True

    key = (place.config / "accounts" / "default" / "session.json").read_bytes()
    out = place.run("logout", check=0)
    assert "at Telegram as well" in out.stdout
    assert place.sessions() == before
    assert not list(place.config.rglob("session.json"))
    (place.folder / "copy.json").write_bytes(key)
    again = place.run(
        "import", "@tinymill", "--session", place.folder / "copy.json", *place.archive
    )
    assert again.returncode == 5, again.stderr
    assert place.run("status", "@tinymill", *place.archive).returncode == 0


def _modes(folder):
    return {one.stat().st_mode & 0o777 for one in folder.rglob("*")}


@pytest.mark.parametrize("password", [None, PASSWORD])
def test_by_qr_code(place, password):
    change(place, password=password)
    with place.type("login", "--qr") as child:
        place.application(child)
        child.expect("Scan this")
        child.expect("Ctrl-C ends")
        (token,) = place.sandbox.ask("/sign-in")["tokens"]
        place.sandbox.ask("/scan", {"token": token, "phone": place.phone})
        if password:
            child.expect("not shown")
            child.sendline(password)
        code, said = ended(child)
    assert code == 0, said
    assert "█" in said
    place.run("import", "@tinymill", *place.archive, check=0)


def test_an_expired_code_is_replaced(place):
    with place.type("login") as child:
        place.application(child)
        place.number(child)
        child.expect(r"Code .*: ")
        old = sent_code(place.sandbox, place.phone)
        change(place, expire=True)
        child.sendline(old)
        child.expect("too old")
        child.expect(r"Code .*: ")
        child.sendline(sent_code(place.sandbox, place.phone, unlike=old))
        assert ended(child)[0] == 0


def test_the_shape_of_the_application_is_checked_before_anything_is_sent(place):
    with place.type("login") as child:
        child.expect("api_id: ")
        child.sendline("my app")
        child.expect("api_hash")
        child.sendline("beef")
        child.expect("api_id is a number")
        child.expect("api_id: ")
        child.sendline(place.api_id)
        child.expect("api_hash")
        child.sendline("beef")
        child.expect("this one has 4 characters")
        child.expect("api_id: ")
        assert place.sandbox.ask("/counters")["connections"] == 0
        child.sendeof()
        code, said = ended(child)
    assert code == 130, said
    assert not place.known()


@pytest.mark.parametrize("asked", ["api_hash .not shown.: ", "Phone number", r"Code .*: "])
def test_ctrl_c_at_a_question_ends_at_once_and_leaves_the_terminal_as_it_was(place, asked):
    with place.type("login") as child:
        child.expect("api_id: ")
        child.sendline(place.api_id)
        if "api_hash" not in asked:
            child.expect("not shown.: ")
            child.sendline(place.api_hash)
        if "Code" in asked:
            place.number(child)
        child.expect(asked)
        child.sendintr()
        code, said = ended(child)
    assert code == 130, said
    assert "headrace login" in said
    assert not place.known()


def test_import_signs_in_first_where_somebody_can_be_asked(place):
    with place.type("import", "@tinymill", *place.archive) as child:
        child.expect("No account is signed in yet")
        place.application(child)
        place.number(child)
        child.expect(r"Code .*: ")
        child.sendline(sent_code(place.sandbox, place.phone))
        child.expect("is signed in")
        code, said = ended(child)
    assert code == 0, said
    assert "complete" in said


def test_import_names_the_command_where_nobody_can_be_asked(place):
    ran = place.run("import", "@tinymill", "--account", "second", *place.archive)
    assert ran.returncode == 5
    assert "headrace login --account second" in ran.stderr
    assert not (place.folder / "archive").exists()
    assert place.run("login").returncode == 2


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
