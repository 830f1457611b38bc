"""What Telegram answers to a sign-in, in headrace's words: codes, addresses, refusals."""

from __future__ import annotations

import base64
from typing import Any

from telethon.tl import types

from headrace import errors
from headrace.model.login import SentCode
from headrace.model.proxy import Proxy
from headrace.telegram.link import Endpoint
from headrace.telegram.sentences import Said, say
from headrace.telegram.verdicts import Verdict

_EXPECTED = (
    "API_ID_INVALID API_ID_PUBLISHED_FLOOD AUTH_KEY_UNREGISTERED AUTH_TOKEN_ALREADY_ACCEPTED "
    "AUTH_TOKEN_EXPIRED AUTH_TOKEN_INVALID PASSWORD_HASH_INVALID PHONE_CODE_EMPTY "
    "PHONE_CODE_EXPIRED PHONE_CODE_INVALID PHONE_NUMBER_BANNED PHONE_NUMBER_FLOOD "
    "PHONE_NUMBER_INVALID PHONE_NUMBER_UNOCCUPIED PHONE_PASSWORD_FLOOD "
    "PHONE_PASSWORD_PROTECTED SEND_CODE_UNAVAILABLE SESSION_PASSWORD_NEEDED SRP_ID_INVALID "
    "SRP_PASSWORD_CHANGED UPDATE_APP_TO_LOGIN USER_DEACTIVATED USER_DEACTIVATED_BAN"
)
#: Refusals that are part of the talk, whatever they mean to an account that is signed in.
EXPECTED = frozenset(_EXPECTED.split())

_WAYS: dict[Any, str] = {
    types.auth.SentCodeTypeApp: "app",
    types.auth.SentCodeTypeSms: "sms",
    types.auth.SentCodeTypeSmsWord: "sms",
    types.auth.SentCodeTypeSmsPhrase: "sms",
    types.auth.SentCodeTypeCall: "call",
    types.auth.SentCodeTypeFlashCall: "flash_call",
    types.auth.SentCodeTypeMissedCall: "missed_call",
    types.auth.SentCodeTypeEmailCode: "email",
    types.auth.SentCodeTypeFragmentSms: "fragment",
}

_NEW_ALGORITHM = Said(
    en="Telegram asks for the password in a way that this version of headrace does not know",
    ru="Telegram запрашивает пароль способом, которого эта версия headrace не знает",
    hint_en="Update headrace and sign in again.",
    hint_ru="Обновите headrace и войдите снова.",
)


def final(code: str) -> errors.SignInFailed:
    """The error for a refusal that ends the attempt, in Telegram's word for it."""
    return _failed(say(Verdict.ITEM_LOST, code))


def password_unknown() -> errors.SignInFailed:
    """The error for a password check that this version cannot make."""
    return _failed(_NEW_ALGORITHM)


def _failed(said: Said) -> errors.SignInFailed:
    return errors.SignInFailed(said.en, hint=said.hint_en, ru=said.ru, hint_ru=said.hint_ru)


def described(sent: Any) -> SentCode:
    """A sent code, in words of the model."""
    kind = sent.type
    where = getattr(kind, "prefix", None) or getattr(kind, "email_pattern", None) or ""
    return SentCode(
        way=_WAYS.get(type(kind), "other"),
        length=getattr(kind, "length", None) or 0,
        where=str(where),
        again=sent.next_type is not None,
    )


def address_of(config: Any, dc: int, proxy: Proxy | None) -> Endpoint:
    """Where a data centre is, by what the server says of itself.

    Raises:
        ServerMisbehaves: it names none.
    """
    for option in config.dc_options:
        special = option.ipv6 or option.media_only or option.cdn or option.tcpo_only
        if option.id == dc and not special:
            return Endpoint(host=option.ip_address, port=option.port, dc=dc, proxy=proxy)
    raise errors.ServerMisbehaves(f"Telegram names no address of its data centre {dc}.")


def login_url(token: bytes) -> str:
    """What the QR code says."""
    return "tg://login?token=" + base64.urlsafe_b64encode(token).decode().rstrip("=")


def display_name(user: Any) -> str:
    """How a person is called."""
    names = [user.first_name or "", user.last_name or ""]
    return " ".join(filter(None, names)) or user.username or f"user {user.id}"
