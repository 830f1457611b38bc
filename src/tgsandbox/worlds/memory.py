"""A world whose chats, people and files are held in dictionaries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from tgsandbox.worlds.base import Chat, Content, FileBytes
from tgsandbox.worlds.history import ListedRecords, LiveHistory, Records
from tgsandbox.worlds.locations import Locations

__all__ = ["FileFinder", "MemoryWorld"]


class FileFinder(Protocol):
    """Finds files that follow from their keys."""

    def find(self, key: str, size_type: str) -> FileBytes | None: ...

    def keys(self) -> Iterable[tuple[str, str]]:
        """Those that are worth drawing ahead."""


class MemoryWorld:
    """Implements `World`; worlds differ in what they put in."""

    def __init__(self, *, name: str, seed: int, me: Content, home_dc: int = 2) -> None:
        self.name = name
        self.seed = seed
        self.home_dc = home_dc
        self.me = me
        self.locations = Locations(seed=seed, home_dc=home_dc)
        self.chats: dict[int, Chat] = {}
        self.emoji: dict[int, Content] = {}
        self._peers: dict[int, Content] = {me["id"]: me}
        self._files: dict[tuple[str, str], FileBytes] = {}
        self._finder: FileFinder | None = None

    def peers(self, marked_ids: Sequence[int]) -> list[Content]:
        found = (self._peer(marked) for marked in marked_ids)
        return [peer for peer in found if peer is not None]

    def all_peers(self) -> Iterator[Content]:
        yield from self._peers.values()
        for marked in self.chats:
            if marked not in self._peers:
                yield self._as_peer(marked)

    def access_hash(self, peer_id: int) -> int:
        return self.locations.access_hash(peer_id)

    def by_username(self, username: str) -> int | None:
        wanted = username.lower()
        for marked, chat in self.chats.items():
            if chat.content.get("username", "").lower() == wanted:
                return marked
        for marked, peer in self._peers.items():
            if marked not in self.chats and peer.get("username", "").lower() == wanted:
                return marked
        return None

    def file(self, key: str, size_type: str) -> FileBytes | None:
        found = self._files.get((key, size_type))
        if found is None and self._finder is not None:
            return self._finder.find(key, size_type)
        return found

    def drawn_keys(self) -> Iterator[tuple[str, str]]:
        yield from self._files
        if self._finder is not None:
            yield from self._finder.keys()

    def add_chat(
        self,
        content: Content,
        messages: Sequence[Content] = (),
        *,
        records: Records | None = None,
        joined: bool = True,
        private: bool = False,
        invite_hash: str | None = None,
    ) -> Chat:
        """Put a chat in; ``records`` instead of ``messages`` where they are not a list."""
        marked = content["id"]
        records = records or ListedRecords(marked, messages, self.locations)
        chat = Chat(
            content=content,
            access_hash=self.access_hash(marked),
            history=LiveHistory(marked, records, self.locations),
            joined=joined,
            private=private,
            invite_hash=invite_hash,
            pts=len(records) + 1,
        )
        self.chats[marked] = chat
        return chat

    def add_peers(self, peers: Iterable[Content]) -> None:
        self._peers.update((peer["id"], peer) for peer in peers)

    def add_file(self, key: str, size_type: str, file: FileBytes) -> None:
        self._files[key, size_type] = file

    def find_files_with(self, finder: FileFinder) -> None:
        """Ask ``finder`` for files that were not put in one by one."""
        self._finder = finder

    def _peer(self, marked: int) -> Content | None:
        if marked in self.chats:
            return self._as_peer(marked)
        return self._peers.get(marked)

    def _as_peer(self, marked: int) -> Content:
        """A served chat as it appears among the peers; a rename shows at once."""
        chat = self.chats[marked].content
        peer = {"id": marked, "kind": chat["kind"], "name": chat["title"]}
        for key in ("username", "verified", "photo"):
            if key in chat:
                peer[key] = chat[key]
        return peer
