"""Pauses that Telegram asks for: waited out, or the import is parked; in virtual time."""

import asyncio

import pytest
from telethon import errors as telethon_errors
from tests.telegram.scripted import FILE, HISTORY, STATE, Rig, flood, scenario
from tests.telegram.virtual import EPOCH

from headrace import errors
from headrace.blobs.files import LocalFiles
from headrace.telegram.pace_book import PaceBook
from headrace.telegram.patience import Patience

PREMIUM = telethon_errors.FloodPremiumWaitError


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


def test_a_stop_in_a_pause_is_at_once():
    async def body(rig):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(5):
                await rig.gate.call(HISTORY)
        assert asyncio.get_running_loop().time() == pytest.approx(5)

    scenario(body, flood(600), patience=Patience(max_wait=900))
