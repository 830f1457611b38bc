"""What Telegram's errors mean: each is classified once, here, and nowhere else.

The tables of names are in ``verdicts``, what a person reads in ``sentences``.
"""

from __future__ import annotations

import asyncio
import http
from dataclasses import dataclass, replace

from telethon import errors as telethon_errors

from headrace import errors
from headrace.telegram import verdicts
from headrace.telegram.sentences import Said, accounts, reading, say, waiting
from headrace.telegram.verdicts import Verdict

__all__ = [
    "Failure",
    "Rejected",
    "Torn",
    "Unreadable",
    "Verdict",
    "classify",
    "classify_code",
    "not_allowed",
    "skewed",
    "too_long",
    "translate",
    "unreachable",
    "wrong_account",
]


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

    said_ru = "Telegram отклонил запрос."

    def __init__(self, failure: Failure, method: str) -> None:
        """Say what it means; ``code`` is Telegram's own name for it."""
        said = _said(failure, method)
        super().__init__(said.en, hint=said.hint_en, ru=said.ru, hint_ru=said.hint_ru)
        self.verdict = failure.verdict
        self.code = failure.code
        self.dc = failure.dc
        self.seconds = failure.seconds


class Unreadable(errors.TelegramError):
    """An answer holds something that this version of headrace cannot read."""

    said_ru = "Ответ содержит то, чего эта версия headrace не понимает."

    def __init__(self, code: str, answer: bytes = b"") -> None:
        """``code`` names the constructor (``0x…``) or what else was wrong with the bytes."""
        said = say(Verdict.UNREADABLE, code)
        super().__init__(said.en, hint=said.hint_en, ru=said.ru, hint_ru=said.hint_ru)
        self.code = code
        self.answer = answer


class Torn(Exception):
    """An answer that could not be read to its end; the cause says why."""

    def __init__(self, answer: bytes) -> None:
        """Keep the bytes: something may be rescued of them."""
        super().__init__(f"{len(answer)} bytes")
        self.answer = answer


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
        return classify_code("TRANSPORT_FLOOD")
    return Failure(verdict=Verdict.RECONNECT, code=type(error).__name__)


def classify_code(code: str, number: int = 0) -> Failure:
    """What one of Telegram's error names means; ``number`` decides for unknown names."""
    if found := verdicts.WAITS.match(code):
        minutes = 60 if found[2] else 1
        premium = code.startswith("FLOOD_PREMIUM")
        seconds = max(float(found[1]) * minutes, 1.0)
        return Failure(verdict=Verdict.WAIT, code=code, seconds=seconds, files_only=premium)
    if found := verdicts.MIGRATIONS.match(code):
        return Failure(verdict=Verdict.MIGRATE, code=code, dc=int(found[1]))
    verdict = verdicts.find_verdict(code) or verdicts.guess_verdict(abs(number))
    seconds = verdicts.untimed_wait(code) if verdict is Verdict.WAIT else 0.0
    return Failure(verdict=verdict, code=code, seconds=seconds)


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


#: Signed in is what such a session is not, or not yet.
_NOT_SIGNED_IN = frozenset(
    {"AUTH_KEY_NOT_FOUND", "AUTH_KEY_UNREGISTERED", "SESSION_PASSWORD_NEEDED", "UNAUTHORIZED"}
)


def translate(failure: Failure, method: str) -> errors.HeadraceError:
    """The error of headrace for a failure that ends a request, with its sentences."""
    kind: type[errors.HeadraceError]
    match failure.verdict:
        case Verdict.UNREADABLE:
            return Unreadable(failure.code, failure.answer)
        case Verdict.ACCOUNT_LOST:
            not_signed_in = failure.code in _NOT_SIGNED_IN
            kind = errors.NotSignedIn if not_signed_in else errors.AccountLost
        case Verdict.CHAT_LOST:
            kind = errors.ChatPrivate
        case Verdict.RETRY | Verdict.RECONNECT:
            kind = errors.ConnectionLost
        case _:
            return Rejected(failure, method)
    return _error(kind, _said(failure, method))


def unreachable(times: int, why: str = "") -> errors.HeadraceError:
    """So many connections in a row came to nothing; ``why`` is a sentence, if one is known."""
    return _error(errors.ConnectionLost, waiting.unreachable(times, why))


def too_long(seconds: float, longest: float, methods: str, resume_at: float) -> errors.FloodPause:
    """A pause of so many seconds, until ``resume_at``, is more than is waited out."""
    said = waiting.too_long(seconds, longest, methods)
    return errors.FloodPause(
        said.en,
        hint=said.hint_en,
        ru=said.ru,
        hint_ru=said.hint_ru,
        resume_at=resume_at,
        method=methods,
    )


def skewed(seconds: float) -> errors.HeadraceError:
    """This computer's clock is so many seconds ahead of Telegram's (negative: behind it)."""
    return _error(errors.ClockSkew, waiting.skewed(seconds))


def wrong_account() -> errors.HeadraceError:
    """Telegram names another account than the session does."""
    return _error(errors.AccountLost, accounts.ANOTHER)


def not_allowed(method: str) -> errors.HeadraceError:
    """A request that only reads was expected, and this one is not known to."""
    return _error(errors.MethodNotAllowed, reading.not_allowed(method))


def _error(kind: type[errors.HeadraceError], said: Said) -> errors.HeadraceError:
    return kind(said.en, hint=said.hint_en, ru=said.ru, hint_ru=said.hint_ru)


def _said(failure: Failure, method: str) -> Said:
    return say(failure.verdict, failure.code, method=method, seconds=failure.seconds)
