"""``headrace doctor``: every check in order and broken, each against the real thing."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from tests.e2e import processes
from tests.proxies import SocksProxy, dead_port

PROBLEMS = 3


@pytest.fixture
def config():
    return Path(os.environ["HEADRACE_CONFIG"])


@pytest.fixture
def examined(headrace):
    """Run the doctor; gives the checks by name. The lines for people say the same."""

    def run(*arguments, code=0, archive=None):
        ran = headrace("doctor", "--json", *arguments, archive=archive)
        assert ran.code == code, ran
        found = {check["name"]: check for check in ran.json["checks"]}
        assert len(found) == len(ran.json["checks"])
        assert ran.json["ok"] == (code == 0)
        assert all(check["text"] in ran.out for check in found.values())
        assert all(c["mend"] for c in found.values() if c["state"] == "problem"), found
        return found

    return run


@pytest.fixture
def imported(headrace, tiny, tmp_path):
    assert headrace("import", "@tinymill", *tiny.options()).code == 0
    return tmp_path / "archive"


@pytest.fixture
def signed_in(headrace, tiny, config):
    assert headrace("login", *tiny.options()).code == 0
    return config / "accounts" / "default" / "session.json"


def states(found):
    return {name: check["state"] for name, check in found.items()}


def where(sandbox):
    """The options of a sandbox without its session."""
    return sandbox.options()[:-2]


def test_a_newcomers_machine_is_no_problem_and_learns_the_next_step(headrace, tmp_path, config):
    config.rmdir()
    ran = headrace("doctor")
    assert ran.code == 0, ran
    assert "headrace login" in ran.out
    assert "headrace import @name" in ran.out
    assert not config.exists()
    assert not (tmp_path / "archive").exists()


def test_everything_in_order(examined, tiny, imported):
    found = examined(*tiny.options())
    assert set(states(found).values()) == {"ok"}, found
    assert list(found) == [
        "versions", "crypto library", "configuration", "session", "application id", "server",
        "clock", "account", "archive", "disk", "database", "leases", "archive files",
    ]  # fmt: skip


def test_an_account_of_its_own(examined, tiny, signed_in):
    found = examined(*where(tiny))
    assert found["account default"]["state"] == "ok"
    assert found["account"]["state"] == "ok"


def test_only_two_reading_calls_are_sent(examined, fresh_tiny):
    examined(*fresh_tiny.options())
    asked = fresh_tiny.ask("/counters")["methods"]
    assert asked == {"help.getConfig": 2, "users.getUsers": 1}


def test_offline_asks_nobody(examined, fresh_tiny):
    assert "--offline" in examined("--offline", *fresh_tiny.options())["server"]["text"]
    assert fresh_tiny.ask("/counters")["connections"] == 0


def test_a_server_without_an_account(examined, fresh_tiny):
    found = examined(*where(fresh_tiny))
    assert "public key is known" in found["server"]["text"]
    assert found["clock"]["state"] == "ok"
    assert fresh_tiny.ask("/counters")["handshakes"] == 1


def test_a_server_whose_key_is_not_known(tiny, tmp_path):
    """In a process of its own: Telethon keeps the keys that were made known to it."""
    server = ["--server", tiny.ready["address"], "--archive", tmp_path / "a"]
    ran = processes.headrace("doctor", *server, config=tmp_path / "config", check=PROBLEMS)
    assert "could not prove" in ran.stdout
    assert "--public-key FILE" in ran.stdout


@pytest.mark.parametrize("more", [[], ["--session"]], ids=["stranger", "account"])
def test_a_server_that_is_down(examined, tiny, more):
    with dead_port() as address:
        options = ["--server", address, "--dc", tiny.ready["dc"], *more]
        found = examined(*options, *([tiny.ready["session"]] if more else []), code=PROBLEMS)
    assert "cannot be reached" in found["server"]["text"]


@pytest.mark.parametrize(
    ("offset", "state", "says"),
    [(-60, "problem", "ahead of"), (3600, "problem", "behind"), (10, "note", "behind")],
)
def test_a_clock_that_is_off(examined, fresh_tiny, offset, state, says):
    fresh_tiny.ask("/clock", {"offset": offset})
    found = examined(*fresh_tiny.options(), code=PROBLEMS if state == "problem" else 0)
    assert found["clock"]["state"] == state
    assert says in found["clock"]["text"]
    assert "timedatectl" in found["clock"]["mend"]
    assert found["server"]["state"] == "ok"


@pytest.mark.parametrize(
    "action",
    [
        {"type": "error", "code": 401, "message": "AUTH_KEY_UNREGISTERED"},
        {"type": "error", "code": 401, "message": "SESSION_REVOKED"},
        {"type": "transport_error", "code": -404},
    ],
    ids=str,
)
def test_a_session_that_was_revoked(examined, fresh_tiny, action):
    fresh_tiny.ask("/faults", {"method": "users.getUsers", "action": action})
    found = examined(*fresh_tiny.options(), code=PROBLEMS)
    assert found["account"]["state"] == "problem"
    assert "headrace login" in found["account"]["mend"]


def test_a_pause_is_told_and_not_waited_for(examined, fresh_tiny):
    action = {"type": "flood", "seconds": 3000}
    fresh_tiny.ask("/faults", {"method": "users.getUsers", "action": action})
    assert "pause" in examined(*fresh_tiny.options())["server"]["text"]


def test_the_proxy_is_named_without_its_secrets(headrace, examined, tiny):
    with SocksProxy(user="miller", password="hush").in_a_thread() as proxy:
        way = ["--proxy", f"socks5://miller:hush@{proxy.address}"]
        found = examined(*way, *tiny.options())
        assert found["proxy"]["text"].startswith(f"SOCKS5 proxy {proxy.address}")
        wrong = headrace("doctor", "--proxy", f"socks5://miller:x@{proxy.address}", *tiny.options())
        assert wrong.code == PROBLEMS
        assert "does not accept" in wrong.out
    assert "hush" not in str(found) + wrong.out
    found = examined(*way, *tiny.options(), code=PROBLEMS)
    assert "cannot be reached" in found["proxy"]["text"]


def test_a_session_that_is_none(examined, tmp_path):
    (tmp_path / "odd.session").write_text("no session")
    found = examined("--session", tmp_path / "odd.session", code=PROBLEMS)
    assert "no session file" in found["session"]["text"]
    found = examined("--session", tmp_path / "missing", code=PROBLEMS)
    assert "There is no session file" in found["session"]["text"]


def test_a_broken_account_is_told_beside_a_good_one(examined, tiny, signed_in, config):
    other = config / "accounts" / "other" / "session.json"
    other.parent.mkdir()
    other.write_text("{")
    found = examined(*where(tiny), code=PROBLEMS)
    assert found["account default"]["state"] == "ok"
    assert "no session file" in found["account other"]["text"]


def test_a_session_in_use_is_left_alone(examined, fresh_tiny, signed_in):
    """Telegram ends a session that is used from two places."""
    holding = "import sys; from headrace.telegram.session import locked; from pathlib import Path\n"
    holding += "from headrace.blobs.files import LocalFiles\n"
    holding += "with locked(LocalFiles(), Path(sys.argv[1])): print(flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", holding, signed_in], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        holder.stdout.readline()
        found = examined(*where(fresh_tiny), "--offline", code=PROBLEMS)
        holder.communicate()
    assert "in use by another headrace" in found["account default"]["text"]


def test_an_application_id_that_is_missing(examined, tiny):
    found = examined("--session", tiny.ready["session"], code=PROBLEMS)
    assert "my.telegram.org" in found["application id"]["mend"]
    assert "not asked" in found["server"]["text"]


def test_a_missing_crypto_library(examined, monkeypatch):
    monkeypatch.setitem(sys.modules, "cryptg", None)
    found = examined(code=PROBLEMS)
    assert "cryptg is missing" in found["crypto library"]["text"]


def test_modes_are_told_and_mended_and_nothing_else(examined, tiny, signed_in, imported, config):
    secret, rows = config / "config.toml", imported / "archive.db"
    secret.write_text("")
    outside = imported.parent / "outside"
    outside.write_text("")
    (imported / "link").symlink_to(outside)
    for path, mode in [(secret, 0o644), (rows, 0o660), (imported, 0o755), (outside, 0o644)]:
        path.chmod(mode)
    found = examined("--offline", code=PROBLEMS)
    assert "config.toml" in found["configuration"]["text"]
    assert "archive.db" in found["archive files"]["text"]
    assert "--fix" in found["archive files"]["mend"]
    assert secret.stat().st_mode & 0o777 == 0o644
    found = examined("--offline", "--fix")
    assert "2 mended" in found["archive files"]["text"]
    assert [p.stat().st_mode & 0o777 for p in (secret, rows, imported)] == [0o600, 0o600, 0o700]
    assert outside.stat().st_mode & 0o777 == 0o644
    assert set(states(examined("--offline")).values()) == {"ok", "note"}


def test_a_foreign_folder_and_its_files_stay_as_they_are(examined, tmp_path):
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / "cat.jpg").write_bytes(b"cat")
    (folder / "cat.jpg").chmod(0o644)
    found = examined("--fix", archive=folder, code=PROBLEMS)
    assert "no headrace archive" in found["archive"]["text"]
    assert [p.name for p in folder.iterdir()] == ["cat.jpg"]
    assert (folder / "cat.jpg").stat().st_mode & 0o777 == 0o644


def test_an_archive_of_a_newer_version(examined, imported):
    (imported / "headrace.toml").write_text("schema = 9999\n")
    found = examined(code=PROBLEMS)
    assert "newer headrace" in found["archive"]["text"]
    assert "Update" in found["archive"]["mend"]


def test_a_database_of_a_newer_version(examined, imported):
    with sqlite3.connect(imported / "archive.db") as database:
        database.execute("update alembic_version set version_num = '9999'")
    database.close()
    assert "newer headrace" in examined(code=PROBLEMS)["database"]["text"]


@pytest.mark.parametrize("damage", ["page", "noise"])
def test_a_damaged_database(examined, imported, damage):
    path = imported / "archive.db"
    content = bytearray(path.read_bytes())
    if damage == "page":
        for start in range(4096 * 3, len(content), 4096 * 2):
            content[start : start + 4096] = b"\xff" * len(content[start : start + 4096])
    else:
        content = b"no database at all " * 500
    path.write_bytes(content)
    found = examined(code=PROBLEMS)
    assert found["database"]["state"] == "problem"
    assert "backup" in found["database"]["mend"]


def test_a_lease_of_a_process_that_is_gone(examined, imported):
    import socket

    name = f"{socket.gethostname()}:999999999:1"
    with sqlite3.connect(imported / "archive.db") as database:
        database.execute(
            "update leases set owner = ?, until = 9999999999 where resource like 'chat:%'", [name]
        )
    database.close()
    found = examined()
    assert found["leases"]["state"] == "note"
    assert "takes it over" in found["leases"]["text"]


@pytest.mark.postgres
def test_postgresql(headrace, examined, tiny, postgres_url, monkeypatch, tmp_path):
    monkeypatch.setenv("HEADRACE_DATABASE", postgres_url)
    assert "PostgreSQL" in examined()["database"]["text"]
    assert headrace("import", "@tinymill", *tiny.options()).code == 0
    assert "answers" in examined()["database"]["text"]
    marker = tmp_path / "archive" / "headrace.toml"
    with dead_port() as address:
        marker.write_text(f'schema = 2\ndatabase = "postgresql://me:hush@{address}/mill"\n')
        found = examined(code=PROBLEMS)
    assert "does not answer" in found["database"]["text"]
    assert "hush" not in str(found)
