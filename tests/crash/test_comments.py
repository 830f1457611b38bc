"""Comments under faults and kills: each on its post, as if nothing had happened."""

import asyncio
import os
import random
import time
from collections import Counter

import pytest
from tests.crash import faults, schedules
from tests.crash.importing import loaded
from tests.crash.test_schedules import fresh_telethon, key_file  # noqa: F401 - fixtures
from tests.e2e import processes
from tests.talking import assert_joined, bring, expected, joined

from tgsandbox.server import serve

HISTORY = "messages.getHistory"
REPLIES = "messages.getReplies"
#: Worlds by spec: the channel's name. Of ``comments`` one group is read thread by thread.
WORLDS = {
    "comments": "@millyard",
    "comments:relinked": "@millyard",
    "comments:deleted_roots": "@millyard",
    "comments:private": "@millyard",
    "talk:60x500+900": "@longtalk",
    "talk:900x60+4000:few": "@longtalk",
}
#: What a kill may fall into.
DISTURBING = [
    {"method": HISTORY, "probability": 0.05, "count": None, "action": {"type": "reset"}},
    {"method": REPLIES, "probability": 0.05, "count": None, "action": {"type": "reset"}},
    {"method": HISTORY, "probability": 0.1, "count": None,
     "action": {"type": "delay", "seconds": 0.05}},
    {"method": REPLIES, "probability": 0.1, "count": None,
     "action": {"type": "delay", "seconds": 0.05}},
    {"method": HISTORY, "probability": 0.05, "count": 4, "action": {"type": "empty_page"}},
]  # fmt: skip


async def schedule(seed, folder, key_file):  # noqa: F811 - the value
    """One import under recoverable faults; what fired."""
    chance = random.Random(f"comments {seed}")
    world = chance.choice(list(WORLDS))
    rules = faults.recoverable(chance)
    for rule in rules:
        if rule["method"] == HISTORY and chance.random() < 0.4:
            rule["method"] = REPLIES
    async with serve(world, seed=1, key_file=key_file) as sandbox:
        sandbox.telegram.faults.add(rules)
        chosen = loaded(sandbox, folder).model_copy(update={"call_timeout": 1.5})
        try:
            async with asyncio.timeout(schedules.LONGEST_S):
                report = await bring(chosen, WORLDS[world])
            assert report.complete
            assert report.failures == []
            check(world, folder / "archive", sandbox.comments())
        except BaseException as exc:
            exc.add_note(f"schedule {seed}, {world}: {rules}")
            raise
        return Counter({rule.action["type"]: rule.fired for rule in sandbox.telegram.faults.rules})


def check(world, archive, oracle):
    if world == "comments:private":
        assert joined(archive) == expected(oracle)
    elif not world.endswith(":few"):
        assert_joined(archive, oracle)
    else:
        assert joined(archive) == expected(oracle)


@pytest.mark.parametrize("seed", range(4))
async def test_a_schedule_of_faults(seed, tmp_path, key_file):  # noqa: F811 - the fixture
    await schedule(seed, tmp_path, key_file)


@pytest.mark.soak
async def test_forty_schedules(tmp_path, key_file):  # noqa: F811 - the fixture
    first, fired = int(os.environ.get("SOAK_SEED", "5000")), Counter()
    for seed in range(first, first + 40):
        fired += await schedule(seed, tmp_path / str(seed), key_file)
    print(f"\n40 schedules of comments from seed {first}, all as the oracle says: {dict(fired)}")


class Scene:
    """A world in a sandbox, and what an import of it comes to."""

    def __init__(self, world, folder):
        self.world, self.folder = world, folder

    def command(self, folder):
        options = ["--archive", str(folder / "archive"), "--pace", "fast", "--json"]
        return ["import", WORLDS[self.world], *options, *self.sandbox.options()]

    def __enter__(self):
        self.running = processes.sandbox(self.world, "--set", "rtt_ms=10")
        self.sandbox = self.running.__enter__()
        processes.headrace(*self.command(self.folder), config=self.folder / "config", check=0)
        self.digest = processes.digest(self.folder)
        self.requests = self.asked()
        return self

    def __exit__(self, *error):
        return self.running.__exit__(*error)

    def asked(self):
        methods = self.sandbox.ask("/counters")["methods"]
        return sum(methods.get(one, 0) for one in (HISTORY, REPLIES, "channels.getFullChannel"))

    def kill_and_resume(self, seed, folder):
        """Kill up to three times after a random request; how many were still running."""
        chance, kills = random.Random(f"{self.world} {seed}"), 0
        self.sandbox.ask("/faults", method="DELETE")
        self.sandbox.ask("/faults", DISTURBING)
        for _ in range(chance.randrange(1, 4)):
            process = processes.start(*self.command(folder), config=folder / "config")
            target = self.asked() + chance.randrange(1, self.requests)
            while process.poll() is None and self.asked() < target:
                pass
            time.sleep(chance.uniform(0, 0.05))
            kills += process.poll() is None
            process.kill()
            process.wait()
        processes.headrace(*self.command(folder), config=folder / "config", check=0)
        found = processes.digest(folder)
        assert found == self.digest, [
            one for one in found["tables"] if found["tables"][one] != self.digest["tables"][one]
        ]
        return kills


@pytest.mark.comments
@pytest.mark.parametrize("world", ["talk:60x500+900", "comments"])
def test_kill_and_resume(world, tmp_path):
    with Scene(world, tmp_path / "undisturbed") as scene:
        for seed in range(2):
            scene.kill_and_resume(seed, tmp_path / str(seed))


@pytest.mark.soak
@pytest.mark.comments
def test_forty_kill_points(tmp_path):
    kills, archives = Counter(), 0
    seed = int(os.environ.get("SOAK_SEED", "6000"))
    for number, world in enumerate(("talk:60x500+900", "comments", "talk:900x60+4000:few")):
        with Scene(world, tmp_path / f"undisturbed-{number}") as scene:
            while kills[world] < 14:
                kills[world] += scene.kill_and_resume(seed, tmp_path / f"{number}-{seed}")
                seed, archives = seed + 1, archives + 1
    print(
        f"\n{kills.total()} kills in {archives} archives, all resumed to the same digest: {kills}"
    )
