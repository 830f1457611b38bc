"""Whatever goes wrong on the way, the archive equals the oracle, less what is declared failed."""

import os

import pytest
from tests.crash import schedules


@pytest.mark.parametrize("seed", range(5))
async def test_recoverable_faults_leave_no_trace(seed, tmp_path):
    await schedules.run(seed, tmp_path, size=2000, lasting=False)


@pytest.mark.parametrize("seed", range(100, 105))
async def test_permanent_faults_cost_themselves_only(seed, tmp_path):
    await schedules.run(seed, tmp_path, size=1000, lasting=True)


@pytest.mark.soak
async def test_forty_schedules_of_recoverable_faults(tmp_path):
    first = int(os.environ.get("SOAK_SEED", "1000"))
    for seed in range(first, first + 40):
        await schedules.run(seed, tmp_path / str(seed), size=2000, lasting=False)
    print(f"\n40 schedules of recoverable faults from seed {first}: all equal to the oracle")


@pytest.mark.soak
async def test_forty_schedules_with_permanent_faults(tmp_path):
    first = int(os.environ.get("SOAK_SEED", "2000"))
    for seed in range(first, first + 40):
        await schedules.run(seed, tmp_path / str(seed), size=1000, lasting=True)
    print(f"\n40 schedules with permanent faults from seed {first}: the oracle less the failures")
