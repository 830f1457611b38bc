"""References: what a person types to name a chat, read without asking anybody."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from urllib.parse import parse_qs, urlsplit

from headrace import errors
from headrace.model.values import CHANNEL_MARK, PeerId

#: The dialog @replies holds copies of answers to one's own comments and is no chat.
REPLIES_DIALOG = 1271266957

FORMS = (
    "Write @name, t.me/name, t.me/c/ID, t.me/+HASH (where this account is a member) "
    "or a numeric id such as -1001234567890."
)
FORMS_RU = (
    "Напишите @имя, t.me/имя, t.me/c/ID, t.me/+ХЕШ (где этот аккаунт участник) "
    "или числовой номер вроде -1001234567890."
)

_HOSTS = frozenset({"t.me", "www.t.me", "telegram.me", "www.telegram.me", "telegram.dog"})
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{2,31}\Z")
_HASH = re.compile(r"[A-Za-z0-9_-]{8,64}\Z")
_MESSAGE = re.compile(r"(@?[A-Za-z]\w*|-?[0-9]+)/([0-9]{1,10})\Z")
_NUMBER = re.compile(r"-?[0-9]{1,16}\Z")
#: First parts of t.me links that name no chat.
_NO_CHATS = re.compile(
    r"(add(emoji|list|stickers|theme)|bg|boost|confirmphone|contact|giftcode|invoice|login|m|"
    r"proxy|setlanguage|share|socks)\Z",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """One of ``username``, ``chat_ids`` (candidates, likeliest first) or ``invite``."""

    username: str = ""
    chat_ids: tuple[PeerId, ...] = ()
    invite: str = ""
    message_id: int | None = None


def parse_reference(text: str) -> Reference:
    """What was typed, understood.

    Raises:
        UsageError: malformed; the message says which forms there are.
    """
    typed = text.strip()
    message = _MESSAGE.match(typed)
    if message is not None:
        return replace(parse_reference(message[1]), message_id=int(message[2]))
    if _NUMBER.match(typed):
        return _numeric(int(typed), typed)
    if typed.startswith("@"):
        return _username(typed[1:], typed)
    if typed.lower().startswith("tg:"):
        return _tg_link(typed)
    if "/" in typed or typed.lower() in _HOSTS:
        return _web_link(typed)
    return _username(typed, typed)


def _numeric(number: int, typed: str) -> Reference:
    if number == 0:
        raise _malformed(typed)
    if number == REPLIES_DIALOG:
        raise errors.NotAChannel("The dialog Replies holds copies of answers and is no channel.")
    if number < 0:
        return Reference(chat_ids=(number,))
    if str(number).startswith("100") and number > -CHANNEL_MARK:
        return Reference(chat_ids=(-number, CHANNEL_MARK - number))
    return Reference(chat_ids=(CHANNEL_MARK - number, -number))


def _username(name: str, typed: str, message: str = "") -> Reference:
    if not _NAME.match(name):
        raise _malformed(typed)
    return Reference(username=name, message_id=_message(message, typed))


def _message(part: str, typed: str) -> int | None:
    if not part:
        return None
    if not part.isascii() or not part.isdigit() or not 0 < int(part) < 2**31:
        raise _malformed(typed)
    return int(part)


def _tg_link(typed: str) -> Reference:
    split = urlsplit(typed)
    values = {key: found[-1] for key, found in parse_qs(split.query).items()}
    match (split.netloc or split.path).strip("/").lower():
        case "resolve":
            return _username(values.get("domain", ""), typed, values.get("post", ""))
        case "join":
            return _invite(values.get("invite", ""), typed)
        case "privatepost":
            return _by_id(values.get("channel", ""), values.get("post", ""), typed)
    raise _malformed(typed)


def _web_link(typed: str) -> Reference:
    address = typed if "://" in typed else f"https://{typed}"
    try:
        split = urlsplit(address)
        host = (split.hostname or "").lower()
    except ValueError:
        raise _malformed(typed) from None
    parts = [part for part in split.path.split("/") if part]
    if split.scheme.lower() not in ("http", "https"):
        raise _malformed(typed)
    if host.endswith(".t.me") and host not in _HOSTS:
        parts.insert(0, host.removesuffix(".t.me"))
    elif host not in _HOSTS:
        raise _malformed(typed)
    return _path(parts, typed)


def _path(parts: list[str], typed: str) -> Reference:
    if parts and parts[0] == "s":  # the preview in a browser: t.me/s/name
        parts = parts[1:]
    match parts:
        case ["c", number, *rest]:
            return _by_id(number, rest[-1] if rest else "", typed)
        case ["joinchat", invite]:
            return _invite(invite, typed)
        case [invite] if invite.startswith("+"):
            return _invite(invite[1:], typed)
        case [name, *_] if _NO_CHATS.match(name):
            raise _malformed(typed)
        case [name, *rest]:
            return _username(name, typed, rest[-1] if rest else "")
    raise _malformed(typed)


def _by_id(number: str, message: str, typed: str) -> Reference:
    if not number.isascii() or not number.isdigit() or not 0 < int(number) < -CHANNEL_MARK:
        raise _malformed(typed)
    return Reference(chat_ids=(CHANNEL_MARK - int(number),), message_id=_message(message, typed))


def _invite(invite: str, typed: str) -> Reference:
    if not _HASH.match(invite):
        raise _malformed(typed)
    return Reference(invite=invite)


def _malformed(typed: str) -> errors.UsageError:
    return errors.UsageError(
        f"{typed!r} names no channel.",
        hint=FORMS,
        ru=f"{typed!r} не называет канала.",
        hint_ru=FORMS_RU,
    )
