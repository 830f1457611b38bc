"""Requests as they arrive, before anything believes them, and the one shape of refusing them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


class Refusal(Exception):
    """Why a request goes no further, in the one shape of errors."""

    def __init__(
        self,
        status: int,
        error: str,
        message: str,
        *,
        hint: str = "",
        ru: str = "",
        hint_ru: str = "",
        headers: Sequence[tuple[bytes, bytes]] = (),
    ) -> None:
        """``error`` is a name for programs; ``headers`` come with the answer.

        ``ru``, ``hint_ru``: the same in Russian, where the site shows it.
        """
        super().__init__(message)
        self.status = status
        self.headers = headers
        self.body = error_body(error, message, hint)
        self.body_ru = error_body(error, ru or message, hint_ru or hint)


@dataclass(slots=True)
class Asked:
    """A request as far as the guard looks at it."""

    scope: Scope
    method: str = field(init=False)
    path: str = field(init=False)

    def __post_init__(self) -> None:
        self.method = self.scope.get("method", "GET")
        self.path = self.scope["path"]

    def all(self, name: bytes) -> list[bytes]:
        """The values of a header, each time that it stands there."""
        return [value for key, value in self.scope["headers"] if key == name]

    def one(self, name: bytes) -> str:
        """The value of a header, nothing where it is missing; two of them are no value."""
        values = self.all(name)
        return values[0].decode("latin-1") if len(values) == 1 else ""

    @property
    def origin(self) -> str:
        """That of this site, as the request itself names it."""
        return f"{self.scope['scheme']}://{self.one(b'host')}".lower()

    @property
    def bearer(self) -> str:
        """The token that came with it."""
        kind, _, token = self.one(b"authorization").partition(" ")
        return token.strip() if kind.lower() == "bearer" else ""

    @property
    def address(self) -> str:
        """Where it comes from; nothing that a proxy claims is believed."""
        client = self.scope.get("client")
        return str(client[0]) if client else ""


def error_body(error: str, message: str, hint: str = "") -> dict[str, str]:
    """The one shape of errors."""
    return {"error": error, "message": message, "hint": hint}
