"""Signing in with the unmodified client: codes, passwords, QR codes, several accounts."""

import asyncio
import base64
from urllib.parse import parse_qs, urlsplit

import pytest
from telethon import errors, functions, types, utils
from telethon.password import compute_check

from tgsandbox import accounts, codes, srp
from tgsandbox.login_tokens import TOKEN_SECONDS
from tgsandbox.worlds.ids import bare_id

PHONE, OTHER = accounts.PHONE, "+999 66 2000-2"


@pytest.fixture
def visitor(connect):
    """``await visitor(sandbox)``: a client that has not signed in yet."""

    def arrive(sandbox, **options):
        return connect(sandbox, signed_in=False, receive_updates=True, **options)

    return arrive


def known(sandbox, phone=PHONE):
    (found,) = (one for one in sandbox.sign_in.report()["accounts"] if one["phone"] == phone)
    return found


def wrong(code):
    return f"{(int(code) + 1) % 10**codes.CODE_LENGTH:05d}"


async def sign_in(sandbox, client, phone=PHONE):
    await client.send_code_request(phone)
    return await client.sign_in(phone, known(sandbox, utils.parse_phone(phone))["code"])


async def waiting(sandbox, client):
    """A QR login whose token is scanned once the client waits for that."""
    login = await client.qr_login()
    token = parse_qs(urlsplit(login.url).query)["token"][0]
    assert token == sandbox.sign_in.report()["tokens"][-1]
    async with asyncio.TaskGroup() as group:
        wait = group.create_task(settled(login.wait(timeout=20)))
        await asyncio.sleep(0)
        assert client.list_event_handlers()
        assert sandbox.sign_in.scan(token, PHONE)["told"] == 1
    return wait.result()


async def settled(awaitable):
    """Its result, or the error it ended with."""
    try:
        return await awaitable
    except errors.RPCError as exc:
        return exc


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


async def test_a_banned_account_is_out_everywhere(running, world, connect):
    async with running(world) as sandbox:
        client = await connect(sandbox)
        sandbox.sign_in.change(PHONE, banned=True)
        with pytest.raises(errors.UserDeactivatedBanError):
            await client.get_messages("counted", limit=1)


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


async def test_a_password_is_asked_for_with_its_hint(running, world, visitor):
    async with running(world) as sandbox:
        sandbox.sign_in.change(PHONE, password="wodnik № 1", hint="who lives under the mill")
        client = await visitor(sandbox)
        with pytest.raises(errors.UnauthorizedError):
            await client(functions.account.GetPasswordRequest())
        with pytest.raises(errors.SessionPasswordNeededError):
            await sign_in(sandbox, client)
        assert not await client.is_user_authorized()
        asked = await client(functions.account.GetPasswordRequest())
        assert (asked.has_password, asked.hint) == (True, "who lives under the mill")
        with pytest.raises(errors.PasswordHashInvalidError):
            await client.sign_in(password="wodnik")
        me = await client.sign_in(password="wodnik № 1")
        assert me.id == world.me["id"]
        assert await client.get_messages("counted", limit=1)
        assert known(sandbox)["code"] is None


async def test_a_password_question_is_answered_once_and_in_time(running, world, visitor):
    async with running(world) as sandbox:
        sandbox.sign_in.change(PHONE, password="right")
        client = await visitor(sandbox)
        with pytest.raises(errors.SessionPasswordNeededError):
            await sign_in(sandbox, client)
        first = await client(functions.account.GetPasswordRequest())
        second = await client(functions.account.GetPasswordRequest())
        for asked, refusal in (
            (first, errors.SrpIdInvalidError),
            (second, errors.SrpIdInvalidError),
        ):
            with pytest.raises(refusal):
                await client(functions.auth.CheckPasswordRequest(compute_check(asked, "right")))
        third = await client(functions.account.GetPasswordRequest())
        sandbox.sign_in.change(PHONE, password="new")
        with pytest.raises(errors.SrpPasswordChangedError):
            await client(functions.auth.CheckPasswordRequest(compute_check(third, "right")))
        with pytest.raises(errors.PasswordHashInvalidError):
            await client(functions.auth.CheckPasswordRequest(types.InputCheckPasswordEmpty()))
        assert await client.sign_in(password="new")


async def test_who_guesses_passwords_has_to_stop(running, world, visitor):
    async with running(world) as sandbox:
        sandbox.sign_in.change(PHONE, password="right")
        client = await visitor(sandbox)
        with pytest.raises(errors.SessionPasswordNeededError):
            await sign_in(sandbox, client)
        for _ in range(codes.MOST_MISTAKES):
            with pytest.raises(errors.PasswordHashInvalidError):
                await client.sign_in(password="wrong")
        with pytest.raises(errors.PhonePasswordFloodError):
            await client.sign_in(password="right")


@pytest.mark.parametrize("a", [0, srp.PRIME, 2 * srp.PRIME])
def test_numbers_that_would_make_the_password_needless_prove_nothing(a):
    """With A = 0 (mod p) the shared secret is 0 whatever the password is."""
    challenge = srp.Challenge(srp.Verifier.of("secret"))
    given = a.to_bytes(max(256, (a.bit_length() + 7) // 8), "big")
    proof = srp.proof_of(challenge.verifier, given[-256:], challenge.public, 0)
    assert not challenge.is_proven(given, proof)


async def test_the_home_of_an_account_is_found(running, world, visitor):
    async with running(world, dcs=5) as sandbox:
        sandbox.sign_in.change(PHONE, dc=4)
        client = await visitor(sandbox)
        me = await sign_in(sandbox, client)
        assert (me.id, client.session.dc_id) == (world.me["id"], 4)
        assert sandbox.report()["errors"]["PHONE_MIGRATE_4"] == 1
        assert (await client.get_messages("counted", limit=1))[0].id == 400


async def test_a_scanned_code_signs_in(running, world, visitor):
    async with running(world) as sandbox:
        client = await visitor(sandbox)
        me = await waiting(sandbox, client)
        assert (me.id, me.phone) == (world.me["id"], PHONE)
        assert await client.get_messages("counted", limit=1)
        assert sandbox.sign_in.report()["tokens"] == []


async def test_a_scanned_code_of_an_account_with_a_password(running, world, visitor):
    async with running(world) as sandbox:
        sandbox.sign_in.change(PHONE, password="right")
        client = await visitor(sandbox)
        assert isinstance(await waiting(sandbox, client), errors.SessionPasswordNeededError)
        with pytest.raises(errors.SessionPasswordNeededError):
            await client.qr_login()
        assert (await client.sign_in(password="right")).id == world.me["id"]


async def test_a_signed_in_client_scans_a_code_itself(running, world, visitor, connect):
    async with running(world) as sandbox:
        phone, client = await connect(sandbox), await visitor(sandbox)
        login = await client.qr_login()
        seen = await phone(functions.auth.AcceptLoginTokenRequest(login.token))
        assert (type(seen).__name__, seen.password_pending) == ("Authorization", False)
        with pytest.raises(errors.AuthTokenAlreadyAcceptedError):
            await phone(functions.auth.AcceptLoginTokenRequest(login.token))
        with pytest.raises(errors.AuthTokenInvalidxError):
            await phone(functions.auth.AcceptLoginTokenRequest(b"no such token"))
        login = await client(
            functions.auth.ExportLoginTokenRequest(sandbox.api_id, sandbox.api_hash, [])
        )
        assert isinstance(login, types.auth.LoginTokenSuccess)
        refused = await client(
            functions.auth.ExportLoginTokenRequest(
                sandbox.api_id, sandbox.api_hash, [world.me["id"]]
            )
        )
        with pytest.raises(errors.AuthTokenExceptionError):
            await phone(functions.auth.AcceptLoginTokenRequest(refused.token))


async def test_a_code_to_scan_expires_and_is_made_anew(running, world, visitor, connect):
    async with running(world) as sandbox:
        phone, client = await connect(sandbox), await visitor(sandbox)
        login = await client.qr_login()
        old = login.token
        sandbox.sign_in.change(PHONE, expire=True)
        assert sandbox.sign_in.report()["tokens"] == []
        with pytest.raises(errors.AuthTokenExpiredError):
            await phone(functions.auth.AcceptLoginTokenRequest(old))
        await login.recreate()
        assert login.token != old
        assert (await waiting(sandbox, client)).id == world.me["id"]


async def test_a_code_to_scan_expires_with_time(running, world, visitor, connect):
    async with running(world) as sandbox:
        client = await visitor(sandbox)
        login = await client.qr_login()
        sandbox.telegram.clock.set_offset(TOKEN_SECONDS + 1)
        phone = await connect(sandbox)
        with pytest.raises(errors.AuthTokenExpiredError):
            await phone(functions.auth.AcceptLoginTokenRequest(login.token))


async def test_a_scanned_code_leads_to_the_account_s_data_centre(running, world, visitor):
    async with running(world, dcs=5) as sandbox:
        sandbox.sign_in.change(PHONE, dc=5)
        client = await visitor(sandbox)
        me = await waiting(sandbox, client)
        assert (me.id, client.session.dc_id) == (world.me["id"], 5)


async def test_a_token_is_imported_by_one_client_only(running, world, visitor):
    async with running(world, dcs=5) as sandbox:
        sandbox.sign_in.change(PHONE, dc=5)
        client = await visitor(sandbox)
        token = (await client.qr_login()).token
        request = functions.auth.ImportLoginTokenRequest(token)
        with pytest.raises(errors.AuthTokenInvalidError):
            await client(request)
        await waiting(sandbox, client)
        with pytest.raises(errors.AuthTokenAlreadyAcceptedError):
            await client(request)


async def test_who_refuses_updates_hears_of_no_scan(running, world, connect):
    """Telegram subscribes a connection by its requests; these are all invokeWithoutUpdates."""
    async with running(world) as sandbox:
        client = await connect(sandbox, signed_in=False)
        login = await client.qr_login()
        token = base64.urlsafe_b64encode(login.token).decode()
        assert sandbox.sign_in.scan(token, PHONE)["told"] == 0
        request = functions.auth.ExportLoginTokenRequest(sandbox.api_id, sandbox.api_hash, [])
        assert isinstance(await client(request), types.auth.LoginTokenSuccess)


async def test_after_logging_out_the_key_is_dead_everywhere(running, world, connect, visitor):
    async with running(world, dcs=2) as sandbox:
        (other,) = set(sandbox.telegram.addresses) - {sandbox.dc}
        stays, client = await connect(sandbox), await visitor(sandbox)
        await sign_in(sandbox, client)
        abroad = await client._borrow_exported_sender(other)
        assert await client._call(abroad, functions.updates.GetStateRequest())
        out = await client(functions.auth.LogOutRequest())
        assert out.future_auth_token is None
        for sender in (client._sender, abroad):
            with pytest.raises(errors.AuthKeyUnregisteredError):
                await client._call(sender, functions.updates.GetStateRequest())
        with pytest.raises(errors.AuthKeyUnregisteredError):
            await client(functions.auth.LogOutRequest())
        await client._return_exported_sender(abroad)
        assert await stays.get_messages("counted", limit=1)
        assert known(sandbox)["sessions"] == 1


async def test_two_accounts_at_once(running, world, connect, visitor):
    async with running(world, settings={"history.limit": 1, "history.window": 900}) as sandbox:
        added = sandbox.sign_in.change(OTHER, name="Berta Weir")
        first, second = await connect(sandbox), await visitor(sandbox)
        me = await sign_in(sandbox, second, OTHER)
        assert (me.id, me.first_name, me.phone) == (added["user_id"], "Berta", "9996620002")
        assert (await first.get_me()).id == world.me["id"]
        for client in (first, second):
            assert (await client.get_messages("counted", limit=1))[0].id == 400
            with pytest.raises(errors.FloodWaitError):
                await client.get_messages("counted", limit=1)
        theirs = types.InputUser(world.me["id"], world.access_hash(world.me["id"]))
        (seen,) = await second(functions.users.GetUsersRequest([theirs]))
        assert (seen.id, seen.is_self, seen.phone) == (world.me["id"], False, None)
        assert [one["sessions"] for one in sandbox.sign_in.report()["accounts"]] == [1, 1]


async def test_accounts_and_logins_outlive_the_server(running, world, visitor, connect, tmp_path):
    state = tmp_path / "state"
    async with running(world, state=state) as sandbox:
        sandbox.sign_in.change(OTHER, name="Berta Weir", password="right", hint="h")
        client = await visitor(sandbox)
        with pytest.raises(errors.SessionPasswordNeededError):
            await sign_in(sandbox, client, OTHER)
        await client.sign_in(password="right")
        key = client.session.auth_key
        before = sandbox.sign_in.report()["accounts"]
        sandbox.sign_in.terminate(PHONE)
    async with running(world, state=state) as sandbox:
        assert sandbox.sign_in.report()["accounts"] == before
        client = await connect(sandbox)
        assert (await client.get_me()).id == world.me["id"]
        sender = client._sender
        assert sender.auth_key.key != key.key
        assert any(one.data == key.key for one in sandbox.telegram.keys.values())


async def test_chats_are_the_same_to_all(running, world, visitor):
    async with running(world) as sandbox:
        sandbox.sign_in.change(OTHER)
        client = await visitor(sandbox)
        await sign_in(sandbox, client, OTHER)
        found = {dialog.entity.id async for dialog in client.iter_dialogs()}
        joined = {bare_id(marked) for marked, chat in world.chats.items() if chat.joined}
        assert found == joined
