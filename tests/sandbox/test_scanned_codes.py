"""Signing in by a code to scan, with the unmodified client."""

import base64

import pytest
from telethon import errors, functions, types
from tests.sandbox.signing_in import PHONE, waiting

from tgsandbox.login_tokens import TOKEN_SECONDS


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
