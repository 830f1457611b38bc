"""Proofs: what the archive holds of each chat, proven anew only where something may have changed.

To prove a chat all of its rows are counted, which takes a while where they are many. Nobody
writes but under the lease of the chat that is written; so what was proven while nobody held it
is true for as long as its fence is the same.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

from headrace.errors import ArchiveError
from headrace.importer.status import glances_of, status_of
from headrace.model.chat import Chat
from headrace.model.clock import Clock
from headrace.model.values import PeerId
from headrace.store.leases import Standing
from headrace.store.store import ArchiveStore
from headrace.web.ports import Holding

#: So long a look waits for what it needs; what is not proven by then is told from the ledger.
PATIENCE_S = 0.25
#: While a chat is written, it is proven again after so many times as long as that takes.
_REST = 20
_AT_ONCE = 2


Standings = Mapping[PeerId, Standing]


class _Proof(NamedTuple):
    chat: Chat
    #: How it stood, before anything was counted, with all chats whose rows were counted.
    standings: Standings
    holding: Holding
    #: On the monotonic clock.
    began: float
    ended: float

    def is_moving(self, now: Standings) -> bool:
        """Somebody may be writing what was counted."""
        return any(_standing(now, one).is_held for one in self.standings)

    def holds(self, chat: Chat, now: Standings) -> bool:
        """Nothing of what was counted has changed."""
        is_same = all(_standing(now, one) == then for one, then in self.standings.items())
        return chat == self.chat and is_same and not self.is_moving(now)


@asynccontextmanager
async def proving(store: ArchiveStore, clock: Clock) -> AsyncIterator[Proofs]:
    """The proofs of an archive; those of all its chats are begun at once."""
    proofs = Proofs(store, clock)
    begun = asyncio.create_task(proofs.begin_all())
    try:
        yield proofs
    finally:
        begun.cancel()
        await asyncio.wait([begun])
        await proofs.close()


@dataclass(slots=True)
class Proofs:
    """The last proof of each chat, and those that are under way."""

    store: ArchiveStore
    clock: Clock
    _proven: dict[PeerId, _Proof] = field(default_factory=dict)
    _under_way: dict[PeerId, tuple[Standing, asyncio.Task[None]]] = field(default_factory=dict)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _room: asyncio.Semaphore = field(default_factory=partial(asyncio.Semaphore, _AT_ONCE))

    async def holdings(self, chats: Iterable[Chat]) -> dict[PeerId, Holding]:
        """What is held of chats, as it is; of those that somebody works on, as it was lately."""
        wanted = list(chats)
        now, synced = await self.store.standing(), await self.store.synced()
        needed = [task for chat in wanted if (task := self._needed(chat, now)) is not None]
        if needed:
            done, _ = await asyncio.wait(needed, timeout=PATIENCE_S)
            for task in done:
                # Whoever looks is told what keeps the archive from being read.
                task.result()
        found = {chat.id: one for chat in wanted if (one := self._known(chat, now)) is not None}
        left = [chat for chat in wanted if chat.id not in found]
        if left:
            glances = await glances_of(self.store, left)
            found |= {one: Holding(status) for one, status in glances.items()}
        return {one: holding._replace(synced=synced.get(one)) for one, holding in found.items()}

    async def begin_all(self) -> None:
        """Prove all chats, before anybody looks."""
        with suppress(ArchiveError):
            now = await self.store.standing()
            for chat in await self.store.chats():
                self._begin(chat, now)

    async def settled(self) -> None:
        """Return when nothing is under way any more."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def close(self) -> None:
        """Give up what is under way."""
        for task in self._tasks:
            task.cancel()
        await self.settled()

    def _needed(self, chat: Chat, now: Standings) -> asyncio.Task[None] | None:
        """The proof that a look has to wait for; one that it need not wait for is begun."""
        proof = self._proven.get(chat.id)
        if proof is None:
            return self._begin(chat, now)
        if not proof.is_moving(now):
            return None if proof.holds(chat, now) else self._begin(chat, now)
        rested = self.clock.monotonic() - proof.ended
        if rested >= _REST * (proof.ended - proof.began):
            self._begin(chat, now)
        return None

    def _begin(self, chat: Chat, now: Standings) -> asyncio.Task[None]:
        """Prove a chat, unless that is under way; what has begun before a change is no use."""
        mine = _standing(now, chat.id)
        standing, task = self._under_way.get(chat.id, (None, None))
        if task is not None and (standing == mine or mine.is_held):
            return task
        task = asyncio.create_task(self._prove(chat, now))
        self._under_way[chat.id] = (mine, task)
        self._tasks.add(task)
        task.add_done_callback(partial(self._ended, chat.id))
        return task

    def _ended(self, chat_id: PeerId, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if self._under_way[chat_id][1] is task:
            del self._under_way[chat_id]
        if not task.cancelled():
            # Looked at, so that an error that nobody waited for does not complain.
            task.exception()

    async def _prove(self, chat: Chat, then: Standings) -> None:
        async with self._room:
            began = self.clock.monotonic()
            status = await status_of(self.store, chat)
            files = await self.store.file_tallies(chat.id)
            is_full = not status["ids"]["absent"]
            absent = () if is_full else tuple(await self.store.absent(chat.id))
            kin = {chat.id, chat.linked_chat_id, status["discussion_of"]}
            kin |= {*await self.store.groups_of(chat.id)}
            ended = self.clock.monotonic()
        standings = {one: _standing(then, one) for one in kin if one is not None}
        before = self._proven.get(chat.id)
        if before is None or before.began <= began:
            holding = Holding(status, files, absent=absent)
            self._proven[chat.id] = _Proof(chat, standings, holding, began, ended)

    def _known(self, chat: Chat, now: Standings) -> Holding | None:
        proof = self._proven.get(chat.id)
        is_good = proof is not None and (proof.is_moving(now) or proof.holds(chat, now))
        return proof.holding if proof is not None and is_good else None


def _standing(standings: Standings, chat_id: PeerId) -> Standing:
    return standings.get(chat_id, Standing())
