"""Codes that are sent to a phone, and how often one may ask for them or guess."""

from __future__ import annotations

import random
from collections import defaultdict, deque
from dataclasses import dataclass

from tgsandbox.clock import Clock
from tgsandbox.errors import bad_request, not_acceptable

CODE_SECONDS = 300
CODE_LENGTH = 5
#: Codes that one number may ask for in an hour, and wrong codes and passwords in a day.
MOST_CODES, MOST_MISTAKES = 10, 5
_HOUR, _DAY = 3600, 86_400
APP, SMS, CALL = "app", "sms", "call"


@dataclass(kw_only=True)
class SentCode:
    """A code on its way, and the ways that are left to send it again."""

    phone: str
    code: str
    hash: str
    expires: float
    ways: list[str]
    """The one taken first."""


class Codes:
    """Codes by their hash. Chance is seeded; times are the sandbox's."""

    def __init__(self, clock: Clock, seed: int) -> None:
        self._clock = clock
        self._chance = random.Random(f"codes {seed}")
        self._sent: dict[str, SentCode] = {}
        self._asked: dict[str, deque[float]] = defaultdict(deque)
        self._missed: dict[str, deque[float]] = defaultdict(deque)

    def send(self, phone: str, *, in_app: bool) -> SentCode:
        """A new code; those sent before stay good."""
        self.refuse_guessers(phone)
        self._count(phone)
        sent = SentCode(
            phone=phone,
            code=f"{self._chance.randrange(10**CODE_LENGTH):0{CODE_LENGTH}d}",
            hash=f"{self._chance.getrandbits(72):018x}",
            expires=self._clock.now() + CODE_SECONDS,
            ways=[APP, SMS, CALL] if in_app else [SMS, CALL],
        )
        self._sent[sent.hash] = sent
        return sent

    def send_again(self, phone: str, code_hash: str) -> SentCode:
        """The same code by the next way."""
        sent = self._found(phone, code_hash)
        if len(sent.ways) == 1:
            raise not_acceptable("SEND_CODE_UNAVAILABLE")
        self._count(phone)
        del sent.ways[0]
        sent.expires = self._clock.now() + CODE_SECONDS
        return sent

    def cancel(self, phone: str, code_hash: str) -> None:
        del self._sent[self._found(phone, code_hash).hash]

    def check(self, phone: str, code_hash: str, code: str) -> None:
        """Refuse a code that is not the one sent; a right one stays good until `forget`."""
        self.refuse_guessers(phone)
        if not code:
            raise bad_request("PHONE_CODE_EMPTY")
        if self._found(phone, code_hash).code != code:
            self.missed(phone)
            raise bad_request("PHONE_CODE_INVALID")

    def forget(self, phone: str) -> None:
        """The phone has signed in: its codes are used up, its mistakes forgiven."""
        self._sent = {one.hash: one for one in self._sent.values() if one.phone != phone}
        self._asked.pop(phone, None)
        self._missed.pop(phone, None)

    def forgive(self, phone: str) -> None:
        """Forget how often was asked and guessed."""
        self._asked.pop(phone, None)
        self._missed.pop(phone, None)

    def expire(self, phone: str) -> None:
        for sent in self._sent.values():
            if sent.phone == phone:
                sent.expires = self._clock.now()

    def last(self, phone: str) -> str | None:
        """The code sent last, unless it was used or cancelled."""
        return next((one.code for one in reversed(self._sent.values()) if one.phone == phone), None)

    def phones(self) -> set[str]:
        """Numbers to which codes are out."""
        return {one.phone for one in self._sent.values()}

    def missed(self, phone: str) -> None:
        """Count a wrong code or password."""
        self._missed[phone].append(self._clock.now())

    def refuse_guessers(self, phone: str) -> None:
        if self._since(self._missed[phone], _DAY) >= MOST_MISTAKES:
            raise not_acceptable("PHONE_PASSWORD_FLOOD")

    def _count(self, phone: str) -> None:
        if self._since(self._asked[phone], _HOUR) >= MOST_CODES:
            raise bad_request("PHONE_NUMBER_FLOOD")
        self._asked[phone].append(self._clock.now())

    def _since(self, times: deque[float], seconds: float) -> int:
        while times and times[0] <= self._clock.now() - seconds:
            times.popleft()
        return len(times)

    def _found(self, phone: str, code_hash: str) -> SentCode:
        if not code_hash:
            raise bad_request("PHONE_CODE_HASH_EMPTY")
        sent = self._sent.get(code_hash)
        if sent is None or sent.phone != phone or sent.expires <= self._clock.now():
            raise bad_request("PHONE_CODE_EXPIRED")
        return sent
