"""Signing in, as a talk with a person: what is asked, what is said; no words yet."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

from headrace.model.values import Value


class SentCode(Value, frozen=True, kw_only=True):
    """A code that Telegram has sent."""

    #: ``app sms call flash_call missed_call email fragment``, or ``other``.
    way: str
    #: Digits, 0 where Telegram does not say.
    length: int = 0
    #: The beginning of the calling number, or the pattern of the address; often empty.
    where: str = ""
    #: Whether it can be sent again, another way.
    again: bool = False


class Notice(StrEnum):
    """What the person is told on the way."""

    WRONG_CODE = "wrong_code"
    EXPIRED_CODE = "expired_code"
    NO_OTHER_WAY = "no_other_way"
    WRONG_PASSWORD = "wrong_password"  # noqa: S105  # the name of a notice
    WRONG_PHONE = "wrong_phone"


class Login(Protocol):
    """The person who signs in. Every question may be ended by cancellation."""

    async def application(self) -> tuple[str, str]:
        """The api_id and api_hash, as typed."""

    async def phone(self) -> str:
        """The number with its country code; empty: by QR code."""

    async def code(self, sent: SentCode) -> str:
        """The code that Telegram sent; empty: send it again, another way."""

    async def password(self, hint: str) -> str:
        """The password of two-step verification."""

    def scan(self, url: str, seconds: float) -> None:
        """Show a QR code; it is valid for so long, and another one follows then."""

    def notice(self, notice: Notice) -> None:
        """Tell something and go on."""
