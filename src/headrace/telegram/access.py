"""Access hashes: Telegram answers nothing about a chat without them; each account has its own."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

import msgspec

from headrace.model.values import PeerId
from headrace.telegram.private_files import write_private


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
        """Keep it beyond this process; an empty username leaves the known one."""

    def access_hash(self, peer_id: PeerId) -> int | None: ...

    def peer_by_username(self, username: str) -> PeerId | None:
        """The chat that this name meant when it was last imported."""


class AccessFile:
    """An access book in one private file; without a path it lives in memory only."""

    def __init__(self, path: Path | None = None) -> None:
        """Read the file; a missing or damaged one counts as empty (hashes are found anew)."""
        self._path = path
        self._known: dict[PeerId, Access] = {}
        if path is not None:
            try:
                found = msgspec.json.decode(path.read_bytes(), type=list[Access])
            except (OSError, msgspec.MsgspecError):
                found = []
            self._known = {access.peer_id: access for access in found}

    def remember_peers(self, found: Iterable[Access]) -> None:
        """Keep it; the file is written only when something changed. A name has one bearer."""
        before = dict(self._known)
        for access in found:
            old = self._known.get(access.peer_id)
            if access.username:
                self._take_name(access.username)
            name = access.username or (old.username if old else "")
            self._known[access.peer_id] = msgspec.structs.replace(access, username=name)
        if self._known != before and self._path is not None:
            write_private(self._path, msgspec.json.encode(list(self._known.values())))

    def _take_name(self, username: str) -> None:
        bearer = self.peer_by_username(username)
        if bearer is not None:
            nameless = msgspec.structs.replace(self._known[bearer], username="")
            self._known[bearer] = nameless

    def access_hash(self, peer_id: PeerId) -> int | None:
        """The hash of a chat."""
        found = self._known.get(peer_id)
        return found.access_hash if found else None

    def peer_by_username(self, username: str) -> PeerId | None:
        """The chat that this name meant when it was last imported."""
        name = username.lower()
        for access in self._known.values():
            if access.username.lower() == name:
                return access.peer_id
        return None
