"""Profiles: their values, floods and their growth, rates in virtual time."""

import asyncio

import pytest
from telethon import errors, functions
from telethon.tl.functions.messages import GetHistoryRequest

from tgsandbox import profile
from tgsandbox.errors import SandboxError
from tgsandbox.limits import Gate, Limits
from tgsandbox.link import DelayLine, Rate
from tgsandbox.profile import MethodClass, Profile


def test_the_profiles_are_those_of_the_reference_workload():
    wan, limited = profile.named("wan"), profile.named("wan-limited")
    for one in (wan, limited):
        assert (one.rtt_ms, one.history.service_ms, one.file.service_ms) == (100, 200, 300)
        assert (one.connection_bytes_per_s, one.account_bytes_per_s) == (1e6, 1e7)
    assert wan.history.limit is wan.file.limit is None
    history, file = limited.history, limited.file
    assert (history.limit, history.window, history.wait, history.premium) == (20, 10, 5, False)
    assert (file.limit, file.window, file.wait, file.premium) == (30, 1, 3, True)


def test_any_value_can_be_overridden():
    settings = profile.parsed(["rtt_ms=50", "history.limit=10", '{"file": {"wait": 7}}'])
    changed = profile.override(profile.named("wan"), settings)
    assert (changed.rtt_ms, changed.history.limit, changed.file.wait) == (50, 10, 7)
    assert changed.history.service_ms == 200
    assert profile.override(changed, {"history.limit": None}).history.limit is None


@pytest.mark.parametrize(
    "text", ["rtt", "rtt_ms=x", "rtt_ms=null", "speed=1", "history.speed=1", "history=3", "name=1"]
)
def test_a_wrong_setting_is_told(text):
    with pytest.raises(SandboxError, match=r"\.$"):
        profile.override(Profile(), profile.parsed([text]))


def test_an_unknown_profile_is_told():
    with pytest.raises(SandboxError, match="wan-limited"):
        profile.named("lan")


def refusals(gate, *times):
    return [gate.wait(time)[0] for time in times]


def test_a_window_slides_and_a_wait_tells_its_rest():
    gate = Gate(MethodClass(limit=2, window=10, wait=5), 0.1)
    assert refusals(gate, 0, 1, 2) == [0, 0, 5]
    assert refusals(gate, 2.01, 4.5, 6.9) == [5, 3, 1]
    # The wait is over, but the window is still full: a new episode.
    assert refusals(gate, 7.1) == [5]
    # At 12.2 both have left the window.
    assert refusals(gate, 12.2, 12.3, 12.4) == [0, 0, 5]


def test_waits_grow_for_who_ignores_them_and_shrink_for_who_does_not():
    gate = Gate(MethodClass(limit=1, window=100, wait=5, patience=2, growth=3, longest=60), 0.1)
    assert refusals(gate, 0, 1) == [0, 5]
    ignored = [gate.wait(2 + one / 10) for one in range(3)]
    assert all(violation for _, _, violation in ignored)
    assert refusals(gate, 6.5) == [15]
    assert refusals(gate, *(10 + one / 10 for one in range(3)), 21.6)[-1] == 45
    assert refusals(gate, *(30 + one / 10 for one in range(3)), 66.7)[-1] == 60
    assert refusals(gate, 66.8, 127, 128) == [60, 0, 5]


def test_replies_in_flight_are_no_violations():
    gate = Gate(MethodClass(limit=1, window=10, wait=5), 0.1)
    assert [gate.wait(time)[1:] for time in (0, 0.01, 0.02, 0.3, 0.5)] == [
        (False, False),
        (True, False),
        (False, False),
        (False, False),
        (False, True),
    ]


def test_classes_have_limits_of_their_own():
    limits = Limits(profile.named("wan-limited"))
    for _ in range(20):
        assert limits.refusal("history", 1.0, 7) is None
    assert limits.refusal("history", 1.0, 7).message == "FLOOD_WAIT_5"
    assert [limits.refusal("file", 1.0, 7) for _ in range(30)] == [None] * 30
    assert limits.refusal("file", 1.0, 7).message == "FLOOD_PREMIUM_WAIT_3"
    assert limits.refusal("other", 1.0, 7) is None
    assert limits.refused == {"history": 1, "file": 1}
    assert limits.refusal("history", 1.0, 8) is None  # another account


def test_a_rate_is_kept_exactly_however_late_its_timers_are():
    rate = Rate(4_000_000)
    at = 10.0
    for _ in range(100):
        at = rate.reserve(40_000, 10.0)
    assert at == pytest.approx(11.0)
    assert rate.reserve(40_000, 20.0) == pytest.approx(20.01)
    assert Rate(None).reserve(10**9, 3.0) == 3.0


async def test_a_delay_line_keeps_the_order():
    arrived, done = [], asyncio.Event()

    def deliver(data):
        arrived.append(data)
        if len(arrived) == 3:
            done.set()

    line = DelayLine(deliver)
    now = asyncio.get_running_loop().time()
    for late, data in ((0.002, b"a"), (0.001, b"b"), (0.003, b"c")):
        line.put(now + late, data)
    await done.wait()
    assert arrived == [b"a", b"b", b"c"]


async def test_a_flooded_client_learns_how_long_to_wait(running, world, connect):
    settings = {"history.limit": 3, "history.wait": 40}
    async with running(world, settings=settings) as sandbox:
        client = await connect(sandbox)
        peer = await client.get_input_entity("counted")
        for _ in range(3):
            await client(GetHistoryRequest(peer, 0, None, 0, 1, 0, 0, 0))
        with pytest.raises(errors.FloodWaitError) as refused:
            await client(GetHistoryRequest(peer, 0, None, 0, 1, 0, 0, 0))
        assert refused.value.seconds == 40
        assert await client(functions.help.GetConfigRequest())
        report = sandbox.report()
        assert report["flood_refusals"] == report["flood_episodes"] == {"history": 1}
        assert report["profile"]["history"]["wait"] == 40


async def test_everything_works_over_a_slow_and_narrow_line(running, world, connect, transport):
    settings = {
        "rtt_ms": 2,
        "history.service_ms": 2,
        "connection_bytes_per_s": 400_000,
        "account_bytes_per_s": 500_000,
    }
    async with running(world, settings=settings) as sandbox:
        client = await connect(sandbox, connection=transport)
        peer = await client.get_input_entity("counted")
        pages = await asyncio.gather(
            *(
                client(GetHistoryRequest(peer, offset, None, 0, 100, 0, 0, 0))
                for offset in range(401, 1, -50)
            )
        )
        newest = [page.messages[0].id for page in pages]
        assert newest == [400, 349, 300, 251 - 1, 200, 150, 100, 50]
