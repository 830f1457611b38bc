"""Access hashes: Telegram answers nothing about a chat without them; each account has its own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

import msgspec

from headrace.model.values import PeerId


class Access(msgspec.Struct, frozen=True, kw_only=True):
    """How an account reaches a chat."""

    peer_id: PeerId
    access_hash: int
    username: str = ""

    def __repr__(self) -> str:
        """Without the hash."""
        return f"Access(peer_id={self.peer_id}, username={self.username!r})"


class AccessBook(Protocol):
    """Keeps what one account knows of chats."""

    def remember_peers(self, found: Iterable[Access]) -> None:
        """Keep it beyond this process; an empty username leaves the known one.

        A name has one bearer: whoever had it before loses it.
        """

    def access_hash(self, peer_id: PeerId) -> int | None: ...

    def peer_by_username(self, username: str) -> PeerId | None:
        """The chat that this name meant when it was last imported."""
