"""SIGTERM and Ctrl-C at any moment: an orderly end, and the same command goes on."""

import asyncio
import json
import os
import random
import signal
import sqlite3
from contextlib import closing

import pytest
from tests.crash.test_kill import history_requests, run
from tests.e2e import processes

from headrace import app, settings

WORLD = "big:2000"
#: What stops a container waits so long before it kills.
LONGEST_S = 10


def digest(folder):
    return asyncio.run(app.digest(settings.load({"archive": folder / "archive"})))


@pytest.fixture(scope="module")
def expected(tmp_path_factory):
    """The digest of an import that nothing disturbed."""
    folder = tmp_path_factory.mktemp("undisturbed")
    with processes.sandbox(WORLD) as sandbox:
        run(sandbox, folder)
    return digest(folder)


@pytest.fixture(scope="module")
def sandbox():
    with processes.sandbox(WORLD, "--set", "rtt_ms=40") as sandbox:
        yield sandbox


def started(sandbox, folder):
    options = ["--archive", str(folder / "archive"), "--pace", "fast", *sandbox.options()]
    return processes.start("import", "@longrace", *options, config=folder / "config")


def stop_and_resume(seed, number, sandbox, folder, expected):
    """One signal at a random moment; whether it met an import at work."""
    chance = random.Random(seed)
    process = started(sandbox, folder)
    begun = history_requests(sandbox)
    target = begun + chance.randrange(0, 20)
    while process.poll() is None and history_requests(sandbox) < target:
        pass
    for _ in range(chance.randrange(0, 3)):
        history_requests(sandbox)
    process.send_signal(number)
    code = process.wait(LONGEST_S)
    at_work = code == 128 + number
    # Before Python has started, and after the import has ended, the system ends the process:
    # a shell shows the same number.
    assert at_work or code in (0, -number), code
    report = json.loads(run(sandbox, folder).stdout.splitlines()[-1])
    assert report["complete"] is True
    assert digest(folder) == expected
    return at_work


@pytest.mark.parametrize(
    ("seed", "number"), [*((seed, signal.SIGTERM) for seed in range(5)), (5, signal.SIGINT)]
)
def test_a_signal_at_any_moment(seed, number, sandbox, expected, tmp_path):
    stop_and_resume(seed, number, sandbox, tmp_path, expected)


@pytest.mark.soak
def test_a_hundred_moments(sandbox, expected, tmp_path):
    seed = int(os.environ.get("SOAK_SEED", "1000"))
    met = moments = 0
    while met < 100:
        folder = tmp_path / str(seed)
        folder.mkdir()
        met += stop_and_resume(seed, signal.SIGTERM, sandbox, folder, expected)
        moments += 1
        seed += 1
    print(
        f"\n{met} imports at work ended by SIGTERM within {LONGEST_S} s ({moments} moments),"
        " all resumed to the same digest"
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_second_signal_does_not_wait(number, sandbox, expected, tmp_path):
    """While another program locks the database, an orderly end would take half a minute."""
    process = started(sandbox, tmp_path)
    begun = history_requests(sandbox)
    while history_requests(sandbox) < begun + 5:
        pass
    with closing(
        sqlite3.connect(tmp_path / "archive" / "archive.db", isolation_level=None, timeout=60)
    ) as other:
        other.execute("BEGIN IMMEDIATE")
        while process.poll() is None:
            process.send_signal(number)
            history_requests(sandbox)
        assert process.returncode == 128 + number
        other.execute("ROLLBACK")
    run(sandbox, tmp_path)
    assert digest(tmp_path) == expected
