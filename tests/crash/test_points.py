"""kill -9 over all that writes: import, resume, increment, export, reparse, migration."""

import os
import random
import shutil
import time
from collections import Counter

import pytest
from tests.crash import points
from tests.e2e import processes


@pytest.fixture(scope="module")
def scenes(tmp_path_factory):
    folder = tmp_path_factory.mktemp("scenes")
    world = f"big:{points.POSTS}"
    with processes.sandbox(world) as sandbox, processes.sandbox(world) as changed:
        made = points.scenes(folder, sandbox, changed)
        for scene in made:
            scene.measure(folder / f"undisturbed-{scene.name}")
        yield {scene.name: scene for scene in made}


@pytest.mark.timeout(600)
def test_what_was_killed_comes_to_the_same_end(scenes, tmp_path):
    for name, scene in scenes.items():
        scene.kill(random.Random(1), tmp_path / name)


@pytest.mark.soak
def test_two_hundred_kill_points(scenes, tmp_path):
    seed = first = int(os.environ.get("SOAK_SEED", "3000"))
    started, kills, past = time.monotonic(), Counter(), Counter()
    while kills.total() < 200:
        for name, scene in scenes.items():
            folder = tmp_path / f"{name}-{seed}"
            killed, late = scene.kill(random.Random(f"{name} {seed}"), folder)
            kills[name] += killed
            past[name] += late
            shutil.rmtree(folder)
        seed += 1
    minutes = (time.monotonic() - started) / 60
    print(
        f"\n{kills.total()} kills of running processes ({past.total()} points past the end) in "
        f"{(seed - first) * len(scenes)} archives, seeds {first} to {seed - 1}, {minutes:.0f} "
        "minutes; each ran on to the digest of an undisturbed run"
    )
    print("kills:", dict(kills), "past the end:", dict(past))
    assert set(kills) == set(scenes)
