"""auth.*: letting an account in, carrying a login to another data centre, and giving it up."""

from __future__ import annotations

from typing import Any

from telethon.tl import functions, types

from tgsandbox.accounts import API_HASH, API_ID, Account
from tgsandbox.dispatcher import Call, Dispatcher
from tgsandbox.errors import bad_request, unauthorised
from tgsandbox.logins import Login
from tgsandbox.services import peers


def register(dispatcher: Dispatcher) -> None:
    dispatcher.on(functions.auth.ExportAuthorizationRequest, _export)
    dispatcher.on(functions.auth.ImportAuthorizationRequest, _import, needs_login=False)
    dispatcher.on(functions.auth.LogOutRequest, _log_out)


def check_application(call: Call) -> None:
    """Refuse a client that is not the one application registered here."""
    if (call.request.api_id, call.request.api_hash) != (API_ID, API_HASH):
        raise bad_request("API_ID_INVALID")


def admit(call: Call, account: Account) -> Any:
    """The ``Authorization`` of a client that has shown a code or a scanned token.

    Where the account has a password, it is asked for first.
    """
    if account.password is not None:
        call.key.owes_password = account.user_id
        raise unauthorised("SESSION_PASSWORD_NEEDED")
    return let_in(call, account)


def let_in(call: Call, account: Account) -> Any:
    """The ``Authorization`` of a client that has shown all that is asked for."""
    key, telegram = call.key, call.telegram
    if key.user_id != account.user_id:
        key.login = Login(account.user_id)
    key.owes_password = key.challenge = None
    telegram.codes.forget(account.phone)
    telegram.tokens.use(key)
    return _authorization(call)


async def _export(call: Call) -> Any:
    dc = call.request.dc_id
    if dc not in call.telegram.addresses or dc == call.dc:
        raise bad_request("DC_ID_INVALID")
    user_id, login = call.user_id, call.key.login
    assert login is not None
    token = call.telegram.export(dc, login)
    return types.auth.ExportedAuthorization(id=user_id, bytes=token)


async def _import(call: Call) -> Any:
    dc, login = call.telegram.exported.pop(call.request.bytes, (0, None))
    if login is None or login.ended or (dc, login.user_id) != (call.dc, call.request.id):
        raise bad_request("AUTH_BYTES_INVALID")
    call.key.login = login
    return _authorization(call)


async def _log_out(call: Call) -> Any:
    assert call.key.login is not None
    call.key.login.ended = True
    return types.auth.LoggedOut()


def _authorization(call: Call) -> Any:
    (user,) = peers.raw_audience(call, {call.user_id})["users"]
    return types.auth.Authorization(user=user)
