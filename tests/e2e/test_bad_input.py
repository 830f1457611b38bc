"""The wrong thing, typed: one clear sentence, the next step, an exit code, nothing changed."""

import hashlib
import os
import signal
import subprocess
from contextlib import contextmanager

import pytest
from tests.e2e import processes


def tree(folder):
    """What a folder holds, byte for byte; SQLite's own sidecars count only by their rows."""
    return {
        str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(folder.rglob("*"))
        if p.is_file() and not p.name.endswith(("-wal", "-shm"))
    }


@pytest.fixture
def refused(headrace, tiny, tmp_path):
    """Run an import that must fail; gives its error output."""

    def run(ref, code, *more, archive=None):
        ran = headrace("import", ref, *more, *tiny.options(), archive=archive)
        assert ran.code == code, ran
        assert len(ran.err.strip().splitlines()) <= 3, ran.err
        return ran.err

    return run


@pytest.mark.parametrize(
    ("ref", "code", "says"),
    [
        ("@nobody_has_this_name", 6, "nobody_has_this_name"),
        ("@ab", 2, "t.me/name"),
        ("https://example.org/x", 2, "t.me/name"),
        ("t.me/", 2, "t.me/name"),
        ("what is this", 2, "t.me/name"),
        ("-1009999999999", 6, "9999999999"),
        ("t.me/+AAAAAAAAAAAAAAAA", 6, "link"),
    ],
)
def test_references_that_name_nothing(refused, tmp_path, ref, code, says):
    assert says in refused(ref, code)
    assert not (tmp_path / "archive").exists()


def test_a_user_is_no_channel(refused, tmp_path):
    err = refused("@old_miller", 2)
    assert "a person, not a channel" in err
    assert not (tmp_path / "archive").exists()


def test_a_private_channel_that_the_account_is_not_in(refused, tmp_path):
    err = refused("t.me/+StrangerMill0001", 6)
    assert "never joins" in err
    assert not (tmp_path / "archive").exists()


def test_an_empty_channel_is_complete(headrace, tiny):
    ran = headrace("import", "@emptymill", "--json", *tiny.options())
    assert ran.code == 0, ran
    assert ran.json["messages"] == {"stored": 0, "absent": 0, "failed": 0}
    assert ran.json["complete"] is True
    assert "nothing read yet" in headrace("status", "@emptymill").out


def test_a_foreign_folder_stays_as_it_was(refused, tmp_path):
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / "cat.jpg").write_bytes(b"cat")
    before = tree(folder)
    assert "--archive" in refused("@tinymill", 8, archive=folder)
    assert tree(folder) == before


def test_an_archive_of_a_newer_version_stays_as_it_was(headrace, refused, tiny, tmp_path):
    headrace("import", "@tinymill", *tiny.options())
    marker = tmp_path / "archive" / "headrace.toml"
    marker.write_text("schema = 9999\n")
    before = tree(tmp_path / "archive")
    assert "newer" in refused("@tinymill", 8)
    assert tree(tmp_path / "archive") == before
    assert headrace("status").code == 8


def test_a_database_of_a_newer_version_stays_as_it_was(headrace, refused, tiny, tmp_path):
    import sqlite3

    headrace("import", "@tinymill", *tiny.options())
    with sqlite3.connect(tmp_path / "archive" / "archive.db") as database:
        database.execute("update alembic_version set version_num = '9999'")
    database.close()
    assert "newer" in refused("@tinymill", 8)


def test_a_read_only_archive_stays_as_it_was(headrace, tiny, tmp_path):
    headrace("import", "@tinymill", *tiny.options())
    folder = tmp_path / "archive"
    before = tree(folder)
    with read_only(folder):
        ran = headrace("import", "@tinymill", *tiny.options())
    assert ran.code == 8, ran
    assert "cannot be written" in ran.err
    assert tree(folder) == before


@contextmanager
def read_only(folder):
    """Make a folder unwritable; root needs a read-only mount for that."""
    if os.geteuid() == 0:
        subprocess.run(["mount", "--bind", folder, folder], check=True)
        subprocess.run(["mount", "-o", "remount,ro,bind", folder], check=True)
        yield
        subprocess.run(["umount", folder], check=True)
        return
    for path in [*folder.rglob("*"), folder]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    yield
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)


def test_there_is_no_archive_yet(headrace):
    for command in (["status"], ["chats"], ["digest"], ["status", "@tinymill"]):
        ran = headrace(*command)
        assert ran.code == 8, ran
        assert "headrace: There is no archive in" in ran.err
        assert "--archive" in ran.err


def test_a_chat_that_is_not_in_the_archive(headrace, tiny):
    headrace("import", "@tinymill", *tiny.options())
    ran = headrace("status", "@millrace")
    assert ran.code == 6
    assert "headrace import @millrace" in ran.err


def test_a_username_that_means_another_chat_now(headrace, fresh_tiny):
    headrace("import", "@tinymill", *fresh_tiny.options())
    before = headrace("digest", "--json").json["digest"]
    fresh_tiny.ask("/world", {"verb": "swap_names", "a": -1001000000101, "b": -1001000000104})
    ran = headrace("import", "@tinymill", *fresh_tiny.options())
    assert ran.code == 6, ran
    assert "means" in ran.err or "is now" in ran.err or "at Telegram now" in ran.err
    assert headrace("digest", "--json").json["digest"] == before


def test_a_renamed_channel_is_still_the_same(headrace, fresh_tiny):
    first = headrace("import", "@tinymill", "--json", *fresh_tiny.options()).json
    fresh_tiny.ask("/world", {"verb": "rename", "chat": -1001000000101, "username": "tinyrenamed"})
    ran = headrace("import", "@tinyrenamed", "--json", *fresh_tiny.options())
    assert (ran.code, ran.json["chat"], ran.json["new"]) == (0, first["chat"], 0)


def test_a_channel_that_was_closed(headrace, fresh_tiny):
    first = headrace("import", "@tinymill", "--json", *fresh_tiny.options()).json
    before = headrace("digest", "--json").json["digest"]
    fresh_tiny.ask("/world", {"verb": "close", "chat": -1001000000101})
    ran = headrace("import", first["chat"], *fresh_tiny.options())
    assert ran.code == 6, ran
    assert "private" in ran.err
    assert headrace("digest", "--json").json["digest"] == before


def test_two_imports_of_one_channel_at_once(headrace, tmp_path):
    with processes.sandbox("big:3000", "--set", "history.service_ms=200") as sandbox:
        options = ["@longrace", "--archive", tmp_path / "archive", *sandbox.options()]
        first = processes.start(
            "import", "--pace", "gentle", *map(str, options), config=tmp_path / "a"
        )
        try:
            wait_for_requests(sandbox, 3)
            second = headrace("import", *options)
            assert second.code == 9, second
            assert str(first.pid) in second.err
        finally:
            first.send_signal(signal.SIGINT)
            assert first.wait(30) == 130
        assert headrace("import", *options, "--pace", "fast").code == 0


def wait_for_requests(sandbox, many):
    """Until the sandbox has been asked so often for history."""
    while sandbox.count() < many:
        pass


def test_a_session_in_use(headrace, tmp_path, monkeypatch):
    with processes.sandbox("big:3000", "--set", "history.service_ms=200") as sandbox:
        config = os.environ["HEADRACE_CONFIG"]
        first = processes.start(
            "import", "@longrace", "--pace", "gentle", "--archive", str(tmp_path / "a"),
            *sandbox.options(), config=config,
        )  # fmt: skip
        try:
            wait_for_requests(sandbox, 2)
            second = headrace("import", "@longrace", *sandbox.options(), archive=tmp_path / "b")
            assert second.code == 2, second
            assert "in use" in second.err
        finally:
            first.terminate()
            assert first.wait(30) == 143


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 6 MB, which only root may mount."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if os.geteuid() != 0 and not os.environ.get("CI"):
        pytest.skip("only root can mount a small disk")
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", folder], check=True)
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_a_full_disk_loses_nothing_and_the_import_goes_on_where_it_was(small_disk, tmp_path):
    with processes.sandbox("big:20000") as sandbox:
        archive, config = small_disk / "archive", tmp_path / "config"
        options = [
            "import",
            "@longrace",
            "--pace",
            "fast",
            "--archive",
            archive,
            *sandbox.options(),
        ]
        ran = processes.headrace(*options, config=config)
        assert ran.returncode == 8, ran.stdout + ran.stderr
        assert "disk is full" in ran.stderr
        assert "goes on where it was" in ran.stderr
        subprocess.run(["mount", "-o", "remount,size=200m", small_disk], check=True)
        again = processes.headrace(*options, "--json", config=config, check=0)
    assert '"complete":true' in again.stdout
    assert '"new":20000' not in again.stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["import", "@tinymill", "--since", "yesterday"], "2024-01-31"),
        (["import", "@tinymill", "--since", "2024-02-01", "--until", "2024-01-01"], "not before"),
        (["import", "@tinymill", "--limit", "0"], "limit"),
        (["import", "@tinymill", "--pace", "warp"], "pace"),
        (["import", "@tinymill", "--max-wait", "soon"], "15m"),
        (["import"], "REF"),
        (["imprt"], "imprt"),
        (["status", "--nonsense"], "nonsense"),
        (["import", "@tinymill", "--server", "nowhere"], "HOST:PORT"),
        (["import", "@tinymill", "--session", "/no/such/file"], "/no/such/file"),
        (["import", "@tinymill", "--account", "../x"], "account"),
    ],
)
def test_wrong_use(headrace, arguments, says):
    ran = headrace(*arguments)
    assert ran.code in (2, 5), ran
    assert says in ran.err + ran.out


def test_without_an_account_the_next_step_is_named(headrace):
    ran = headrace("import", "@tinymill")
    assert ran.code == 5
    assert "headrace login" in ran.err


def test_an_error_as_json(headrace):
    ran = headrace("import", "@tinymill", "--json")
    assert ran.json["error"] == "NotSignedIn"
    assert ran.json["exit_code"] == 5


def test_stop_and_go_on(tmp_path):
    with processes.sandbox("big:20000", "--set", "rtt_ms=50") as sandbox:
        archive, config = tmp_path / "archive", tmp_path / "config"
        options = ["import", "@longrace", "--archive", archive, *sandbox.options()]
        process = processes.start(*options, config=config, keeps=True)
        wait_for_requests(sandbox, 5)
        process.send_signal(signal.SIGINT)
        out, err = process.said(30)
        assert process.returncode == 130, out + err
        assert "headrace import @longrace" in err
        ran = processes.headrace(*options, "--pace", "fast", "--json", config=config, check=0)
    assert '"complete":true' in ran.stdout
