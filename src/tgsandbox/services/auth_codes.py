"""auth.*: signing in with a code that is sent to the phone."""

from __future__ import annotations

from typing import Any

from telethon.tl import functions, types

from tgsandbox import accounts
from tgsandbox.codes import APP, CALL, CODE_LENGTH, SMS, SentCode
from tgsandbox.dispatcher import Call, Dispatcher
from tgsandbox.errors import bad_request, migrate
from tgsandbox.services import auth

#: Seconds until a client offers to send the code in another way.
_NEXT_WAY_SECONDS = 60
_TYPES = {
    APP: types.auth.SentCodeTypeApp,
    SMS: types.auth.SentCodeTypeSms,
    CALL: types.auth.SentCodeTypeCall,
}
_NEXT_TYPES = {SMS: types.auth.CodeTypeSms, CALL: types.auth.CodeTypeCall}


def register(dispatcher: Dispatcher) -> None:
    dispatcher.on(functions.auth.SendCodeRequest, _send, needs_login=False)
    dispatcher.on(functions.auth.ResendCodeRequest, _send_again, needs_login=False)
    dispatcher.on(functions.auth.CancelCodeRequest, _cancel, needs_login=False)
    dispatcher.on(functions.auth.SignInRequest, _sign_in, needs_login=False)


async def _send(call: Call) -> Any:
    auth.check_application(call)
    phone, account = _owner(call)
    has_app = account is not None and bool(call.telegram.logins(account.user_id))
    return _sent(call.telegram.codes.send(phone, in_app=has_app))


async def _send_again(call: Call) -> Any:
    phone, _ = _owner(call)
    return _sent(call.telegram.codes.send_again(phone, call.request.phone_code_hash))


async def _cancel(call: Call) -> bool:
    phone, _ = _owner(call)
    call.telegram.codes.cancel(phone, call.request.phone_code_hash)
    return True


async def _sign_in(call: Call) -> Any:
    request = call.request
    phone, account = _owner(call)
    call.telegram.codes.check(phone, request.phone_code_hash, request.phone_code or "")
    if account is None:
        return types.auth.AuthorizationSignUpRequired()
    return auth.admit(call, account)


def _owner(call: Call) -> tuple[str, accounts.Account | None]:
    """The number in digits, and its account if there is one and it lives here."""
    phone = accounts.digits(call.request.phone_number)
    if phone is None:
        raise bad_request("PHONE_NUMBER_INVALID")
    account = call.telegram.accounts.by_phone(phone)
    if account is not None and account.banned:
        raise bad_request("PHONE_NUMBER_BANNED")
    if account is not None and account.dc != call.dc:
        raise migrate("PHONE", account.dc)
    return phone, account


def _sent(code: SentCode) -> Any:
    way, *others = code.ways
    return types.auth.SentCode(
        type=_TYPES[way](CODE_LENGTH),
        phone_code_hash=code.hash,
        next_type=_NEXT_TYPES[others[0]]() if others else None,
        timeout=_NEXT_WAY_SECONDS if others else None,
    )
