"""Random schedules of faults, each from a seed, and what must be true after each."""

from __future__ import annotations

import json
import random
from pathlib import Path

from tests.e2e.oracle import assert_same

from headrace import app, settings
from headrace.model.job import Silent
from headrace.model.plan import ImportOptions, Pace
from tgsandbox.server import serve
from tgsandbox.worlds import expect

HISTORY = "messages.getHistory"
CHAT = -1002000000001


def recoverable(chance: random.Random) -> list[dict]:
    """Faults that a patient client survives without a trace."""
    verbs = [
        lambda: {"type": "reset"},
        lambda: {"type": "reset_after", "bytes": chance.randrange(1, 40_000)},
        lambda: {"type": "error", "code": 500, "message": "RPC_CALL_FAIL"},
        lambda: {"type": "error", "code": -503, "message": "Timeout"},
        lambda: {"type": "flood", "seconds": 1},
        lambda: {"type": "delay", "seconds": chance.random() * 0.2},
        lambda: {"type": "lose_reply"},
        lambda: {"type": "duplicate_reply"},
        lambda: {"type": "silent"},
        lambda: {"type": "empty_page"},
        lambda: {"type": "unknown_beside"},
        lambda: {"type": "garbage"},
    ]
    rules = []
    for _ in range(chance.randrange(1, 7)):
        rules.append({
            "method": chance.choice([HISTORY, HISTORY, "*"]),
            "nth": chance.randrange(1, 25),
            "count": chance.randrange(1, 3),
            "action": chance.choice(verbs)(),
        })  # fmt: skip
    return rules


def permanent(chance: random.Random, ids: list[int]) -> tuple[list[dict], set[int]]:
    """Messages that no client of this layer can read, and their ids."""
    lost = set(chance.sample(ids, chance.randrange(1, 5)))
    return [
        {"method": "*", "action": {"type": "unknown_constructor", "message_id": one}}
        for one in sorted(lost)
    ], lost


async def run(seed: int, folder: Path, *, size: int, lasting: bool) -> None:
    """Import under a schedule and hold the archive against the oracle."""
    chance = random.Random(f"schedule {seed}")
    async with serve(f"big:{size}", seed=1) as sandbox:
        oracle = [json.loads(line) for line in expect.lines(sandbox.world)]
        ids = [line["id"] for line in oracle if line["type"] == "message"]
        rules, lost = permanent(chance, ids) if lasting else ([], set())
        rules += recoverable(chance)
        sandbox.telegram.faults.add(rules)
        loaded = settings.load({
            "archive": folder / "archive",
            "config": folder / "config",
            "server": sandbox.address,
            "dc": sandbox.dc,
            "public_key": sandbox.public_key_file,
            "session": sandbox.session_file,
            "call_timeout": 1.5,
        })  # fmt: skip
        options = ImportOptions(pace=Pace.FAST)
        report = await app.import_chat(loaded, "@longrace", options, Silent())
    failed = {n for f in report.failures for n in range(f["lo"], f["hi"] + 1)}
    assert failed == lost, rules
    assert report.complete is (not lost)
    stored: list[str] = []
    await app.content(loaded, stored.append)
    assert_same([json.loads(line) for line in stored], oracle, CHAT, without=lost)
    status = await app.status(loaded, "@longrace")
    assert (status["ids"]["unread"], status["damaged"]) == (0, []), rules
