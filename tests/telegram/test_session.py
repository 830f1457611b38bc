"""Session files: headrace's own and Telethon's, private, locked, and never changed by reading."""

import errno

import pytest
from telethon.crypto import AuthKey
from telethon.sessions import SQLiteSession, StringSession
from tests.disk import FaultyFiles

from headrace import errors
from headrace.blobs.files import LocalFiles
from headrace.telegram.session import (
    DataCentre,
    Session,
    load_session,
    locked,
    save_session,
)

KEY = bytes(range(256))


def own():
    centre = DataCentre(id=2, host="149.154.167.50", port=443, key=KEY)
    other = DataCentre(id=4, host="149.154.167.91", port=443, key=KEY[::-1])
    return Session(user_id=7, api_id=1, api_hash="a" * 32, home=2, centres={2: centre, 4: other})


def telethon_file(path, key=KEY):
    session = SQLiteSession(str(path))
    session.set_dc(2, "149.154.167.50", 443)
    if key:
        session.auth_key = AuthKey(data=key)
    session.save()
    session.close()
    return path


def test_an_own_session_survives_and_is_private(tmp_path):
    path = tmp_path / "accounts" / "me.json"
    save_session(LocalFiles(), path, own())
    assert load_session(path) == own()
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    save_session(LocalFiles(), path, own())
    assert [one.name for one in path.parent.iterdir()] == ["me.json"]


def test_nothing_secret_is_shown():
    shown = f"{own()!r} {own()} {own().home_centre!r}"
    assert "aaaa" not in shown
    assert "\\x01\\x02" not in shown


def test_a_telethon_file_is_read_and_not_touched(tmp_path):
    path = telethon_file(tmp_path / "me.session")
    path.chmod(0o400)
    before = (path.read_bytes(), sorted(tmp_path.iterdir()))
    session = load_session(path)
    assert (session.home, session.home_centre.host, session.home_centre.key) == (
        2,
        "149.154.167.50",
        KEY,
    )
    assert (path.read_bytes(), sorted(tmp_path.iterdir())) == before


def test_a_telethon_string_is_read(tmp_path):
    source = StringSession()
    source.set_dc(2, "149.154.167.50", 443)
    source.auth_key = AuthKey(data=KEY)
    path = tmp_path / "string.txt"
    path.write_text(source.save() + "\n")
    assert load_session(path).home_centre.key == KEY


def test_a_session_without_anybody_signed_in(tmp_path):
    path = telethon_file(tmp_path / "me.session", key=None)
    with pytest.raises(errors.NotSignedIn, match="Nobody is signed in"):
        load_session(path)
    with pytest.raises(errors.NotSignedIn, match="no session file"):
        load_session(tmp_path / "missing.json")


@pytest.mark.parametrize(
    "content",
    [b"", b"hello", b"{}", b"{", b"SQLite format 3\0 and then nothing", b"\xff\xfe", b"1AAAA"],
)
def test_what_is_no_session_is_told_in_one_sentence(tmp_path, content):
    path = tmp_path / "odd"
    path.write_bytes(content)
    with pytest.raises(errors.ConfigError, match="no session file"):
        load_session(path)


def test_a_newer_session_is_left_alone(tmp_path):
    path = tmp_path / "me.json"
    save_session(LocalFiles(), path, Session(version=2, home=2, centres=own().centres))
    with pytest.raises(errors.ConfigError, match="newer headrace"):
        load_session(path)


@pytest.mark.parametrize("name", ["me.json", "me.session"])
def test_a_session_is_held_by_one_process(tmp_path, name):
    path = tmp_path / name
    if name == "me.session":
        telethon_file(path)
    in_use = pytest.raises(errors.ConfigError, match="in use by another headrace")
    with locked(LocalFiles(), path), in_use, locked(LocalFiles(), path):
        pytest.fail("held twice")
    with locked(LocalFiles(), path):
        pass


def test_an_interrupted_save_leaves_the_old_session(tmp_path):
    path = tmp_path / "me.json"
    save_session(LocalFiles(), path, own())
    full = FaultyFiles(errno.ENOSPC, fails=1, only={"fsync"})
    with pytest.raises(errors.DiskFull, match=r"no space left to write .*/me\.json\."):
        save_session(full, path, Session(home=2, centres=own().centres))
    assert load_session(path) == own()
    assert [one.name for one in tmp_path.iterdir()] == ["me.json"]
