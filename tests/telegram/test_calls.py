"""The gate's ladder, in virtual time: what is sent, repeated, given up."""

import asyncio
from collections import Counter

import pytest
from telethon import errors as telethon_errors
from telethon.tl import functions, types
from tests.telegram.scripted import HISTORY, scenario, server_error

from headrace import errors
from headrace.telegram.failures import Rejected, Unreadable
from headrace.telegram.patience import Patience


@pytest.mark.parametrize(
    "request_",
    [
        functions.messages.SendMessageRequest(types.InputPeerSelf(), "hello"),
        functions.channels.JoinChannelRequest(types.InputChannelEmpty()),
        functions.messages.ReadHistoryRequest(types.InputPeerSelf(), 5),
        functions.channels.ReadHistoryRequest(types.InputChannelEmpty(), 5),
        functions.auth.LogOutRequest(),
        functions.InvokeWithLayerRequest(1, functions.messages.ImportChatInviteRequest("x")),
    ],
)
def test_only_reading_methods_are_sent(request_):
    async def body(rig):
        with pytest.raises(errors.MethodNotAllowed, match="not a reading method"):
            await rig.gate.call(request_)
        assert not rig.dials

    scenario(body)


@pytest.mark.parametrize("times", [1, 4, 5])
def test_server_errors_are_retried(times):
    async def body(rig):
        assert await rig.gate.call(HISTORY) == "answer"
        assert len(rig.log) == times + 1
        assert len(rig.dials) == 1

    scenario(body, *[server_error()] * times)


def test_the_sixth_server_error_ends_the_request():
    async def body(rig):
        with pytest.raises(errors.ConnectionLost, match=r"messages\.getHistory"):
            await rig.gate.call(HISTORY)
        assert len(rig.log) == 6

    scenario(body, *[server_error()] * 6)


def test_a_missed_deadline_takes_a_new_connection_and_repeats():
    async def body(rig):
        assert await rig.gate.call(HISTORY) == "answer"
        assert len(rig.dials) == 2
        assert asyncio.get_running_loop().time() < 60 + 3

    scenario(body, None)


def test_a_lost_connection_is_made_once_for_all_and_every_request_is_repeated():
    async def body(rig):
        answers = await asyncio.gather(*(rig.gate.call(HISTORY) for _ in range(8)))
        assert answers == ["answer"] * 8
        assert len(rig.dials) == 2
        assert len(rig.log) == 16

    scenario(body, *[ConnectionResetError()] * 8)


def test_connections_that_keep_breaking_end_with_one_sentence():
    async def body(rig):
        with pytest.raises(errors.ConnectionLost, match="8 connections in a row"):
            await rig.gate.call(HISTORY)
        gaps = [b - a for a, b in zip(rig.dials, rig.dials[1:], strict=False)]
        assert gaps[-1] > gaps[0] * 4
        assert all(wait is None or wait.reason == "connection" for wait in rig.waits)

    scenario(body, *[ConnectionResetError()] * 50)


def test_refusals_keep_telegrams_own_name():
    async def body(rig):
        with pytest.raises(Rejected) as caught:
            await rig.gate.call(HISTORY)
        assert caught.value.code == "MSG_ID_INVALID"
        with pytest.raises(Unreadable, match="0x0000002a"):
            await rig.gate.call(HISTORY)

    unknown = telethon_errors.TypeNotFoundError(42, b"")
    scenario(body, telethon_errors.MsgIdInvalidError(request=HISTORY), unknown)


def test_a_silent_server_stalls_eight_requests_for_one_deadline():
    async def body(rig):
        answers = await asyncio.gather(*(rig.gate.call(HISTORY) for _ in range(8)))
        assert answers == ["answer"] * 8
        assert len(rig.dials) == 2
        assert asyncio.get_running_loop().time() < 2 * Patience().answer

    scenario(body, *[None] * 8)


def test_a_link_long_idle_is_asked_for_a_sign_of_life():
    async def body(rig):
        await rig.gate.call(HISTORY)
        await asyncio.sleep(300)
        rig.script.append(ConnectionResetError())
        assert await rig.gate.call(HISTORY) == "answer"
        assert len(rig.dials) == 2
        assert rig.gate.requests() == {"help.getConfig": 2, "messages.getHistory": 2, "ping": 1}

    scenario(body)


def test_no_more_than_the_pace_allows_is_on_its_way():
    async def body(rig):
        await asyncio.gather(*(rig.gate.call(HISTORY) for _ in range(24)))
        assert max(Counter(rig.times).values()) == 8

    scenario(body)
