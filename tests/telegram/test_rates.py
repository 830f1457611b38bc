"""Pacing of downloads: a rate is learned from refusals and kept to without new ones."""

import asyncio
import contextlib

import msgspec
import pytest
from tests.telegram.virtual import Refused, Server, VirtualClock, run

from headrace import errors
from headrace.model.plan import Pace
from headrace.telegram.rates import PRESETS, Rate, RatePacer, accepted_rate

WORKERS = 64


def pacer(limit, pace=Pace.FAST, max_wait=900.0):
    return RatePacer(
        limit, clock=VirtualClock(), name="files", max_wait=max_wait, preset=PRESETS[pace]
    )


async def download(gate, server, seconds):
    """Ask for parts with many workers, as long as told."""
    over = asyncio.get_running_loop().time() + seconds

    async def work():
        while asyncio.get_running_loop().time() < over:
            async with gate.slot() as ticket:
                try:
                    await server.ask()
                except Refused as refusal:
                    gate.refused(ticket, refusal.seconds)
                else:
                    gate.accepted(ticket)

    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds), asyncio.TaskGroup() as group:
            for _ in range(WORKERS):
                group.create_task(work())


def kept(limit):
    """The limit as the next process reads it."""
    return msgspec.json.decode(msgspec.json.encode(limit), type=Rate)


@pytest.mark.parametrize(
    "rule",
    [
        {"limit": 30, "window": 1, "wait": 3, "service": 0.02},
        {"limit": 30, "window": 1, "wait": 3, "service": 1.2},
        {"limit": 20, "window": 10, "wait": 5},
        {"limit": 20, "window": 10, "wait": 12},
        {"limit": 100, "window": 5, "wait": 2},
        {"limit": 30, "window": 30, "wait": 10},
    ],
    ids=str,
)
def test_a_learned_limit_is_used_to_four_fifths_without_a_refusal(rule):
    async def scenario():
        server = Server(**rule)
        limit = Rate()
        await download(pacer(limit), server, 90)
        learning, refusals = server.episodes, server.refusals
        await asyncio.sleep(1)
        limit = kept(limit)
        before = len(server.accepted)
        await download(pacer(limit), server, 120)
        taken = len(server.accepted) - before
        return taken / (120 * rule["limit"] / rule["window"]), learning, server, refusals

    share, learning, server, refusals = run(scenario())
    assert server.refusals == refusals
    assert share >= 0.8
    assert learning <= 5
    assert server.violations == 0


def test_without_a_limit_fast_is_held_back_by_nothing():
    async def scenario():
        server, limit = Server(limit=None, window=1), Rate()
        await download(pacer(limit), server, 30)
        return len(server.accepted), limit.rate

    count, rate = run(scenario())
    assert rate is None
    assert count >= WORKERS * 30 / 0.3 * 0.95


@pytest.mark.parametrize(("pace", "rate"), [(Pace.GENTLE, 2), (Pace.NORMAL, 20)])
def test_other_paces_start_with_a_rate(pace, rate):
    async def scenario():
        server = Server(limit=None, window=1)
        await download(pacer(Rate(), pace), server, 30)
        return len(server.accepted)

    assert run(scenario()) == pytest.approx(30 * rate, rel=0.1)


def test_a_flood_is_one_decrease_however_many_replies_are_in_flight():
    async def scenario():
        server, limit = Server(limit=30, window=1, wait=3), Rate()
        await download(pacer(limit), server, 3.5)
        return server, limit

    server, limit = run(scenario())
    assert server.refusals > server.episodes == limit.pauses == 1
    assert limit.rate == pytest.approx(0.85 * 30)


def test_a_limit_that_is_lifted_is_found_out_in_the_end():
    async def scenario():
        limit = Rate(rate=8.5, ceiling=10.0)
        await download(pacer(limit), Server(limit=None, window=1), 1500)
        return limit

    limit = run(scenario())
    assert limit.rate > 25
    assert limit.ceiling is None


def test_a_step_too_far_is_taken_back_and_repeated_later():
    async def scenario():
        server = Server(limit=30, window=1, wait=3)
        limit = Rate(rate=15.0)
        await download(pacer(limit), server, 400)
        return server, limit

    server, limit = run(scenario())
    assert 1 <= server.episodes <= 5
    assert 0.8 * 30 <= limit.rate <= 30
    assert limit.interval > 10


def test_a_pause_beyond_the_longest_wait_is_handed_on_and_survives_a_restart():
    async def scenario():
        limit = Rate()
        gate = pacer(limit)
        async with gate.slot() as ticket:
            gate.refused(ticket, 14_400)
        for again in (gate, pacer(kept(limit))):
            with pytest.raises(errors.FloodPause) as caught:
                async with again.slot():
                    pytest.fail("sent")
            assert caught.value.resume_at == pytest.approx(VirtualClock().now() + 14_400, abs=1)
            assert again.paused()
        await asyncio.sleep(14_401)
        async with pacer(kept(limit)).slot():
            return True

    assert run(scenario())


def test_one_refusal_out_of_the_blue_teaches_nothing():
    limit = Rate()

    async def scenario():
        gate = pacer(limit)
        async with gate.slot() as ticket:
            gate.refused(ticket, 0)
        start = asyncio.get_running_loop().time()
        async with gate.slot() as ticket:
            assert gate.accepted(ticket)
        return asyncio.get_running_loop().time() - start

    assert run(scenario()) >= 1
    assert limit.rate is None


def test_a_window_in_which_more_was_taken_before_is_not_the_one():
    burst = [i / 1000 for i in range(20)]
    assert accepted_rate(burst, 0.02) == 20
    assert accepted_rate(burst, 5.1) == 2
    assert accepted_rate([], 5.1) is None
