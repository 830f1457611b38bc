"""A newcomer's path at a real terminal: sign in, import, sign out, and every wrong turn."""

import json

import pytest
from tests.e2e.newcomer import Place
from tests.e2e.terminal import ended, sent_code

PASSWORD = "hollow tree"


@pytest.fixture
def place(fresh_tiny, tmp_path):
    return Place(fresh_tiny, tmp_path)


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
