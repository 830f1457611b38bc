"""Whatever goes wrong on the way, the archive equals the oracle, less what is declared failed."""

import os
import time
from collections import Counter

import pytest
from telethon.crypto import rsa
from tests.crash import faults, schedules

from tgsandbox import rsa_key


@pytest.fixture(scope="session")
def key_file(tmp_path_factory):
    """One RSA key for all schedules: making one takes a third of a second."""
    path = tmp_path_factory.mktemp("rsa") / "private.pem"
    rsa_key.load_or_make(path)
    return path


@pytest.fixture(autouse=True)
def fresh_telethon(monkeypatch):
    """Telethon keeps the server keys for the whole process."""
    monkeypatch.setattr(rsa, "_server_keys", {})


#: The sample of the suite; the volume run has eighty of each kind.
SAMPLE = [(kind, seed) for kind in schedules.KINDS for seed in range(2)]


@pytest.mark.parametrize(("kind", "seed"), SAMPLE)
async def test_a_schedule_of_faults(kind, seed, tmp_path, key_file):
    await schedules.run(seed, tmp_path, kind=kind, key_file=key_file)


@pytest.mark.soak
async def test_four_hundred_schedules(tmp_path, key_file):
    first = int(os.environ.get("SOAK_SEED", "1000"))
    started, fired, hits = time.monotonic(), Counter(), Counter()
    for seed in range(first, first + 80):
        for kind in schedules.KINDS:
            folder = tmp_path / f"{kind}-{seed}"
            outcome = await schedules.run(seed, folder, kind=kind, key_file=key_file)
            hits[kind] += outcome.hit
            fired += outcome.fired
    minutes = (time.monotonic() - started) / 60
    print(f"\n400 schedules from seed {first} in {minutes:.0f} minutes, all as the oracle says")
    print("by kind, with those whose end fell into the import:", dict(hits))
    print("faults that fired:", dict(fired.most_common()))
    assert set(faults.BREAKING) <= set(fired)
