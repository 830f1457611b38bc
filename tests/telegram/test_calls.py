"""The gate's ladder, in virtual time."""

import asyncio
from collections import Counter

import pytest
from telethon import errors as telethon_errors
from telethon.tl import functions, types
from tests.telegram.scripted import Rig, scenario
from tests.telegram.virtual import EPOCH

from headrace import errors
from headrace.blobs.files import LocalFiles
from headrace.telegram.failures import Rejected, Unreadable
from headrace.telegram.pace_book import PaceBook
from headrace.telegram.patience import Patience

FLOOD = telethon_errors.FloodWaitError
PREMIUM = telethon_errors.FloodPremiumWaitError
HISTORY = functions.messages.GetHistoryRequest(types.InputPeerSelf(), 7, None, 0, 100, 0, 0, 0)
FILE = functions.upload.GetFileRequest(types.InputDocumentFileLocation(1, 2, b"", ""), 0, 4096)
STATE = functions.updates.GetStateRequest()


def flood(seconds, kind=FLOOD):
    return kind(request=HISTORY, capture=seconds)


def server_error(code=500):
    return telethon_errors.ServerError(request=HISTORY, message="INTERNAL", code=code)


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


def test_six_floods_in_a_row_are_waited_out_with_the_same_request():
    async def body(rig):
        assert await rig.gate.call(HISTORY) == "answer"
        assert [request for _, request in rig.log] == [HISTORY] * 7
        gaps = [b - a for a, b in zip(rig.times, rig.times[1:], strict=False)]
        assert all(1.1 <= gap <= 1.5 for gap in gaps)
        assert rig.gate.requests() == {"help.getConfig": 1, "messages.getHistory": 7}

    scenario(body, *[flood(1)] * 3, flood(0), flood(1), flood(0))


def test_a_pause_is_told_once_and_its_end_too():
    async def body(rig):
        await asyncio.gather(*(rig.gate.call(HISTORY) for _ in range(4)))
        first, over = rig.waits
        assert (first.reason, first.method, first.today) == ("flood", "history", 1)
        assert first.until == pytest.approx(EPOCH + 0.1 + 30, abs=0.5)
        assert over is None

    scenario(body, *[flood(30)] * 4)


def test_while_history_pauses_other_classes_go_on():
    async def body(rig):
        paused = asyncio.ensure_future(rig.gate.call(HISTORY))
        await asyncio.sleep(1)
        await rig.gate.call(STATE)
        assert asyncio.get_running_loop().time() < 2
        await paused
        assert asyncio.get_running_loop().time() > 30

    scenario(body, flood(30))


def test_a_premium_flood_holds_back_files_only():
    async def body(rig):
        file = asyncio.ensure_future(rig.gate.call(FILE))
        await asyncio.sleep(1)
        await rig.gate.call(HISTORY)
        assert asyncio.get_running_loop().time() < 2
        await file
        assert rig.waits[0].method == "files"

    scenario(body, flood(30, PREMIUM))


def test_a_pause_of_hours_parks_the_import_and_sends_nothing_until_then(tmp_path):
    path = tmp_path / "pace.json"

    async def body(rig):
        with pytest.raises(errors.FloodPause) as caught:
            await rig.gate.call(HISTORY)
        assert caught.value.method == "history"
        assert caught.value.resume_at == pytest.approx(EPOCH + 14_400, abs=1)
        await rig.gate.close()
        again = Rig(book=PaceBook.kept(LocalFiles(), path))
        with pytest.raises(errors.FloodPause):
            await again.gate.call(HISTORY)
        assert await again.gate.call(STATE) == "answer"
        await again.gate.start()
        assert again.waits[0].reason == "flood"
        assert len(again.log) == 1

    scenario(body, flood(14_400), book=PaceBook.kept(LocalFiles(), path))
    assert path.stat().st_mode & 0o777 == 0o600


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


def test_refusals_keep_telegrams_own_name():
    async def body(rig):
        with pytest.raises(Rejected) as caught:
            await rig.gate.call(HISTORY)
        assert caught.value.code == "MSG_ID_INVALID"
        with pytest.raises(Unreadable, match="0x0000002a"):
            await rig.gate.call(HISTORY)

    unknown = telethon_errors.TypeNotFoundError(42, b"")
    scenario(body, telethon_errors.MsgIdInvalidError(request=HISTORY), unknown)


def test_a_flood_at_the_transport_means_a_minute_and_a_new_connection():
    frame = telethon_errors.InvalidBufferError((-429).to_bytes(4, "little", signed=True))

    async def body(rig):
        assert await rig.gate.call(HISTORY) == "answer"
        assert rig.times[1] - rig.times[0] >= 60
        assert len(rig.dials) == 2

    scenario(body, frame)


def test_a_flood_at_the_transport_holds_for_every_class_of_methods():
    frame = telethon_errors.InvalidBufferError((-429).to_bytes(4, "little", signed=True))

    async def body(rig):
        await asyncio.gather(rig.gate.call(HISTORY), rig.gate.call(STATE), rig.gate.call(FILE))
        assert sorted(rig.times)[3] - rig.times[0] >= 60
        assert len(rig.dials) == 2

    scenario(body, frame, ConnectionResetError(), ConnectionResetError())


@pytest.mark.parametrize("max_wait", [10, 900])
def test_a_flood_at_the_door_is_sat_out_or_parks_the_import(max_wait):
    async def body(rig):
        rig.refusals = [
            errors.FloodPause("", resume_at=EPOCH + 60, method="connection"),
            errors.FloodPause("", resume_at=EPOCH + 90, method="connection"),
        ]
        if max_wait < 60:
            with pytest.raises(errors.FloodPause, match="connection") as caught:
                await rig.gate.start()
            assert caught.value.resume_at == pytest.approx(EPOCH + 60, abs=1)
            assert len(rig.dials) == 1
        else:
            await rig.gate.start()
            assert rig.dials == pytest.approx([0, 60, 90], abs=1)
            assert [wait and wait.method for wait in rig.waits] == ["connection"] * 2 + [None]

    scenario(body, patience=Patience(max_wait=max_wait))


def test_after_a_pause_of_hours_a_new_process_goes_on(tmp_path):
    path = tmp_path / "pace.json"

    async def body(rig):
        with pytest.raises(errors.FloodPause):
            await rig.gate.call(HISTORY)
        await rig.gate.close()
        for hour in range(5):
            again = Rig(book=PaceBook.kept(LocalFiles(), path))
            if hour < 4:
                with pytest.raises(errors.FloodPause):
                    await again.gate.call(HISTORY)
                assert not again.log
            else:
                assert await again.gate.call(HISTORY) == "answer"
            await again.gate.close()
            await asyncio.sleep(3600)

    scenario(body, flood(14_400), book=PaceBook.kept(LocalFiles(), path))


def test_a_silent_server_stalls_eight_requests_for_one_deadline():
    async def body(rig):
        answers = await asyncio.gather(*(rig.gate.call(HISTORY) for _ in range(8)))
        assert answers == ["answer"] * 8
        assert len(rig.dials) == 2
        assert asyncio.get_running_loop().time() < 2 * Patience().answer

    scenario(body, *[None] * 8)


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


def test_a_stop_in_a_pause_is_at_once():
    async def body(rig):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(5):
                await rig.gate.call(HISTORY)
        assert asyncio.get_running_loop().time() == pytest.approx(5)

    scenario(body, flood(600), patience=Patience(max_wait=900))


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
