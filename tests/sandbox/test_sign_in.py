"""Signing in with a number and a code, with the unmodified client."""

import pytest
from telethon import errors, functions, types
from tests.sandbox.signing_in import OTHER, PHONE, known, sign_in, wrong

from tgsandbox import codes


async def test_a_code_signs_in(running, world, visitor):
    async with running(world) as sandbox:
        client = await visitor(sandbox)
        sent = await client.send_code_request(PHONE)
        assert isinstance(sent.type, types.auth.SentCodeTypeApp)
        assert isinstance(sent.next_type, types.auth.CodeTypeSms)
        code = known(sandbox)["code"]
        assert (len(code), sent.type.length) == (codes.CODE_LENGTH, codes.CODE_LENGTH)
        me = await client.sign_in(PHONE, code)
        assert (me.id, me.is_self, me.phone) == (world.me["id"], True, PHONE)
        assert (await client.get_messages("counted", limit=1))[0].id == 400
        assert (known(sandbox)["code"], known(sandbox)["sessions"]) == (None, 2)


async def test_the_same_run_sends_the_same_codes(running, world, visitor):
    sent = []
    for _ in range(2):
        async with running(world) as sandbox:
            client = await visitor(sandbox)
            await client.send_code_request(PHONE)
            sent.append(known(sandbox)["code"])
    assert sent[0] == sent[1]


async def test_a_wrong_code_may_be_corrected_and_an_empty_one_is_none(running, world, visitor):
    async with running(world) as sandbox:
        client = await visitor(sandbox)
        sent = await client.send_code_request(PHONE)
        code = known(sandbox)["code"]
        with pytest.raises(errors.PhoneCodeInvalidError):
            await client.sign_in(PHONE, wrong(code))
        for given in ("", None):
            with pytest.raises(errors.PhoneCodeEmptyError):
                await client(functions.auth.SignInRequest(PHONE, sent.phone_code_hash, given))
        with pytest.raises(errors.PhoneCodeHashEmptyError):
            await client(functions.auth.SignInRequest(PHONE, "", code))
        assert (await client.sign_in(PHONE, code)).id == world.me["id"]


async def test_a_code_is_good_once(running, world, visitor):
    async with running(world) as sandbox:
        client = await visitor(sandbox)
        sent = await client.send_code_request(PHONE)
        request = functions.auth.SignInRequest(PHONE, sent.phone_code_hash, known(sandbox)["code"])
        await client(request)
        with pytest.raises(errors.PhoneCodeExpiredError):
            await client(request)


@pytest.mark.parametrize("by", ["clock", "order", "cancelling"])
async def test_a_code_expires(running, world, visitor, by):
    async with running(world) as sandbox:
        client = await visitor(sandbox)
        sent = await client.send_code_request(PHONE)
        code = known(sandbox)["code"]
        if by == "clock":
            sandbox.telegram.clock.set_offset(codes.CODE_SECONDS + 1)
        elif by == "order":
            assert sandbox.sign_in.change(PHONE, expire=True)["code"] == code
        else:
            assert await client(functions.auth.CancelCodeRequest(PHONE, sent.phone_code_hash))
        with pytest.raises(errors.PhoneCodeExpiredError):
            await client.sign_in(PHONE, code)
        assert await sign_in(sandbox, client)


async def test_a_code_is_sent_again_by_other_ways_until_there_are_none(running, world, visitor):
    async with running(world) as sandbox:
        client = await visitor(sandbox)
        ways = []
        for _ in range(3):
            sent = await client.send_code_request(PHONE)
            ways.append(type(sent.type).__name__)
        assert ways == ["SentCodeTypeApp", "SentCodeTypeSms", "SentCodeTypeCall"]
        with pytest.raises(errors.SendCodeUnavailableError):
            await client.send_code_request(PHONE)
        assert await client.sign_in(PHONE, known(sandbox)["code"])


async def test_numbers_that_are_none_unknown_or_banned(running, world, visitor):
    async with running(world) as sandbox:
        client = await visitor(sandbox)
        with pytest.raises(errors.PhoneNumberInvalidError):
            await client.send_code_request("+123")
        await client.send_code_request("+15550001111")
        (stranger,) = sandbox.sign_in.report()["strangers"]
        assert stranger["phone"] == "15550001111"
        with pytest.raises(errors.PhoneNumberUnoccupiedError):
            await client.sign_in("+15550001111", stranger["code"])
        sandbox.sign_in.change(OTHER, banned=True)
        with pytest.raises(errors.PhoneNumberBannedError):
            await client.send_code_request(OTHER)


async def test_an_application_that_is_not_registered_is_refused(running, world, visitor):
    async with running(world) as sandbox:
        client = await visitor(sandbox)
        client.api_hash = "0" * 32
        with pytest.raises(errors.ApiIdInvalidError):
            await client.send_code_request(PHONE)
        with pytest.raises(errors.ApiIdInvalidError):
            await client.qr_login()
        client.api_id, client.api_hash = 5, sandbox.api_hash
        with pytest.raises(errors.ApiIdInvalidError):
            await client.send_code_request(PHONE)


async def test_who_asks_or_guesses_too_often_has_to_stop(running, world, visitor):
    async with running(world) as sandbox:
        client = await visitor(sandbox)
        request = functions.auth.SendCodeRequest(
            PHONE, sandbox.api_id, sandbox.api_hash, types.CodeSettings()
        )
        for _ in range(codes.MOST_CODES):
            await client(request)
        with pytest.raises(errors.PhoneNumberFloodError):
            await client(request)
        sandbox.sign_in.change(PHONE)
        await client.send_code_request(PHONE)
        code = known(sandbox)["code"]
        for _ in range(codes.MOST_MISTAKES):
            with pytest.raises(errors.PhoneCodeInvalidError):
                await client.sign_in(PHONE, wrong(code))
        for refused in (client.sign_in(PHONE, code), client(request)):
            with pytest.raises(errors.PhonePasswordFloodError):
                await refused
        sandbox.sign_in.change(PHONE)
        assert await client.sign_in(PHONE, code)


async def test_a_flood_wait_may_be_laid_on_any_step(running, world, visitor):
    faults = {"method": "auth.signIn", "action": {"type": "flood", "seconds": 77}}
    async with running(world, faults=faults) as sandbox:
        client = await visitor(sandbox)
        with pytest.raises(errors.FloodWaitError) as wait:
            await sign_in(sandbox, client)
        assert wait.value.seconds == 77
