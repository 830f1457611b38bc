"""The chats and users that go with messages, serialised once each."""

from __future__ import annotations

from collections.abc import Iterable

from tgsandbox.worlds import tl
from tgsandbox.worlds.base import World

#: Peers kept as bytes; a world with more of them makes some anew.
_KEPT = 50_000


class Audience:
    """Serialised peers by marked id; `forget` after a change of the world."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._bytes: dict[int, bytes] = {}

    def forget(self) -> None:
        self._bytes.clear()

    def of(self, marked_ids: Iterable[int]) -> tuple[list[bytes], list[bytes]]:
        """(chats, users) behind marked ids; who is unknown is left out."""
        wanted = sorted(marked_ids)
        missing = [marked for marked in wanted if marked not in self._bytes]
        if missing:
            self._make(missing)
        chats: list[bytes] = []
        users: list[bytes] = []
        for marked in wanted:
            data = self._bytes.get(marked)
            if data is not None:
                (users if marked > 0 else chats).append(data)
        return chats, users

    def _make(self, marked_ids: list[int]) -> None:
        if len(self._bytes) + len(marked_ids) > _KEPT:
            self._bytes.clear()
        world = self._world
        for peer in world.peers(marked_ids):
            self._bytes[peer["id"]] = bytes(tl.peer_tl(world, peer))
