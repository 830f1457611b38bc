"""kill -9 anywhere, then the same command again: the archive as if nothing had happened."""

import json
import os
import random

import pytest
from tests.e2e import processes
from tests.postgres import postgres_server, postgres_url  # noqa: F401 - fixtures

#: The suite's world, and that of the volume run.
POSTS, MANY_POSTS = 2_500, 20_000
_PAGE = 100

#: What a healthy network may do to an import; all of it must be survived without a trace.
RECOVERABLE = [
    {"method": "messages.getHistory", "probability": 0.02, "count": None,
     "action": {"type": "reset"}},
    {"method": "messages.getHistory", "probability": 0.02, "count": 6,
     "action": {"type": "error", "code": 500, "message": "RPC_CALL_FAIL"}},
    {"method": "messages.getHistory", "probability": 0.01, "count": 2,
     "action": {"type": "flood", "seconds": 1}},
    {"method": "messages.getHistory", "probability": 0.05, "count": None,
     "action": {"type": "delay", "seconds": 0.05}},
    {"method": "messages.getHistory", "probability": 0.02, "count": 4,
     "action": {"type": "empty_page"}},
]  # fmt: skip


@pytest.fixture(scope="module")
def posts(request):
    """How many the channel has."""
    return getattr(request, "param", POSTS)


@pytest.fixture(scope="module")
def undisturbed(posts, tmp_path_factory):
    """The digest of an import that nothing disturbed."""
    folder = tmp_path_factory.mktemp("undisturbed")
    with processes.sandbox(f"big:{posts}") as sandbox:
        run(sandbox, folder)
    return processes.digest(folder)


@pytest.fixture(scope="module")
def disturbing(posts):
    with processes.sandbox(f"big:{posts}", "--set", "rtt_ms=10") as sandbox:
        yield sandbox


def run(sandbox, folder, database=None):
    options = ["--archive", folder / "archive", "--pace", "fast", *sandbox.options()]
    return processes.headrace(
        "import",
        "@longrace",
        "--json",
        *options,
        config=folder / "config",
        check=0,
        database=database,
    )


def killed_once(sandbox, folder, chance, answers, database):
    """Start an import, kill it after a random number of answers; whether it was still running."""
    options = ["--archive", str(folder / "archive"), "--pace", "fast", *sandbox.options()]
    process = processes.start(
        "import", "@longrace", *options, config=folder / "config", database=database
    )
    before = history_requests(sandbox)
    target = before + chance.randrange(0, answers)
    while process.poll() is None and history_requests(sandbox) < target:
        pass
    for _ in range(chance.randrange(0, 3)):
        history_requests(sandbox)
    alive = process.poll() is None
    process.kill()
    process.wait()
    return alive


def history_requests(sandbox):
    return sandbox.count()


def kill_and_resume(seed, sandbox, folder, expected, *, posts=POSTS, database=None):
    chance = random.Random(seed)
    sandbox.ask("/faults", method="DELETE")
    sandbox.ask("/faults", RECOVERABLE)
    kills = sum(
        killed_once(sandbox, folder, chance, posts // _PAGE, database)
        for _ in range(chance.randrange(1, 4))
    )
    report = json.loads(run(sandbox, folder, database).stdout.splitlines()[-1])
    assert report["complete"] is True
    found = processes.digest(folder)
    assert found == expected, [
        t for t in found["tables"] if found["tables"][t] != expected["tables"][t]
    ]
    return kills


@pytest.mark.parametrize("seed", range(5))
def test_kill_and_resume(seed, disturbing, undisturbed, tmp_path):
    kill_and_resume(seed, disturbing, tmp_path, undisturbed)


@pytest.mark.postgres
@pytest.mark.parametrize("seed", range(2))
def test_kill_and_resume_on_postgresql(
    seed,
    disturbing,
    undisturbed,
    tmp_path,
    postgres_url,  # noqa: F811 - the fixture
):
    """The digest is that of SQLite, so this proves parity as well."""
    kill_and_resume(seed, disturbing, tmp_path, undisturbed, database=postgres_url)


@pytest.mark.soak
@pytest.mark.parametrize("posts", [MANY_POSTS], indirect=True)
def test_sixty_kill_points(posts, disturbing, undisturbed, tmp_path):
    kills = points = 0
    seed = int(os.environ.get("SOAK_SEED", "1000"))
    while kills < 60:
        folder = tmp_path / str(seed)
        folder.mkdir()
        kills += kill_and_resume(seed, disturbing, folder, undisturbed, posts=posts)
        points += 1
        seed += 1
    print(
        f"\n{kills} kills of running imports in {points} archives, all resumed to the same digest"
    )
