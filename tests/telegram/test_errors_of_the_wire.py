"""Errors as the server sends them, from the sandbox through the unmodified Telethon."""

import asyncio

import pytest
from tests.telegram.conftest import QUICK

from headrace import errors
from headrace.model.plan import Pace
from headrace.telegram.failures import Rejected
from headrace.telegram.pacing import IN_FLIGHT
from headrace.telegram.patience import Patience

RESOLVE = "contacts.resolveUsername"


def error(code, message, **rule):
    action = {"type": "error", "code": code, "message": message}
    return {"method": RESOLVE, "action": action, **rule}


@pytest.mark.parametrize(
    ("code", "message", "times"),
    [
        (420, "FLOOD_WAIT_1", 1),
        (420, "SLOWMODE_WAIT_1", 1),
        (-503, "Timeout", 5),
        (500, "RPC_CALL_FAIL", 5),
        (-500, "NO_WORKERS_RUNNING", 3),
        (500, "SOMETHING_NEW", 2),
    ],
)
async def test_what_passes_costs_nothing(sandbox, reading, code, message, times):
    fault = error(code, message, count=times)
    async with sandbox("tiny", faults=fault) as server, reading(server) as source:
        chat, _ = await source.resolve("tinymill")
        assert chat.username == "tinymill"
        assert source.requests()[RESOLVE] == times + 1


@pytest.mark.parametrize(
    ("code", "message", "kind", "exit_code", "sent"),
    [
        (500, "RPC_MCGET_FAIL", errors.ConnectionLost, 4, QUICK.retries + 1),
        (400, "FILE_REFERENCE_EXPIRED", Rejected, 4, 1),
        (303, "USER_MIGRATE_4", Rejected, 4, 1),
        (400, "USERNAME_NOT_OCCUPIED", errors.ChatNotFound, 6, 1),
        (400, "CHANNEL_PRIVATE", errors.ChatPrivate, 6, 1),
        (403, "SOMETHING_NEW", errors.ChatPrivate, 6, 1),
        (401, "SESSION_REVOKED", errors.AccountLost, 5, 1),
        (406, "AUTH_KEY_DUPLICATED", errors.AccountLost, 5, 1),
        (401, "USER_DEACTIVATED_BAN", errors.AccountLost, 5, 1),
        (401, "SOMETHING_NEW", errors.AccountLost, 5, 1),
        (400, "LIMIT_INVALID", Rejected, 4, 1),
        (400, "SOMETHING_NEW", Rejected, 4, 1),
    ],
)
async def test_what_ends_a_request(sandbox, reading, code, message, kind, exit_code, sent):
    fault = error(code, message, count=None)
    async with sandbox("tiny", faults=fault) as server, reading(server) as source:
        with pytest.raises(kind, match=message) as caught:
            await source.resolve("tinymill")
        assert caught.value.exit_code == exit_code
        assert source.requests()[RESOLVE] == sent


async def test_a_lost_account_fails_one_request_and_ends_the_others(sandbox, reading):
    """Seven more are in flight and would be answered in a minute."""
    lost = error(401, "AUTH_KEY_UNREGISTERED")
    slow = {"method": RESOLVE, "nth": 2, "count": 7, "action": {"type": "delay", "seconds": 60}}
    async with (
        sandbox("tiny", faults=[lost, slow]) as server,
        reading(server, patience=Patience()) as source,
    ):
        calls = [source.resolve("tinymill") for _ in range(12)]
        async with asyncio.timeout(30):
            outcomes = await asyncio.gather(*calls, return_exceptions=True)
        assert {type(outcome) for outcome in outcomes} == {errors.NotSignedIn}
        assert server.report()["errors"] == {"AUTH_KEY_UNREGISTERED": 1}
        assert source.requests()[RESOLVE] <= IN_FLIGHT[Pace.FAST]
        received = server.report()["methods"]
        with pytest.raises(errors.NotSignedIn):
            await source.resolve("tinymill")
        assert server.report()["methods"] == received
