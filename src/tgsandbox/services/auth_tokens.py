"""auth.*: signing in with a QR code that another client of the account scans."""

from __future__ import annotations

from typing import Any

from telethon.tl import functions, types

from tgsandbox import sign_in
from tgsandbox.accounts import API_ID
from tgsandbox.dispatcher import Call, Dispatcher
from tgsandbox.login_tokens import LoginToken
from tgsandbox.services import auth


def register(dispatcher: Dispatcher) -> None:
    dispatcher.on(functions.auth.ExportLoginTokenRequest, _export, needs_login=False)
    dispatcher.on(functions.auth.ImportLoginTokenRequest, _import, needs_login=False)
    dispatcher.on(functions.auth.AcceptLoginTokenRequest, _accept)


async def _export(call: Call) -> Any:
    """A new token, or what has become of the one that was scanned."""
    auth.check_application(call)
    tokens = call.telegram.tokens
    accepted = tokens.accepted(call.key)
    if accepted is not None:
        return _enter(call, accepted)
    made = tokens.new(call.key, call.request.except_ids)
    return types.auth.LoginToken(expires=int(made.expires), token=made.token)


async def _import(call: Call) -> Any:
    token = call.telegram.tokens.imported(call.request.token)
    return _enter(call, token)


async def _accept(call: Call) -> Any:
    accepted, _ = sign_in.accept(call.telegram, call.request.token, call.user_id)
    now = int(call.telegram.clock.now())
    account = call.telegram.accounts.by_id[call.user_id]
    return types.Authorization(
        hash=int.from_bytes(accepted.key.id, "little", signed=True),
        device_model="sandbox",
        platform="sandbox",
        system_version="1",
        api_id=API_ID,
        app_name="sandbox",
        app_version="1",
        date_created=now,
        date_active=now,
        ip="127.0.0.1",
        country="",
        region="",
        password_pending=account.password is not None,
    )


def _enter(call: Call, token: LoginToken) -> Any:
    assert token.user_id is not None
    account = call.telegram.accounts.by_id[token.user_id]
    if account.dc != call.dc:
        return types.auth.LoginTokenMigrateTo(dc_id=account.dc, token=token.token)
    call.telegram.tokens.hand_over(token, call.key)
    return types.auth.LoginTokenSuccess(auth.admit(call, account))
