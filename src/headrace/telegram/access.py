"""Access hashes: Telegram answers nothing about a chat without them; each account has its own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

import msgspec

from headrace.model.values import FileKey, PeerId


class Access(msgspec.Struct, frozen=True, kw_only=True):
    """How an account reaches a chat."""

    peer_id: PeerId
    access_hash: int
    username: str = ""

    def __repr__(self) -> str:
        """Without the hash."""
        return f"Access(peer_id={self.peer_id}, username={self.username!r})"


class FileAccess(msgspec.Struct, frozen=True, kw_only=True):
    """How an account reaches a photo, a document with its thumbnails, or a peer's photo."""

    file: FileKey
    access_hash: int = 0
    reference: bytes = b""
    #: The data centre that it lies in.
    dc: int
    #: Which of a photo's sizes is the largest.
    size_type: str = ""
    #: In bytes, 0 where Telegram does not say.
    size: int = 0
    #: When Telegram gave this reference (Unix seconds).
    seen_at: int = 0

    def __repr__(self) -> str:
        """Without the hash and the reference."""
        return f"FileAccess(file={self.file!r}, dc={self.dc})"


class SeenIn(msgspec.Struct, frozen=True, kw_only=True):
    """A message through which a peer can be reached of whom there is no full access."""

    peer_id: PeerId
    chat_id: PeerId
    message_id: int


class FileWay(Protocol):
    """``FileAccess`` as a book keeps it."""

    @property
    def file(self) -> str: ...

    @property
    def access_hash(self) -> int: ...

    @property
    def reference(self) -> bytes: ...

    @property
    def dc(self) -> int: ...

    @property
    def size_type(self) -> str: ...

    @property
    def size(self) -> int: ...

    @property
    def seen_at(self) -> int: ...


class AccessBook(Protocol):
    """Keeps what one account knows of chats and files."""

    def remember_page(
        self, peers: Iterable[Access], files: Iterable[FileAccess], seen: Iterable[SeenIn]
    ) -> None:
        """Keep what one answer brought, all at once."""

    def file_access(self, file: str) -> FileWay | None: ...

    def seen_in(self, peer_id: PeerId) -> tuple[PeerId, int] | None:
        """Chat and message through which a peer can be reached."""

    def remember_peers(self, found: Iterable[Access]) -> None:
        """Keep it beyond this process; an empty username leaves the known one.

        A name has one bearer: whoever had it before loses it.
        """

    def access_hash(self, peer_id: PeerId) -> int | None: ...

    def peer_by_username(self, username: str) -> PeerId | None:
        """The chat that this name meant when it was last imported."""
