"""Signing in as seen from outside: who has an account, which code was sent, what is scanned."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from telethon.tl import types

from tgsandbox.accounts import Account, digits
from tgsandbox.errors import RpcError, SandboxError
from tgsandbox.login_tokens import LoginToken
from tgsandbox.telegram import Telegram

#: What may be said of an account -> its type; ``None`` is let through where it means something.
_SETTINGS = {"password": str, "hint": str, "name": str, "dc": int, "banned": bool, "expire": bool}
_MAY_BE_NULL = {"password", "hint"}


class SignIn:
    """The control endpoint's view of accounts; tests in the same process call it directly."""

    def __init__(self, telegram: Telegram) -> None:
        self._telegram = telegram

    def report(self) -> dict[str, Any]:
        """``accounts``; ``tokens`` that wait to be scanned; ``strangers`` who got a code."""
        telegram = self._telegram
        phones = {account.phone for account in telegram.accounts}
        return {
            "accounts": [self._account(account) for account in telegram.accounts],
            "tokens": [_written(token) for token in telegram.tokens.waiting()],
            "strangers": [
                {"phone": phone, "code": telegram.codes.last(phone)}
                for phone in sorted(telegram.codes.phones() - phones)
            ],
        }

    def change(self, phone: str, **settings: Any) -> dict[str, Any]:
        """Change an account, or add one; what was asked and guessed before is forgiven.

        ``settings`` are password, hint, name, dc and banned; ``expire=True`` ends the code
        that is out and every token that waits to be scanned.
        """
        self._check(settings)
        expire = settings.pop("expire", False)
        accounts = self._telegram.accounts
        account = accounts.by_phone(digits(phone) or "") or accounts.add(phone)
        if "name" in settings:
            accounts.rename(account, settings.pop("name"))
        if "password" in settings:
            account.set_password(settings.pop("password"))
        for name, value in settings.items():
            setattr(account, name, value)
        self._telegram.codes.forgive(account.phone)
        if expire:
            self._telegram.codes.expire(account.phone)
            self._telegram.tokens.expire()
        return self._account(account)

    def scan(self, token: str, phone: str) -> dict[str, Any]:
        """The owner of a phone scans a QR code and says yes; ``token`` is base64url.

        Answers the ``user_id`` and how many connections were ``told``.
        """
        account = self._known(phone)
        if account.banned:
            raise SandboxError(f"The account {account.phone} is banned.")
        try:
            _, told = accept(self._telegram, _read(token), account.user_id)
        except RpcError as exc:
            raise SandboxError(f"The token cannot be scanned: {exc.message}.") from exc
        return {"user_id": account.user_id, "told": told}

    def terminate(self, phone: str) -> dict[str, Any]:
        """End all logins of an account, as its owner may from another device."""
        account = self._known(phone)
        logins = self._telegram.logins(account.user_id)
        for login in logins:
            login.ended = True
        for key in self._telegram.keys.values():
            if key.owes_password == account.user_id:
                key.owes_password = None
        return {"ended": len(logins)}

    def _account(self, account: Account) -> dict[str, Any]:
        return {
            **account.as_json(),
            "code": self._telegram.codes.last(account.phone),
            "sessions": len(self._telegram.logins(account.user_id)),
        }

    def _known(self, phone: str) -> Account:
        account = self._telegram.accounts.by_phone(digits(phone) or "")
        if account is None:
            raise SandboxError(f"There is no account {phone!r}.")
        return account

    def _check(self, settings: dict[str, Any]) -> None:
        for name, value in settings.items():
            if name not in _SETTINGS:
                raise SandboxError(f"An account has no {name!r}.")
            if value is None and name in _MAY_BE_NULL:
                continue
            if type(value) is not _SETTINGS[name]:
                raise SandboxError(f"{name} must be of the type {_SETTINGS[name].__name__}.")
        if settings.get("dc", self._telegram.home_dc) not in self._telegram.addresses:
            raise SandboxError(f"There is no data centre {settings['dc']} here.")


def accept(telegram: Telegram, token: bytes, user_id: int) -> tuple[LoginToken, int]:
    """Let a token be used for an account, and tell the client that shows it.

    Returns the token and the number of connections told. Refused with an `RpcError`.
    """
    accepted = telegram.tokens.accept(token, user_id)
    now = int(telegram.clock.now())
    update = bytes(types.UpdateShort(types.UpdateLoginToken(), now))
    return accepted, telegram.push(accepted.key, update)


def _written(token: bytes) -> str:
    return base64.urlsafe_b64encode(token).decode().rstrip("=")


def _read(token: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (binascii.Error, ValueError) as exc:
        raise SandboxError("The token is no base64url.") from exc
