"""Every error that Telethon knows goes through the gate, and is said in two languages."""

import asyncio
import re

import pytest
from telethon import errors as telethon_errors
from telethon.errors import rpcbaseerrors
from tests.telegram.scripted import HISTORY, STATE, scenario

from headrace import errors
from headrace.telegram import sentences, verdicts
from headrace.telegram.failures import Rejected, Verdict, classify, translate
from headrace.telegram.patience import Patience

#: No pause of this test parks the import, or makes the link so idle that it is tried first.
PATIENT = Patience(max_wait=10_000_000, idle=10_000_000)


def every_error():
    """(id, how to make the error)"""
    for name, kind in telethon_errors.rpc_errors_dict.items():
        yield name, lambda kind=kind: kind(request=HISTORY)
    for pattern, kind in telethon_errors.rpc_errors_re:
        yield pattern, lambda kind=kind: kind(request=HISTORY, capture=7)
    for number, kind in rpcbaseerrors.base_errors.items():
        yield (
            f"base {number}",
            lambda kind=kind, number=number: kind(
                request=HISTORY, message="SOMETHING_NEW", code=number
            ),
        )


EVERY = list(every_error())


def assert_said(error):
    """Sentence and hint in both languages, for a person."""
    (en, hint_en), (ru, hint_ru) = error.told("en"), error.told("ru")
    assert en == str(error)
    for text in (en, hint_en, ru, hint_ru):
        assert len(text) > 8
        assert not re.search(r"[{}]|[a-z](Error|Exception)\b|None|<|\.\.|  |;\.", text), text
    for text in (en, ru):
        assert text.endswith("."), text
    for hint in (hint_en, hint_ru):
        assert hint.endswith((".", "headrace login")), hint
    for text in (ru, hint_ru):
        assert re.search("[а-яё]", text), text
    for text in (en, hint_en):
        assert not re.search("[А-Яа-яёЁ]", text), text
    assert hint_en not in en


async def waited(rig, failure):
    assert await rig.gate.call(HISTORY) == "answer"
    assert [request for _, request in rig.log] == [HISTORY, HISTORY]
    pause = rig.times[1] - rig.times[0] - 0.1
    assert failure.seconds <= pause < failure.seconds + 0.2


async def retried(rig, failure):
    with pytest.raises(errors.ConnectionLost) as caught:
        await rig.gate.call(HISTORY)
    assert_said(caught.value)
    assert [request for _, request in rig.log] == [HISTORY] * (PATIENT.retries + 1)
    gaps = [b - a - 0.1 for a, b in zip(rig.times, rig.times[1:], strict=False)]
    for attempt, gap in enumerate(gaps):
        assert 0.7 <= gap / (PATIENT.first_backoff * 2**attempt) <= 1.31


async def rejected(rig, failure):
    with pytest.raises(Rejected) as caught:
        await rig.gate.call(HISTORY)
    assert (caught.value.verdict, caught.value.code) == (failure.verdict, failure.code)
    assert caught.value.dc == failure.dc
    assert caught.value.exit_code == 4
    await ended_once(rig, caught.value)


async def closed(rig, failure):
    with pytest.raises(errors.ChatPrivate) as caught:
        await rig.gate.call(HISTORY)
    assert caught.value.exit_code == 6
    await ended_once(rig, caught.value)


async def ended_once(rig, error):
    """One request was sent for it, and the gate goes on with the next one."""
    assert_said(error)
    assert [request for _, request in rig.log] == [HISTORY]
    rig.script.clear()
    assert await rig.gate.call(STATE) == "answer"


async def ended_for_good(rig, failure):
    with pytest.raises(errors.AccountLost) as caught:
        await rig.gate.call(HISTORY)
    assert caught.value.exit_code == 5
    assert_said(caught.value)
    assert "stored is kept" in str(caught.value)
    assert "сохранённое остаётся" in caught.value.told("ru")[0]
    assert "headrace login" in caught.value.hint
    over = asyncio.get_running_loop().time()
    for request in (HISTORY, STATE):
        with pytest.raises(errors.AccountLost, match=failure.code):
            await rig.gate.call(request)
    assert asyncio.get_running_loop().time() == over
    assert [request for _, request in rig.log] == [HISTORY]


#: What the gate does by verdict. RECONNECT and UNREADABLE come from the wire, not from Telegram.
DONE = {
    Verdict.WAIT: (waited, 1),
    Verdict.RETRY: (retried, 50),
    Verdict.REFRESH_REFERENCE: (rejected, 50),
    Verdict.MIGRATE: (rejected, 50),
    Verdict.ITEM_LOST: (rejected, 50),
    Verdict.CHAT_LOST: (closed, 50),
    Verdict.ACCOUNT_LOST: (ended_for_good, 50),
    Verdict.BUG: (rejected, 50),
}


@pytest.mark.parametrize("make", [make for _, make in EVERY], ids=[name for name, _ in EVERY])
def test_through_the_gate(make):
    failure = classify(make())
    done, times = DONE[failure.verdict]

    async def body(rig):
        await done(rig, failure)

    scenario(body, *[make() for _ in range(times)], patience=PATIENT)
    assert_said(translate(failure, "messages.getHistory"))


@pytest.mark.parametrize("code", ["PHONE_NUMBER_FLOOD", "PHONE_PASSWORD_FLOOD", "FLOOD_WAIT_901"])
def test_a_pause_longer_than_allowed_is_told_and_not_tried_again(code):
    async def body(rig):
        for _ in range(3):
            with pytest.raises(errors.FloodPause, match="Nothing is lost") as caught:
                await rig.gate.call(HISTORY)
            assert_said(caught.value)
        assert len(rig.log) == 1

    scenario(body, *[telethon_errors.RPCError(HISTORY, code, 420) for _ in range(9)])


def test_the_walk_meets_every_verdict():
    assert {classify(make()).verdict for _, make in EVERY} == set(DONE)
    assert len(EVERY) == 542


def test_no_name_of_telethons_is_unlisted():
    """A name that a newer Telethon brings has to be looked at, and given its verdict."""
    names = {name.upper() for name in telethon_errors.rpc_errors_dict}
    assert names - set(verdicts.BY_NAME) == set()
    patterns = [pattern.replace("(\\d+)", "7") for pattern, _ in telethon_errors.rpc_errors_re]
    assert [name for name in patterns if verdicts.find_verdict(name) is None] == []


def test_no_name_is_in_two_tables():
    assert sum(len(names) for _, names in verdicts._TABLES) == len(verdicts.BY_NAME)


def test_own_sentences_belong_to_known_names():
    ours = {"DEADLINE"}
    assert set(sentences._OWN) - set(verdicts.BY_NAME) == ours
    never = {name for name in sentences._OWN if verdicts.BY_NAME.get(name) is Verdict.BUG}
    assert never == set()


@pytest.mark.parametrize("table", ["_CHAT_LOST", "_ACCOUNT_LOST", "_ITEM_LOST", "_ENTRY_REFUSED"])
def test_what_ends_something_has_a_sentence_of_its_own(table):
    assert getattr(verdicts, table) - set(sentences._OWN) == set()


@pytest.mark.parametrize(
    ("code", "number", "verdict", "words"),
    [
        ("PHONE_CODE_INVALID", 400, Verdict.ITEM_LOST, "not the code"),
        ("PHONE_CODE_EXPIRED", 400, Verdict.ITEM_LOST, "no longer valid"),
        ("PASSWORD_HASH_INVALID", 400, Verdict.ITEM_LOST, "password is wrong"),
        ("AUTH_TOKEN_EXPIRED", 400, Verdict.ITEM_LOST, "QR code"),
        ("PHONE_PASSWORD_FLOOD", 406, Verdict.WAIT, "too many attempts"),
        ("PHONE_NUMBER_BANNED", 400, Verdict.ACCOUNT_LOST, "banned"),
        ("USER_DEACTIVATED_BAN", 401, Verdict.ACCOUNT_LOST, "banned"),
        ("SESSION_REVOKED", 401, Verdict.ACCOUNT_LOST, "ended in a Telegram app"),
        ("AUTH_KEY_DUPLICATED", 406, Verdict.ACCOUNT_LOST, "two places"),
        ("API_ID_INVALID", 400, Verdict.ACCOUNT_LOST, "api_hash"),
        ("BOT_METHOD_INVALID", 400, Verdict.ACCOUNT_LOST, "bot"),
        ("INPUT_USER_DEACTIVATED", 400, Verdict.ITEM_LOST, "person named here"),
        ("FROZEN_PARTICIPANT_MISSING", 400, Verdict.CHAT_LOST, "frozen"),
        ("CHAT_SEND_PHOTOS_FORBIDDEN", 403, Verdict.BUG, "never does"),
        ("RANDOM_ID_DUPLICATE", 500, Verdict.BUG, "never does"),
        ("SOMETHING_NEW", 420, Verdict.WAIT, "60 s"),
        ("PLANET_MIGRATE_4", 303, Verdict.MIGRATE, "data centres"),
    ],
)
def test_what_a_client_that_reads_and_signs_in_is_told(code, number, verdict, words):
    error = telethon_errors.RPCError(request=HISTORY, message=code, code=number)
    failure = classify(error)
    assert failure.verdict is verdict
    said = translate(failure, "messages.getHistory")
    assert words in str(said)
    assert str(said).endswith(f"({code}).")
    assert_said(said)


@pytest.mark.parametrize("error", [ConnectionResetError(), TimeoutError(), RuntimeError("odd")])
def test_what_comes_from_the_wire_is_said_too(error):
    assert_said(translate(classify(error), "messages.getHistory"))


@pytest.mark.parametrize(
    ("seconds", "en", "ru"),
    [
        (0.2, "1 s", "1 с"),
        (31.1, "31 s", "31 с"),
        (119, "119 s", "119 с"),
        (900, "15 min", "15 мин"),
        (14_400.1, "4 h", "4 ч"),
        (14_500, "5 h", "5 ч"),
        (86_400, "24 h", "24 ч"),
        (604_800, "7 d", "7 дн."),
    ],
)
def test_how_long_a_pause_is(seconds, en, ru):
    said = sentences.waiting.pause(seconds)
    assert f"a pause of {en} before" in said.en
    assert f"паузу {ru}, прежде" in said.ru
