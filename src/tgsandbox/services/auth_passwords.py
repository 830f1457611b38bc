"""account.getPassword and auth.checkPassword: the second step, where an account has one."""

from __future__ import annotations

import secrets
from typing import Any

from telethon.tl import functions, types

from tgsandbox import srp
from tgsandbox.accounts import Account
from tgsandbox.dispatcher import Call, Dispatcher
from tgsandbox.errors import bad_request
from tgsandbox.safe_prime import PRIME, G
from tgsandbox.services import auth

_RANDOM_BYTES = 256


def register(dispatcher: Dispatcher) -> None:
    dispatcher.on(functions.account.GetPasswordRequest, _password, needs_login=False)
    dispatcher.on(functions.auth.CheckPasswordRequest, _check, needs_login=False)


async def _password(call: Call) -> Any:
    account = _debtor(call)
    asked: dict[str, Any] = {}
    if account.verifier is not None:
        challenge = call.key.challenge = srp.Challenge(account.verifier)
        asked = {
            "has_password": True,
            "current_algo": _algorithm(account.verifier.salt1, account.verifier.salt2),
            "srp_B": challenge.public,
            "srp_id": challenge.id,
            "hint": account.hint,
        }
    salts = secrets.token_bytes(srp.SALT1_BYTES), secrets.token_bytes(srp.SALT2_BYTES)
    return types.account.Password(
        new_algo=_algorithm(*salts),
        new_secure_algo=types.SecurePasswordKdfAlgoPBKDF2HMACSHA512iter100000(salts[0]),
        secure_random=secrets.token_bytes(_RANDOM_BYTES),
        **asked,
    )


async def _check(call: Call) -> Any:
    account, given = _debtor(call), call.request.password
    codes = call.telegram.codes
    codes.refuse_guessers(account.phone)
    if not isinstance(given, types.InputCheckPasswordSRP):
        raise bad_request("PASSWORD_HASH_INVALID")
    challenge, call.key.challenge = call.key.challenge, None
    if challenge is None or challenge.id != given.srp_id:
        raise bad_request("SRP_ID_INVALID")
    if challenge.verifier is not account.verifier:
        raise bad_request("SRP_PASSWORD_CHANGED")
    if not challenge.is_proven(given.A, given.M1):
        codes.missed(account.phone)
        raise bad_request("PASSWORD_HASH_INVALID")
    return auth.let_in(call, account)


def _debtor(call: Call) -> Account:
    """The account whose password is asked for, on its way in or in already."""
    owing = call.key.owes_password
    return call.telegram.accounts.by_id[call.user_id if owing is None else owing]


def _algorithm(salt1: bytes, salt2: bytes) -> Any:
    return types.PasswordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow(
        salt1=salt1, salt2=salt2, g=G, p=PRIME.to_bytes(256, "big")
    )
