"""Histories: a lane's pages, newest to oldest, each with the range of ids that it proves."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncGenerator, Sequence
from contextlib import suppress
from typing import Any

from headrace import errors
from headrace.model.chat import Chat, Probe
from headrace.model.page import Page
from headrace.model.plan import Lane
from headrace.telegram.answers import OnAnswer, Slice, ask_for_messages, check_descending
from headrace.telegram.by_ids import IDS_A_CALL, Found, find_by_ids, page_of_run
from headrace.telegram.calls import Gate
from headrace.telegram.failures import Unreadable
from headrace.telegram.lean_reader import GetHistory
from headrace.telegram.rescue import rescue

#: Telegram sends at most so many messages a page.
PAGE = 100


class History:
    """The history of one chat, as one account sees it."""

    def __init__(
        self, gate: Gate, chat: Chat, peer: Any, on_answer: OnAnswer | None = None
    ) -> None:
        """``peer`` is the chat as Telegram wants it named (an ``InputPeer``)."""
        self._gate = gate
        self._chat = chat
        self._peer = peer
        self._on_answer = on_answer
        #: The newest page, where a look ahead has brought it.
        self.newest: Slice | None = None

    async def pages(self, lane: Lane) -> AsyncGenerator[Page]:
        """The pages of a lane (see ``Source.pages``).

        A page reaches down to its oldest message, and so does its proof: a short page
        is no end. Where a page cannot be read, ever smaller ones narrow it down.
        """
        limit, suspects = PAGE, 0
        while not lane.done:
            try:
                found = await self._below(lane.cursor, limit)
            except Unreadable as exc:
                suspects = suspects or limit
                if limit > 1:
                    limit //= 2
                    continue
                yield await self._culprit(lane, exc)
                limit, suspects = PAGE, 0
                continue
            if not found.ids:
                yield self._doubt(lane, found)
                continue
            suspects = max(suspects - len(found.ids), 0)
            limit = limit if suspects else PAGE
            yield self._proven(lane, found)

    async def probe(self, *, ahead: bool = False) -> Probe:
        """The newest id and the server's count; ``ahead`` keeps the page that shows them."""
        if ahead:
            with suppress(Unreadable):
                found = await self._ask(limit=PAGE)
                if found.ids:
                    self.newest = found
                    return Probe(count=found.count, top_id=found.ids[0])
        for passed in range(PAGE):
            try:
                found = await self._ask(limit=1, add_offset=passed)
            except Unreadable:
                continue
            top = max(found.ids, default=0)
            if not top and not passed and found.count:
                raise errors.ServerMisbehaves(
                    f"Telegram counts {found.count} messages in {self._chat.title!r} "
                    "and shows none.",
                    hint="Nothing was changed; try the same command again later.",
                )
            return Probe(count=found.count, top_id=await self._above(top) if passed else top)
        raise Unreadable("everything")

    async def seek_position(self, position: int, below: int = 0) -> int | None:
        """The id at a position; where that cannot be read, one that is certainly not above it."""
        return await self._seek(add_offset=position, offset_id=below)

    async def seek_date(self, date: int) -> int | None:
        """The newest id older than a time."""
        return await self._seek(offset_date=dt.datetime.fromtimestamp(date, dt.UTC))

    async def _seek(
        self, *, add_offset: int = 0, offset_id: int = 0, offset_date: dt.datetime | None = None
    ) -> int | None:
        for passed in range(PAGE):
            try:
                found = await self._ask(
                    limit=1,
                    offset_id=offset_id,
                    add_offset=add_offset + passed,
                    offset_date=offset_date,
                )
            except Unreadable:
                continue
            above = 1 if passed else 0
            return found.ids[0] + above if found.ids else None
        raise Unreadable("everything")

    async def _below(self, cursor: int, limit: int) -> Slice:
        """A page of ids below ``cursor``."""
        newest, self.newest = self.newest, None
        if newest is not None and limit == PAGE and cursor == newest.ids[0] + 1:
            found = newest
        else:
            found = await self._ask(offset_id=cursor, limit=limit)
        check_descending(found, cursor)
        return found

    async def _ask(self, **question: Any) -> Slice:
        """An answer; an empty one is no news before it was given twice."""
        found = await self._ask_once(**question)
        return found if found.ids else await self._ask_once(**question)

    async def _ask_once(
        self,
        *,
        limit: int,
        offset_id: int = 0,
        add_offset: int = 0,
        offset_date: dt.datetime | None = None,
    ) -> Slice:
        # min_id and max_id stay 0: far from the offset, the server's own filters find nothing.
        request = GetHistory(
            peer=self._peer,
            offset_id=offset_id,
            offset_date=offset_date,
            add_offset=add_offset,
            limit=limit,
            max_id=0,
            min_id=0,
            hash=0,
        )
        return await ask_for_messages(self._gate, request, self._chat.id, self._on_answer)

    def _proven(self, lane: Lane, found: Slice) -> Page:
        """The page, cut off at the floor, which may have been raised while it was on its way."""
        lo = max(found.ids[-1], lane.lo)
        messages = found.messages
        if found.ids[-1] < lane.lo:
            messages = tuple([message for message in messages if message.id >= lane.lo])
        page = Page(
            chat_id=self._chat.id,
            lo=lo,
            hi=lane.cursor - 1,
            messages=messages,
            peers=found.peers if messages else (),
            count=found.count,
        )
        lane.cursor = lo
        return page

    def _doubt(self, lane: Lane, found: Slice) -> Page:
        page = Page(
            chat_id=self._chat.id,
            lo=lane.lo,
            hi=lane.cursor - 1,
            count=found.count,
            doubtful=True,
        )
        lane.cursor = lane.lo
        return page

    async def _culprit(self, lane: Lane, error: Unreadable) -> Page:
        """The newest message below the cursor cannot be read.

        What can be had of it is taken; or else its id is found, from the top down.
        """
        rescued = rescue(error, self._chat.id)
        if rescued is not None:
            check_descending(rescued, lane.cursor)
            return self._proven(lane, rescued)
        chunk = 1
        run: list[int] = []
        top = lane.cursor - 1
        found = await self._by_ids([top])
        run.append(top)
        while not found.failures and run[-1] > lane.lo:
            chunk = min(chunk * 2, IDS_A_CALL)
            ids = list(range(run[-1] - 1, max(run[-1] - 1 - chunk, lane.lo - 1), -1))
            more = await self._by_ids(ids)
            found.messages |= more.messages
            found.absent |= more.absent
            found.failures |= more.failures
            found.peers |= more.peers
            run += ids
        run = [message_id for message_id in run if message_id >= lane.lo]
        lane.cursor = run[-1] if run else lane.lo
        return page_of_run(self._chat, found, run)

    async def _by_ids(self, ids: Sequence[int]) -> Found:
        return await find_by_ids(self._gate, self._chat.id, self._peer, ids, self._on_answer)

    async def _above(self, known: int) -> int:
        """The newest id, where the newest messages cannot be read."""
        ids = range(known + 1, known + 1 + IDS_A_CALL)
        found = await self._by_ids(list(ids))
        return max([known, *found.messages, *found.failures])
