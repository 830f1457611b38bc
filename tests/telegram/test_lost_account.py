"""An account that is lost: every call ends at once, with the same words; in virtual time."""

import asyncio

import pytest
from telethon import errors as telethon_errors
from tests.telegram.scripted import FILE, HISTORY, STATE, flood, scenario, server_error

from headrace import errors
from headrace.telegram.patience import Patience


def test_a_lost_account_stops_every_call_at_once():
    error = telethon_errors.AuthKeyUnregisteredError(request=HISTORY)

    async def body(rig):
        with pytest.raises(errors.NotSignedIn):
            await rig.gate.call(HISTORY)
        for request in (HISTORY, STATE):
            with pytest.raises(errors.NotSignedIn):
                await rig.gate.call(request)
        assert len(rig.log) == 1

    scenario(body, error)


def test_a_key_forgotten_while_idle_is_an_account_lost():
    async def body(rig):
        await rig.gate.call(HISTORY)
        await asyncio.sleep(300)
        rig.script.append(telethon_errors.AuthKeyNotFound())
        for _ in range(3):
            with pytest.raises(errors.NotSignedIn):
                await rig.gate.call(HISTORY)
        assert len(rig.dials) == 1

    scenario(body)


def test_a_lost_account_ends_all_that_waits_and_nothing_more_is_sent():
    """Eight in flight, four at the turnstile, one in a pause, one between two attempts."""
    lost = telethon_errors.AuthKeyDuplicatedError(request=HISTORY)

    async def body(rig):
        paused = asyncio.ensure_future(rig.gate.call(FILE))
        retried = asyncio.ensure_future(rig.gate.call(STATE))
        await asyncio.sleep(1)
        rig.script += [lost, *[None] * 7]
        sent, began = len(rig.log), asyncio.get_running_loop().time()
        others = [asyncio.ensure_future(rig.gate.call(HISTORY)) for _ in range(12)]
        outcomes = await asyncio.gather(paused, retried, *others, return_exceptions=True)
        assert asyncio.get_running_loop().time() - began == pytest.approx(0.1, abs=0.01)
        assert {type(outcome) for outcome in outcomes} == {errors.AccountLost}
        assert len(set(map(str, outcomes))) == 1
        assert len(rig.log) - sent == 8
        with pytest.raises(errors.AccountLost, match="two places"):
            await rig.gate.call(STATE)
        await asyncio.sleep(1000)
        assert len(rig.log) - sent == 8

    slow = Patience(first_backoff=30)
    scenario(body, flood(600), server_error(), patience=slow)


def test_two_losses_at_once_are_told_as_one():
    """Both answers come in one packet; what was not answered ends as well."""
    first = telethon_errors.SessionRevokedError(request=HISTORY)
    second = telethon_errors.AuthKeyUnregisteredError(request=HISTORY)

    async def body(rig):
        calls = [rig.gate.call(HISTORY) for _ in range(8)]
        outcomes = await asyncio.gather(*calls, return_exceptions=True)
        assert {str(outcome) for outcome in outcomes} == {str(outcomes[0])}
        assert "SESSION_REVOKED" in str(outcomes[0])

    scenario(body, first, second, *[None] * 6)


def test_a_lost_account_that_shows_at_the_door_ends_all_calls():
    """The dialled server says so, while others wait for the same new link."""

    async def body(rig):
        async def refuse():
            rig.dials.append(asyncio.get_running_loop().time())
            await asyncio.sleep(0.2)
            raise errors.AccountLost

        rig.gate._dial = refuse
        calls = [rig.gate.call(request) for request in (HISTORY, STATE, FILE) * 4]
        outcomes = await asyncio.gather(*calls, return_exceptions=True)
        assert {type(outcome) for outcome in outcomes} == {errors.AccountLost}
        assert len(rig.dials) == 1
        assert not rig.log

    scenario(body)


def test_a_stop_from_outside_is_no_lost_account():
    async def body(rig):
        call = asyncio.ensure_future(rig.gate.call(HISTORY))
        await asyncio.sleep(0.05)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        assert await rig.gate.call(HISTORY) == "answer"

    scenario(body, None)
