"""The chats and users that go with messages, serialised once each."""

from __future__ import annotations

from collections.abc import Iterable

from tgsandbox.accounts import Accounts
from tgsandbox.worlds import tl
from tgsandbox.worlds.base import World

#: Peers kept as bytes; a world with more of them makes some anew.
_KEPT = 50_000


class Audience:
    """Serialised peers by marked id; `forget` after a change of the world."""

    def __init__(self, world: World, accounts: Accounts) -> None:
        self._world = world
        self._accounts = accounts.by_id
        self._bytes: dict[int, bytes] = {}

    def forget(self) -> None:
        self._bytes.clear()

    def of(self, marked_ids: Iterable[int], viewer: int | None) -> tuple[list[bytes], list[bytes]]:
        """(chats, users) behind marked ids; who is unknown is left out.

        ``viewer`` is the account that will read it: to itself it looks different.
        """
        wanted = sorted(marked_ids)
        own = self._accounts
        missing = [one for one in wanted if one not in self._bytes and one not in own]
        if missing:
            self._make(missing)
        chats: list[bytes] = []
        users: list[bytes] = []
        for marked in wanted:
            data = self._account(marked, viewer) if marked in own else self._bytes.get(marked)
            if data is not None:
                (users if marked > 0 else chats).append(data)
        return chats, users

    def _account(self, user_id: int, viewer: int | None) -> bytes:
        (content,) = self._world.peers([user_id])
        user = tl.peer_tl(self._world, content)
        if user_id == viewer:
            user.is_self = True
            user.phone = self._accounts[user_id].phone
        return bytes(user)

    def _make(self, marked_ids: list[int]) -> None:
        if len(self._bytes) + len(marked_ids) > _KEPT:
            self._bytes.clear()
        world = self._world
        for peer in world.peers(marked_ids):
            self._bytes[peer["id"]] = bytes(tl.peer_tl(world, peer))
