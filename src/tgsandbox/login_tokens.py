"""Login tokens: what a QR code says, from the asking for it to the scanning and signing in."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from tgsandbox.clock import Clock
from tgsandbox.errors import bad_request
from tgsandbox.session import Key

#: How long a token may be scanned, and how long it may be used once it was.
TOKEN_SECONDS, ACCEPTED_SECONDS = 30, 300
_TOKEN_BYTES = 32
#: Tokens remembered, so that late ones can be told what became of them.
_KEPT = 1000


@dataclass(kw_only=True, eq=False)
class LoginToken:
    """One token, of the key that shows it."""

    token: bytes
    key: Key
    except_ids: list[int]
    """Accounts that the client has already and does not want again."""
    expires: float
    user_id: int | None = None
    """The account whose owner has scanned it."""
    used: bool = False


class LoginTokens:
    """All tokens; times are the sandbox's."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._tokens: dict[bytes, LoginToken] = {}

    def new(self, key: Key, except_ids: list[int]) -> LoginToken:
        """A token for a key; those that it had before may be scanned as long as they last."""
        made = LoginToken(
            token=secrets.token_bytes(_TOKEN_BYTES),
            key=key,
            except_ids=except_ids,
            expires=self._clock.now() + TOKEN_SECONDS,
        )
        self._tokens[made.token] = made
        while len(self._tokens) > _KEPT:
            del self._tokens[next(iter(self._tokens))]
        return made

    def accepted(self, key: Key) -> LoginToken | None:
        """The key's token that was scanned and not used yet."""
        for one in self._tokens.values():
            if one.key is key and one.user_id is not None and self._is_good(one):
                return one
        return None

    def accept(self, token: bytes, user_id: int) -> LoginToken:
        """A token is scanned by the owner of an account."""
        found = self._tokens.get(token)
        if found is None:
            raise bad_request("AUTH_TOKEN_INVALIDX")
        if found.user_id is not None or found.used:
            raise bad_request("AUTH_TOKEN_ALREADY_ACCEPTED")
        if not self._is_good(found):
            raise bad_request("AUTH_TOKEN_EXPIRED")
        if user_id in found.except_ids:
            raise bad_request("AUTH_TOKEN_EXCEPTION")
        for one in self._tokens.values():
            one.used |= one.key is found.key and one is not found
        found.user_id = user_id
        found.expires = self._clock.now() + ACCEPTED_SECONDS
        return found

    def imported(self, token: bytes) -> LoginToken:
        """A scanned token that a client has carried to another data centre."""
        found = self._tokens.get(token)
        if found is None or (found.user_id is None and self._is_good(found)):
            raise bad_request("AUTH_TOKEN_INVALID")
        if found.used:
            raise bad_request("AUTH_TOKEN_ALREADY_ACCEPTED")
        if not self._is_good(found):
            raise bad_request("AUTH_TOKEN_EXPIRED")
        return found

    def hand_over(self, token: LoginToken, key: Key) -> None:
        """From now on it is this key's, which imported it."""
        token.key = key

    def use(self, key: Key) -> None:
        """The key has signed in: none of its tokens is good any more."""
        for one in self._tokens.values():
            if one.key is key:
                one.used = True

    def waiting(self) -> list[bytes]:
        """Tokens that may be scanned now, the newest last."""
        return [
            one.token for one in self._tokens.values() if one.user_id is None and self._is_good(one)
        ]

    def expire(self) -> None:
        """All tokens that nobody has scanned yet."""
        for one in self._tokens.values():
            if one.user_id is None:
                one.expires = min(one.expires, self._clock.now())

    def _is_good(self, token: LoginToken) -> bool:
        return not token.used and token.expires > self._clock.now()
