"""The reader: carries a plan out, several lanes at once, and commits what they bring."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing
from itertools import takewhile

from headrace.importer.lanes import LanePool
from headrace.importer.plan import plan_import
from headrace.importer.ports import Source, Store
from headrace.model.chat import Chat, Probe
from headrace.model.coverage import HISTORY, Claim, Failure, IdRange, Lease, without
from headrace.model.job import Control
from headrace.model.message import Message
from headrace.model.page import Page, Saved
from headrace.model.plan import ImportPlan, Lane, Pace

#: Pages that may wait for their commit: enough to keep the store busy, few enough to stay small.
MAX_PENDING_PAGES = 32

#: Hears of each page that is stored, and of what came of it.
Arrived = Callable[[Page, Saved], None]

#: Ids asked for one by one where the server's answers contradict its own count (100 a request).
MAX_DOUBTED_IDS = 10_000


class Reader:
    """Reads ranges of one chat's history into the store, under one lease."""

    def __init__(
        self,
        source: Source,
        store: Store,
        chat: Chat,
        lease: Lease,
        control: Control,
        *,
        pace: Pace,
        arrived: Arrived,
        sift: bool = False,
        finish: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """``arrived`` is called after each page that is stored; ``sift`` leaves chatter out;
        ``finish`` is called when a plan is read, before its lanes are forgotten.
        """
        self._source = source
        self._store = store
        self._chat = chat
        self._lease = lease
        self._control = control
        self._pace = pace
        self._arrived = arrived
        self._finish = finish
        self._whole = not sift
        self._save_page = store.save_comments_page if sift else store.save_page
        self._room = asyncio.Semaphore(MAX_PENDING_PAGES)
        self._saving: set[asyncio.Task[None]] = set()
        self._doubts: list[Page] = []
        #: The server's count with the latest answer.
        self.count: int | None = None

    async def plan(self, probe: Probe, wanted: Sequence[IdRange]) -> ImportPlan:
        """What of the wanted ids is still to be read."""
        covered = await self._store.coverage(self._chat.id, HISTORY, self._source.name)
        if self._whole:
            covered = without(covered, await self._store.left_out_span(self._chat.id))
        return plan_import(
            self._chat,
            probe,
            wanted,
            covered=covered,
            failures=await self._store.failures(self._chat.id, HISTORY),
            pace=self._pace,
        )

    async def read(self, plan: ImportPlan) -> None:
        """Read and commit all ranges of a plan; when it returns, each is covered.

        However it ends, every page that was read by then has been handed to the store.
        """
        self._doubts.clear()
        lanes = LanePool(plan)
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(plan.lanes):
                    group.create_task(self._work(lanes, group))
        finally:
            await self._finish_saving()
        for doubt in self._doubts:
            await self._settle(doubt)
        await self._retry(plan.retries)
        if self._finish is not None:
            await self._finish()
        await self._store.drop_claims(self._lease, self._chat.id, HISTORY)

    async def read_while_album(self, below: int, floor: int, grouped_id: int) -> int:
        """Read the rest of an album that goes on below an id; the lowest id read."""
        lane = Lane(chat_id=self._chat.id, lo=floor, hi=below - 1, cursor=below)
        async with aclosing(self._source.pages(self._chat, lane)) as pages:
            async for page in pages:
                kept = list(takewhile(lambda one: one.grouped_id == grouped_id, page.messages))
                if not kept:
                    return below
                below = kept[-1].id
                await self._save(_part(page, kept, lo=below), None)
                if len(kept) < len(page.messages):
                    return below
        return below

    async def _work(self, lanes: LanePool, saves: asyncio.TaskGroup) -> None:
        while (lane := lanes.take()) is not None:
            await self._store.save_claim(self._lease, _claim(lane))
            async with aclosing(self._source.pages(self._chat, lane)) as pages:
                async for page in pages:
                    await self._take(page, lane, saves)
            lanes.finish(lane)

    async def _take(self, page: Page, lane: Lane, saves: asyncio.TaskGroup) -> None:
        """Have a page saved beside the next request."""
        self.count = page.count if page.count is not None else self.count
        if page.doubtful:
            self._doubts.append(page)
            return
        save = asyncio.create_task(self._save_and_make_room(page, _claim(lane)))
        self._saving.add(save)
        save.add_done_callback(self._saved)
        saves.create_task(_outcome(save))
        await self._room.acquire()
        await self._control.checkpoint()

    async def _save_and_make_room(self, page: Page, claim: Claim) -> None:
        try:
            await self._save(page, claim)
        finally:
            self._room.release()

    async def _finish_saving(self) -> None:
        if self._saving:
            await asyncio.wait(self._saving)

    def _saved(self, save: asyncio.Task[None]) -> None:
        self._saving.discard(save)
        if not save.cancelled():
            # Of several that fail at once only the first is waited for; none is to complain.
            save.exception()

    async def _save(self, page: Page, claim: Claim | None) -> None:
        self._arrived(page, await self._save_page(self._lease, page, claim))

    async def _settle(self, doubt: Page) -> None:
        """Hold an empty answer against the server's own count before it counts as absence.

        If the oldest message by position lies above the empty range, both agree.
        Otherwise every id is asked for; a range too long for that is recorded as a failure.
        """
        count = doubt.count or 0
        oldest = await self._source.seek_position(self._chat, count - 1) if count else None
        if count == 0 or (oldest is not None and oldest > doubt.hi):
            await self._save(_part(doubt, [], lo=doubt.lo), None)
            return
        if doubt.hi - doubt.lo >= MAX_DOUBTED_IDS:
            await self._save(_contradiction(doubt), None)
            return
        await self._read_ids(range(doubt.lo, doubt.hi + 1))

    async def _retry(self, failures: Sequence[Failure]) -> None:
        for failure in failures:
            if failure.hi - failure.lo < MAX_DOUBTED_IDS:
                await self._read_ids(range(failure.lo, failure.hi + 1))

    async def _read_ids(self, ids: range) -> None:
        for start in range(0, len(ids), 100):
            for page in await self._source.messages(self._chat, ids[start : start + 100]):
                await self._save(page, None)
                await self._control.checkpoint()


async def _outcome(save: asyncio.Task[None]) -> None:
    """Learn of an error at once; when the reading is stopped, the save goes on by itself."""
    await asyncio.shield(save)


def _part(page: Page, messages: Sequence[Message], *, lo: int) -> Page:
    """The upper part of a page, down to an id."""
    return Page(
        chat_id=page.chat_id,
        scope=page.scope,
        source=page.source,
        lo=lo,
        hi=page.hi,
        messages=tuple(messages),
        peers=page.peers,
        count=page.count,
    )


def _contradiction(doubt: Page) -> Page:
    detail = (
        f"Telegram counts {doubt.count} messages and shows none in the ids "
        f"{doubt.lo}..{doubt.hi}; a later import asks again."
    )
    failure = Failure(lo=doubt.lo, hi=doubt.hi, reason="contradiction", detail=detail)
    return Page(
        chat_id=doubt.chat_id,
        scope=doubt.scope,
        source=doubt.source,
        lo=doubt.lo,
        hi=doubt.hi,
        failures=(failure,),
        count=doubt.count,
    )


def _claim(lane: Lane) -> Claim:
    return Claim(chat_id=lane.chat_id, scope=lane.scope, lo=lane.lo, hi=lane.hi, cursor=lane.cursor)
