"""Files on the way into the archive: every byte right, or nothing under a final name."""

import asyncio
import hashlib
import json
import sqlite3
from contextlib import closing

import pytest
from tests.blobs.scenes import parts_of
from tests.e2e import processes

from headrace.blobs.files import LocalFiles
from headrace.blobs.local import LocalBlobs

GET_FILE = "upload.getFile"


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.setenv("HEADRACE_CALL_TIMEOUT", "3")
    return Place(tmp_path)


@pytest.fixture
def spread():
    """``tiny`` with all its data centres: one of its files lies away from home."""
    with processes.sandbox("tiny", "--dcs", "5") as sandbox:
        yield sandbox


class Place:
    def __init__(self, folder):
        self.config, self.archive = folder / "config", folder / "archive"

    def run(self, sandbox, *arguments, check=0, faults=()):
        """A command; what it prints as JSON."""
        sandbox.ask("/faults", method="DELETE")
        if faults:
            sandbox.ask("/faults", list(faults))
        ran = processes.headrace(
            *arguments,
            "--json",
            "--archive",
            self.archive,
            *sandbox.options(),
            config=self.config,
            check=check,
        )
        return json.loads(ran.stdout.splitlines()[-1])

    def rows(self, query):
        with closing(sqlite3.connect(self.archive / "archive.db")) as connection:
            return connection.execute(query).fetchall()

    def digest(self):
        ran = processes.headrace(
            "digest", "--json", "--archive", self.archive, config=self.config, check=0
        )
        return json.loads(ran.stdout.splitlines()[-1])["digest"]

    def check_bytes(self, sandbox):
        """Every stored row has its file, every file its name, and each is what the server has."""
        stored = self.rows("SELECT key, sha256, size, extension FROM files WHERE state = 'stored'")
        for key, sha256, size, extension in stored:
            path = self.archive / "media" / sha256[:2] / f"{sha256}.{extension}"
            assert path.stat().st_size == size, key
            assert served(sandbox, key) == sha256, key
        whole = [
            path
            for path in (self.archive / "media").glob("??/*")
            if hashlib.sha256(path.read_bytes()).hexdigest() != path.stem
        ]
        assert not whole
        return {key for key, *_ in stored}


def served(sandbox, key):
    kind, number, *size = key.split("/")
    ask = f"/files?key={kind}/{number}"
    if kind == "peer_photo":
        ask += "&size_type=c"
    elif size:
        ask += f"&size_type={size[0]}"
    elif kind == "photo":
        return sandbox.ask(ask + "&size_type=" + largest(sandbox, key))["sha256"]
    return sandbox.ask(ask)["sha256"]


def largest(sandbox, key):
    """Which size of a photo the archive's is: the letter that was asked for."""
    asked = sandbox.ask(f"/parts?key={key}")
    return asked[0]["size_type"]


def test_every_file_arrives_once_with_its_thumbnail(place, spread):
    place.run(spread, "import", "@tinymill")
    report = place.run(spread, "media", "@tinymill")
    assert report["complete"] is True
    assert report["files"]["stored"] == report["fetched"] > 5
    keys = place.check_bytes(spread)
    assert any(key.startswith("peer_photo/") for key in keys)
    assert any(key.startswith("photo/") for key in keys)
    assert len(list((place.archive / "thumbs").rglob("*.*"))) == report["thumbnails"] > 0
    made = place.rows("SELECT state, count(*) FROM thumbnails GROUP BY state")
    assert dict(made)["made"] == report["thumbnails"]
    methods = spread.ask("/counters")["methods"]
    assert methods["auth.exportAuthorization"] == 1
    asked = methods[GET_FILE]
    again = place.run(spread, "media", "@tinymill")
    assert (again["fetched"], again["complete"]) == (0, True)
    assert again["thumbnails"] == report["thumbnails"]
    assert spread.ask("/counters")["methods"][GET_FILE] == asked


async def begin(archive, keys):
    """What a killed run leaves: the parts of files, and nobody at them."""
    blobs = LocalBlobs(LocalFiles(), archive, reserve=lambda _: 0)
    for key in keys:
        await blobs.close(await blobs.open_part(key, 1))


def test_what_killed_runs_have_left_goes_where_nobody_needs_it(place, spread):
    place.run(spread, "import", "@tinymill")
    place.run(spread, "media", "@tinymill", "--media", "photo")
    stored, left = (
        place.rows(f"SELECT min(key) FROM files WHERE state = '{state}'")[0][0]
        for state in ("stored", "skipped")
    )
    before = parts_of(place.archive)
    asyncio.run(begin(place.archive, [stored, left, "document/nobody-knows"]))
    assert len(parts_of(place.archive)) == len(before) + 6
    place.run(spread, "media", "@tinymill", "--media", "photo")
    name = hashlib.sha256(left.encode()).hexdigest()
    after = sorted([*before, f"{name}.1.journal", f"{name}.1.part"])
    assert parts_of(place.archive) == after


def test_what_is_left_out_has_its_reason_and_comes_later(place, spread):
    place.run(spread, "import", "@tinymill")
    none = place.run(spread, "media", "@tinymill", "--media", "none")
    assert none["files"]["stored"] == 0
    assert none["files"]["skipped"] > 5
    assert {reason for (reason,) in place.rows("SELECT DISTINCT reason FROM files")} == {"kind"}
    small = place.run(spread, "media", "@tinymill", "--max-size", "20KB")
    assert 0 < small["files"]["stored"] < none["files"]["skipped"]
    assert ("too_large",) in place.rows("SELECT DISTINCT reason FROM files")
    rest = place.run(spread, "media", "@tinymill")
    assert rest["files"]["stored"] == none["files"]["skipped"]
    assert rest["fetched"] == rest["files"]["stored"] - small["files"]["stored"]


@pytest.mark.parametrize(
    "action",
    [
        {"type": "short_chunk", "bytes": 100},
        {"type": "short_chunk", "bytes": 0},
        {"type": "long_chunk", "bytes": 100},
        {"type": "reset_within", "share": 0.5},
        {"type": "wrong_answer", "of": "cdn_redirect"},
        {"type": "error", "code": 400, "message": "FILE_REFERENCE_EXPIRED"},
        {"type": "error", "code": 400, "message": "LOCATION_INVALID"},
        {"type": "flood", "seconds": 1, "premium": True},
        "silent",
    ],
    ids=str,
)
def test_a_server_that_misbehaves_once_costs_no_more_than_its_file(
    place, spread, action, monkeypatch
):
    # A large part may take long before it counts as lost.
    chosen = ["--max-size", "50KB"] if action == "silent" else []
    monkeypatch.setenv("HEADRACE_CALL_TIMEOUT", "1" if chosen else "3")
    place.run(spread, "import", "@tinymill", *chosen)
    fault = {"method": GET_FILE, "nth": 3, "count": 1, "action": action}
    report = place.run(spread, "media", "@tinymill", *chosen, check=None, faults=[fault])
    lost = report["files"]["failed"] + report["files"]["absent"]
    assert lost <= 1
    place.check_bytes(spread)
    after = place.run(spread, "media", "@tinymill", *chosen)
    assert after["files"]["stored"] + after["files"]["absent"] == report["files"]["stored"] + lost
    place.check_bytes(spread)


def test_wrong_words_are_told(place, spread, capfd):
    ran = processes.headrace(
        "media", "@tinymill", "--media", "photos", "--archive", place.archive, config=place.config
    )
    assert ran.returncode == 2
    assert "--media knows no 'photos'" in ran.stderr
    ran = processes.headrace(
        "media", "@tinymill", "--max-size", "big", "--archive", place.archive, config=place.config
    )
    assert ran.returncode == 2
    assert "is no size" in ran.stderr
    ran = processes.headrace("media", "@tinymill", "--archive", place.archive, config=place.config)
    assert ran.returncode == 8
    assert "Import a channel first" in ran.stderr


@pytest.mark.parametrize("after", [2, 9])
def test_kill_and_resume(tmp_path, after):
    """Killed in the middle; then the same archive, and at most one part a connection again."""
    with processes.sandbox("files:12x200k,2x6m", "--set", "connection_bytes_per_s=2000000") as box:
        calm, killed = Place(tmp_path / "calm"), Place(tmp_path / "killed")
        for place in (calm, killed):
            place.run(box, "import", "@millstore")
        calm.run(box, "media", "@millstore")
        box.ask("/reset-counters", {})
        running = processes.start(
            "media", "@millstore", "--archive", killed.archive, *box.options(), config=killed.config
        )
        while box.ask("/counters")["files"]["parts_sent"] < after:
            processes.pause()
            assert running.poll() is None
        running.kill()
        running.wait()
        killed.run(box, "media", "@millstore")
        assert killed.digest() == calm.digest()
        assert len(killed.check_bytes(box)) >= 14
        assert box.ask("/counters")["files"]["most_often"] <= 2
