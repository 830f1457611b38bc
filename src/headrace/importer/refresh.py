"""Refreshing: messages that are stored are read once more, by id, to see what became of them.

It finds edits (every version is kept), counts that moved, and deletions, which only an explicit
``messageEmpty`` proves. Nothing of it touches the ledger: what is looked at again was covered.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Collection, Sequence
from contextlib import aclosing
from dataclasses import dataclass

import msgspec

from headrace.importer.lease import first_of
from headrace.importer.plan import LANES
from headrace.importer.ports import Source, Store
from headrace.importer.progress import Meter
from headrace.importer.reader import Arrived
from headrace.importer.work import Work
from headrace.model.chat import Chat
from headrace.model.coverage import HISTORY, Covered, Failure, IdRange, Lease, subtract
from headrace.model.job import Control
from headrace.model.page import Page
from headrace.model.plan import Pace
from headrace.model.refresh import Refresh, Refreshed, Round

#: Telegram takes at most so many ids a call.
IDS_A_CALL = 100


async def begin_round(store: Store, lease: Lease, chat_id: int, source: str) -> Round:
    """Begin a run over a chat, or go on with one that was broken off; before anything is read."""
    begun = await store.begin_round(lease, chat_id)
    covered = _ranges(await store.coverage(chat_id, HISTORY, source))
    return msgspec.structs.replace(begun, covered=tuple(covered))


@dataclass(frozen=True, kw_only=True)
class Refresher:
    """Looks at stored messages of any chat again, several calls in flight."""

    source: Source
    store: Store
    meter: Meter
    control: Control
    pace: Pace
    #: Called after each answer that is stored: its messages may name new files.
    arrived: Arrived

    async def refresh(
        self,
        chat: Chat,
        lease: Lease,
        policy: Refresh,
        this: Round,
        extra_ids: Collection[int] = (),
    ) -> Refreshed:
        """Look at what the policy names, and at ``extra_ids``; then the round is over.

        What the round has read or seen itself is not asked for again. ``extra_ids``: stored
        messages of which something is known to have moved, however old, and though deleted.
        """
        found = Refreshed()
        if not this.is_first and not policy.is_off:
            self.meter.enter("refresh", afresh=True)
            ids = self._ids(chat, policy, this, extra_ids)
            async with aclosing(ids):
                found = await self._look(chat, lease, ids)
        await self.store.end_round(lease, chat.id)
        return found

    async def look(self, chat: Chat, lease: Lease, ids: Collection[int]) -> Refreshed:
        """Look at these, whatever a policy says."""

        async def each() -> AsyncGenerator[int, None]:
            for message_id in ids:
                yield message_id

        return await self._look(chat, lease, each()) if ids else Refreshed()

    async def _ids(
        self, chat: Chat, policy: Refresh, this: Round, extra_ids: Collection[int]
    ) -> AsyncGenerator[int, None]:
        """Each id once: those that were named, then those that are young enough."""
        covered = _ranges(await self.store.coverage(chat.id, HISTORY, self.source.name))
        just_read = subtract(covered, this.covered)
        named = await self.store.unseen_of(chat.id, this.began, extra_ids)
        for message_id in named:
            yield message_id
        done = set(named)
        since = policy.since(this.began)
        async with aclosing(self.store.unseen(chat.id, this.began, since, just_read)) as batches:
            async for batch in batches:
                for message_id in batch:
                    if message_id not in done:
                        yield message_id

    async def _look(self, chat: Chat, lease: Lease, ids: AsyncIterator[int]) -> Refreshed:
        """Ask for the ids, in several lanes that share them."""
        calls = _Calls(ids)
        try:
            async with asyncio.TaskGroup() as group:
                lanes = [
                    group.create_task(self._lane(chat, lease, calls))
                    for _ in range(LANES[self.pace])
                ]
        except BaseExceptionGroup as error:
            raise first_of(error) from None
        found = [lane.result() for lane in lanes]
        return Refreshed(
            messages=sum(one.messages for one in found),
            failures=tuple([failure for one in found for failure in one.failures]),
        )

    async def _lane(self, chat: Chat, lease: Lease, calls: _Calls) -> Refreshed:
        looked = 0
        failures: list[Failure] = []
        while ids := await calls.take():
            answers = await self.source.messages(chat, ids)
            lost = [failure for answer in answers for failure in answer.failures]
            page = _joined(chat, answers)
            saved = await self.store.save_page(lease, page)
            looked += len(ids)
            failures += lost
            self.meter.failures += len(lost)
            self.arrived(page, saved)
            await self.control.checkpoint()
        return Refreshed(messages=looked, failures=tuple(failures))


def refresher_of(work: Work, arrived: Arrived) -> Refresher:
    """What looks again at messages during an import."""
    return Refresher(
        source=work.source,
        store=work.store,
        meter=work.meter,
        control=work.control,
        pace=work.options.pace,
        arrived=arrived,
    )


async def refresh_posts(work: Work) -> None:
    """Look again at the posts of an import that may have changed."""
    again = refresher_of(work, work.arrived)
    policy = work.options.refresh
    work.refreshed += await again.refresh(work.chat, work.lease, policy, work.round)


class _Calls:
    """Ids dealt out to lanes, as many as one call takes."""

    def __init__(self, ids: AsyncIterator[int]) -> None:
        self._ids = ids
        self._turn = asyncio.Lock()

    async def take(self) -> list[int]:
        """The next ids; none at the end."""
        async with self._turn:
            taken: list[int] = []
            while len(taken) < IDS_A_CALL:
                message_id = await anext(self._ids, None)
                if message_id is None:
                    break
                taken.append(message_id)
            return taken


def _joined(chat: Chat, answers: Sequence[Page]) -> Page:
    """An answer as one page that covers nothing; what could not be read has no part in it."""
    peers = {peer.id: peer for answer in answers for peer in answer.peers}
    return Page(
        chat_id=chat.id,
        lo=1,
        hi=0,
        messages=tuple([message for answer in answers for message in answer.messages]),
        peers=tuple(peers.values()),
        absent=tuple([message_id for answer in answers for message_id in answer.absent]),
    )


def _ranges(covered: Sequence[Covered]) -> list[IdRange]:
    return [IdRange(lo=one.lo, hi=one.hi) for one in covered]
