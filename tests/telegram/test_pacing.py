"""Pacing: limits are learned from refusals, kept to, kept between runs, and pressed gently."""

import asyncio

import msgspec
import pytest
from tests.telegram.virtual import Refused, Server, VirtualClock, run

from headrace import errors
from headrace.model.plan import Pace
from headrace.telegram.limits import Limit
from headrace.telegram.pace_book import PaceBook
from headrace.telegram.pacing import IN_FLIGHT, PRESETS, Pacer
from headrace.telegram.rates import Rate


def pacer(limit, pace=Pace.FAST, max_wait=900.0):
    return Pacer(
        limit,
        clock=VirtualClock(),
        in_flight=IN_FLIGHT[pace],
        name="history",
        max_wait=max_wait,
        preset=PRESETS[pace],
    )


async def ask(gate, server):
    """One request as the real gate makes it; repeated until it is taken."""
    while True:
        async with gate.slot() as ticket:
            try:
                await server.ask()
            except Refused as refusal:
                gate.refused(ticket, refusal.seconds)
            else:
                gate.accepted(ticket)
                return


async def load(limit, server, requests, pace=Pace.FAST):
    """Seconds that so many requests take."""
    gate = pacer(limit, pace)
    start = asyncio.get_running_loop().time()
    async with asyncio.TaskGroup() as group:
        for _ in range(requests):
            group.create_task(ask(gate, server))
    gate.remember()
    return asyncio.get_running_loop().time() - start


def kept(limit):
    """The limit as the next process reads it."""
    return msgspec.json.decode(msgspec.json.encode(limit), type=Limit)


def two_runs(requests, *, pause=60.0, pace=Pace.FAST, **rule):
    async def both():
        server = Server(**rule)
        limit = Limit()
        first = await load(limit, server, requests, pace)
        refused = server.refusals
        await asyncio.sleep(pause)
        second = await load(kept(limit), server, requests, pace)
        return first, second, refused, server.refusals - refused, server

    return run(both())


def test_the_reference_limit_first_unknown_then_learned():
    first, second, _, refused, server = two_runs(56, limit=20, window=10)
    assert first <= 1.6 * 21
    assert second <= 1.2 * 21
    assert refused == 0
    assert server.episodes == 2
    assert server.violations == 0


@pytest.mark.parametrize(
    "rule", [{"limit": 30, "window": 30}, {"limit": 5, "window": 2, "wait": 2}]
)
def test_other_limits_are_learned_too(rule):
    requests = rule["limit"] * 3
    bound = 2 * rule["window"]
    first, second, _, refused, server = two_runs(requests, **rule)
    assert refused == 0
    assert server.violations == 0
    assert first <= 1.6 * bound + 2 * rule.get("wait", 5)
    assert second <= 1.2 * bound + 1.5


def test_a_long_wait_hides_a_short_window_only_for_a_while():
    """Five per two seconds, but the wait is five: pressing finds the shorter window."""

    async def scenario():
        server = Server(limit=5, window=2, wait=5)
        limit = Limit()
        await load(limit, server, 400)
        return limit, server

    limit, server = run(scenario())
    assert limit.burst == 5
    assert 1.5 <= limit.window < 2.6
    assert server.refusals < 40


def test_a_restart_at_once_remembers_what_was_just_sent():
    _, _, _, refused, _ = two_runs(56, pause=0.5, limit=20, window=10)
    assert refused == 0


def test_requests_in_flight_belong_to_one_pause():
    async def scenario():
        server = Server(limit=3, window=4, wait=4)
        limit = Limit()
        await load(limit, server, 8)
        return limit, server

    limit, server = run(scenario())
    assert server.refusals > server.episodes
    assert limit.pauses == server.episodes


def test_without_a_limit_fast_is_bound_by_the_flight_alone():
    async def scenario():
        return await load(Limit(), Server(limit=None, window=1), 80)

    assert run(scenario()) == pytest.approx(80 / 8 * 0.3)


def test_gentle_sends_about_one_a_second():
    async def scenario():
        server = Server(limit=None, window=1)
        return await load(Limit(), server, 20, Pace.GENTLE)

    assert 19 <= run(scenario()) <= 30


def test_normal_starts_with_a_burst_and_then_three_a_second():
    async def scenario():
        server = Server(limit=None, window=1)
        await load(Limit(), server, 80, Pace.NORMAL)
        return list(server.accepted)

    sent = run(scenario())
    assert sent[19] < 3
    assert sent[79] == pytest.approx(3 * 20 / 3, rel=0.25)


def test_a_flood_of_zero_seconds_waits_at_least_one():
    async def scenario():
        gate = pacer(Limit())
        async with gate.slot() as ticket:
            gate.refused(ticket, 0)
        start = asyncio.get_running_loop().time()
        async with gate.slot():
            return asyncio.get_running_loop().time() - start

    assert run(scenario()) >= 1


def test_a_pause_beyond_the_longest_wait_is_handed_on_and_survives_a_restart():
    async def scenario():
        clock = VirtualClock()
        limit = Limit()
        gate = pacer(limit)
        async with gate.slot() as ticket:
            gate.refused(ticket, 14_400)
        for again in (gate, pacer(kept(limit))):
            with pytest.raises(errors.FloodPause) as caught:
                async with again.slot():
                    pytest.fail("sent")
            assert caught.value.resume_at == pytest.approx(clock.now() + 14_400, abs=1)
        await asyncio.sleep(14_401)
        async with pacer(kept(limit)).slot():
            return True

    assert run(scenario())


def test_a_stop_ends_a_wait_at_once():
    async def scenario():
        gate = pacer(Limit())
        async with gate.slot() as ticket:
            gate.refused(ticket, 600)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(1), gate.slot():
                pytest.fail("sent")
        return asyncio.get_running_loop().time()

    assert run(scenario()) == pytest.approx(1)


def test_one_refusal_out_of_the_blue_teaches_nothing():
    async def scenario():
        limit = Limit()
        gate = pacer(limit)
        server = Server(limit=None, window=1)
        await ask(gate, server)
        async with gate.slot() as ticket:
            gate.refused(ticket, 1)
        await ask(gate, server)
        assert limit.pair() is None
        async with gate.slot() as ticket:
            gate.refused(ticket, 1)
        await ask(gate, server)
        return limit.pair()

    assert run(scenario()) is not None


def test_somebody_else_on_the_account_makes_it_slower_only_after_two_refusals():
    limit = Limit(burst=20, window=10.0)
    limit.refused(0.0, again=False)
    assert limit.pair() == (20, 10.0)
    limit.refused(0.0, again=False)
    assert limit.pair() == (17, 10.0)


def test_a_failed_press_goes_back_and_waits_longer():
    limit = Limit(burst=20, window=10.5, floor=9.9)
    limit.press_harder()
    assert limit.window == 10.5  # a step would lead below what is known to be too short
    limit = Limit(burst=20, window=12.0, floor=9.0)
    limit.press_harder()
    assert limit.window < 12.0
    limit.refused(limit.window, again=False)
    assert limit.window == 12.0
    assert limit.patience == 12


def test_the_book_says_how_long_requests_take_by_what_was_learned():
    book = PaceBook()
    assert book.least_seconds(1000, 1000) == 0
    book.limits["history"] = Limit(burst=10, window=5.0)
    book.rate = Rate(rate=20.0)
    assert book.least_seconds(10, 0) == 0
    assert book.least_seconds(110, 0) == 50
    assert book.least_seconds(110, 2000) == 100
