"""What Telegram's errors mean: each is classified once, here, and nowhere else."""

from __future__ import annotations

import asyncio
import http
import re
from dataclasses import dataclass, replace
from enum import StrEnum

from telethon import errors as telethon_errors

from headrace import errors


class Verdict(StrEnum):
    """What the gate does about an error."""

    #: Wait as long as Telegram says, then repeat the same request.
    WAIT = "wait"
    #: Repeat the same request after a short pause.
    RETRY = "retry"
    #: The connection is gone: make a new one, then repeat the same request.
    RECONNECT = "reconnect"
    #: The file's reference is stale: read its message again.
    REFRESH_REFERENCE = "refresh_reference"
    #: Ask another data centre.
    MIGRATE = "migrate"
    #: The answer has a part that this version cannot read.
    UNREADABLE = "unreadable"
    #: This one message, file or name cannot be had.
    ITEM_LOST = "item_lost"
    CHAT_LOST = "chat_lost"
    ACCOUNT_LOST = "account_lost"
    #: A request that is wrong in itself.
    BUG = "bug"


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """An error, understood. ``seconds`` for a wait, ``dc`` for a migration."""

    verdict: Verdict
    code: str
    seconds: float = 0.0
    dc: int = 0
    #: Only downloads are held back (Telegram's own distinction).
    files_only: bool = False
    #: The bytes of an answer that could not be read.
    answer: bytes = b""


class Rejected(errors.TelegramError):
    """Telegram refused a request."""

    def __init__(self, failure: Failure, method: str) -> None:
        """Say which method was refused and how Telegram calls it."""
        super().__init__(f"Telegram refused {method}: {failure.code}.")
        self.verdict = failure.verdict
        self.code = failure.code
        self.dc = failure.dc


class Unreadable(errors.TelegramError):
    """An answer holds something that this version of headrace cannot read."""

    def __init__(self, code: str, answer: bytes = b"") -> None:
        """``code`` names the constructor (``0x…``) or what else was wrong with the bytes."""
        super().__init__(f"An answer of Telegram holds something unknown ({code}).")
        self.code = code
        self.answer = answer


class Torn(Exception):
    """An answer that could not be read to its end; the cause says why."""

    def __init__(self, answer: bytes) -> None:
        """Keep the bytes: something may be rescued of them."""
        super().__init__(f"{len(answer)} bytes")
        self.answer = answer


#: Telegram names no time when it floods at the transport; clients are to stay away a minute.
TRANSPORT_FLOOD_S = 60.0

_WAITS = re.compile(
    r"^(?:FLOOD_(?:PREMIUM_|TEST_PHONE_)?WAIT|SLOWMODE_WAIT|2FA_CONFIRM_WAIT|TAKEOUT_INIT_DELAY"
    r"|PREVIOUS_CHAT_IMPORT_ACTIVE_WAIT)_(\d+)(MIN)?$"
)
_MIGRATIONS = re.compile(r"^(?:FILE|PHONE|NETWORK|USER|STATS)_MIGRATE_(\d+)$")
_CALL_ERRORS = re.compile(r"^INTERDC_\d+_CALL_(?:RICH_)?ERROR$")


def _set(names: str) -> frozenset[str]:
    return frozenset(names.split())


_RETRY = _set(
    "AUTH_RESTART CHAT_GET_FAILED CHP_CALL_FAIL CONNECTION_NOT_INITED HISTORY_GET_FAILED "
    "INPUT_FETCH_ERROR INPUT_FETCH_FAIL INTERNAL MSGID_DECREASE_RETRY MSG_WAIT_FAILED "
    "MT_SEND_QUEUE_TOO_LONG NEED_CHAT_INVALID NEED_MEMBER_INVALID "
    "PERSISTENT_TIMESTAMP_OUTDATED POSTPONED_TIMEOUT RPC_CALL_FAIL RPC_MCGET_FAIL "
    "STORAGE_CHECK_FAILED TIMEDOUT TIMEOUT UNKNOWN_ERROR WORKER_BUSY_TOO_LONG_RETRY"
)
_WAIT_A_MINUTE = frozenset({"FLOOD", "PEER_FLOOD"})
_REFRESH = _set(
    "FILEREF_UPGRADE_NEEDED FILE_REFERENCE_EMPTY FILE_REFERENCE_EXPIRED FILE_REFERENCE_INVALID"
)
_ITEM_LOST = _set(
    "DOCUMENT_INVALID FILE_ID_INVALID INVITE_HASH_EMPTY INVITE_HASH_EXPIRED "
    "INVITE_HASH_INVALID LOCATION_INVALID LOCATION_NOT_AVAILABLE MEDIA_EMPTY MEDIA_INVALID "
    "MESSAGE_EMPTY MESSAGE_IDS_EMPTY MESSAGE_ID_INVALID MSG_ID_INVALID MSG_TOO_OLD NOT_FOUND "
    "PHOTO_ID_INVALID PHOTO_INVALID TAKEOUT_INVALID TAKEOUT_REQUIRED TOPIC_DELETED "
    "TOPIC_ID_INVALID USERNAME_INVALID USERNAME_NOT_OCCUPIED USER_DELETED USER_ID_INVALID "
    "USER_INVALID VERSION_INVALID WEBDOCUMENT_INVALID WEBPAGE_CURL_FAILED WEBPAGE_MEDIA_EMPTY"
)
_CHAT_LOST = _set(
    "CHANNEL_BANNED CHANNEL_ID_INVALID CHANNEL_INVALID CHANNEL_PRIVATE CHANNEL_PUBLIC_GROUP_NA "
    "CHAT_ADMIN_REQUIRED CHAT_FORBIDDEN CHAT_ID_EMPTY CHAT_ID_INVALID CHAT_INVALID "
    "CHAT_RESTRICTED FORBIDDEN MEGAGROUP_PREHISTORY_HIDDEN PEER_HISTORY_EMPTY PEER_ID_INVALID "
    "PEER_ID_NOT_SUPPORTED USER_BANNED_IN_CHANNEL USER_KICKED USER_NOT_PARTICIPANT"
)
_ACCOUNT_LOST = _set(
    "ACTIVE_USER_REQUIRED API_ID_INVALID API_ID_PUBLISHED_FLOOD AUTH_KEY AUTH_KEY_DUPLICATED "
    "AUTH_KEY_INVALID AUTH_KEY_NOT_FOUND AUTH_KEY_PERM_EMPTY AUTH_KEY_UNREGISTERED "
    "CONNECTION_API_ID_INVALID FROZEN_METHOD_INVALID FROZEN_PARTICIPANT_MISSING "
    "INPUT_USER_DEACTIVATED SESSION_EXPIRED SESSION_PASSWORD_NEEDED SESSION_REVOKED "
    "UNAUTHORIZED UPDATE_APP_TO_LOGIN USER_DEACTIVATED USER_DEACTIVATED_BAN"
)


def classify(error: BaseException) -> Failure:
    """What an error from below means; total: every exception gets exactly one verdict."""
    if isinstance(error, telethon_errors.RPCError):
        return classify_code(_code_of(error), error.code or 0)
    if isinstance(error, Torn) and error.__cause__ is not None:
        return replace(classify(error.__cause__), answer=error.answer)
    if isinstance(error, telethon_errors.TypeNotFoundError):
        code = f"0x{error.invalid_constructor_id:08x}"
        return Failure(verdict=Verdict.UNREADABLE, code=code)
    if isinstance(error, TimeoutError):
        return Failure(verdict=Verdict.RETRY, code="DEADLINE")
    if isinstance(error, _TRANSPORT):
        return _transport(error)
    # What is left was raised while the answer was parsed: its bytes make no sense to us.
    return Failure(verdict=Verdict.UNREADABLE, code=type(error).__name__)


#: What Telethon and the operating system raise when the connection itself is at fault.
_TRANSPORT = (
    OSError,
    EOFError,
    asyncio.CancelledError,
    telethon_errors.AuthKeyNotFound,
    telethon_errors.InvalidBufferError,
    telethon_errors.InvalidChecksumError,
    telethon_errors.SecurityError,
    telethon_errors.BadMessageError,
)


def _transport(error: BaseException) -> Failure:
    code = error.code if isinstance(error, telethon_errors.InvalidBufferError) else None
    if isinstance(error, telethon_errors.AuthKeyNotFound) or code == http.HTTPStatus.NOT_FOUND:
        return Failure(verdict=Verdict.ACCOUNT_LOST, code="AUTH_KEY_NOT_FOUND")
    if code == http.HTTPStatus.TOO_MANY_REQUESTS:
        return Failure(verdict=Verdict.WAIT, code="TRANSPORT_FLOOD", seconds=TRANSPORT_FLOOD_S)
    return Failure(verdict=Verdict.RECONNECT, code=type(error).__name__)


def classify_code(code: str, number: int = 0) -> Failure:
    """What one of Telegram's error names means; ``number`` decides for unknown names."""
    if found := _WAITS.match(code):
        minutes = 60 if found[2] else 1
        premium = code.startswith("FLOOD_PREMIUM")
        seconds = max(float(found[1]) * minutes, 1.0)
        return Failure(verdict=Verdict.WAIT, code=code, seconds=seconds, files_only=premium)
    if found := _MIGRATIONS.match(code):
        return Failure(verdict=Verdict.MIGRATE, code=code, dc=int(found[1]))
    if code in _WAIT_A_MINUTE:
        return Failure(verdict=Verdict.WAIT, code=code, seconds=TRANSPORT_FLOOD_S)
    return Failure(verdict=_named(code) or _numbered(abs(number)), code=code)


def _named(code: str) -> Verdict | None:
    if code in _RETRY or _CALL_ERRORS.match(code):
        return Verdict.RETRY
    if code in _REFRESH:
        return Verdict.REFRESH_REFERENCE
    if code in _ITEM_LOST:
        return Verdict.ITEM_LOST
    if code in _CHAT_LOST:
        return Verdict.CHAT_LOST
    if code in _ACCOUNT_LOST:
        return Verdict.ACCOUNT_LOST
    return None


def _numbered(number: int) -> Verdict:
    match number:
        case 500 | 503:
            return Verdict.RETRY
        case 401:
            return Verdict.ACCOUNT_LOST
        case 403:
            return Verdict.CHAT_LOST
        case _:
            return Verdict.BUG


def _code_of(error: telethon_errors.RPCError) -> str:
    """Telegram's own name for an error; Telethon keeps only its class for most of them."""
    for name, kind in telethon_errors.rpc_errors_dict.items():
        if type(error) is kind:
            return str(name).upper()
    for pattern, kind in telethon_errors.rpc_errors_re:
        if type(error) is kind:
            return str(pattern).replace("(\\d+)", str(_number_in(error)))
    return str(error.message or type(error).__name__).upper()


def _number_in(error: telethon_errors.RPCError) -> int:
    """The number of an error; its attribute is ``seconds``, ``new_dc``, ``minutes`` and so on."""
    values = (value for name, value in vars(error).items() if name != "code")
    return next((value for value in values if isinstance(value, int)), 0)


def translate(failure: Failure, method: str) -> errors.HeadraceError:
    """The error of headrace for a failure that ends a request."""
    match failure.verdict:
        case Verdict.UNREADABLE:
            return Unreadable(failure.code, failure.answer)
        case Verdict.ACCOUNT_LOST:
            return _account_lost(failure.code)
        case Verdict.CHAT_LOST:
            return errors.ChatPrivate(
                f"This account cannot read the chat ({failure.code}): it is private, closed to "
                "this account, or gone."
            )
        case Verdict.RETRY | Verdict.RECONNECT:
            return errors.ConnectionLost(
                f"Telegram did not answer {method} in several attempts ({failure.code})."
            )
        case _:
            return Rejected(failure, method)


def _account_lost(code: str) -> errors.AccountLost:
    match code:
        case "AUTH_KEY_UNREGISTERED" | "AUTH_KEY_NOT_FOUND" | "UNAUTHORIZED":
            return errors.NotSignedIn(f"Telegram does not know this session ({code}).")
        case "AUTH_KEY_DUPLICATED":
            return errors.AccountLost(
                "The session was used from two places at once, so Telegram ended it "
                "(AUTH_KEY_DUPLICATED)."
            )
        case "USER_DEACTIVATED" | "USER_DEACTIVATED_BAN" | "INPUT_USER_DEACTIVATED":
            return errors.AccountLost(f"Telegram closed this account ({code}).")
        case "API_ID_INVALID" | "CONNECTION_API_ID_INVALID" | "API_ID_PUBLISHED_FLOOD":
            return errors.AccountLost(
                f"Telegram does not accept the api_id and api_hash ({code}).",
                hint="Get your own at https://my.telegram.org and set api_id and api_hash.",
            )
        case _:
            return errors.AccountLost(f"Telegram no longer accepts this session ({code}).")
