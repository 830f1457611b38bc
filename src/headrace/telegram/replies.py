"""Replies: the comments of one post, asked for through the channel (``messages.getReplies``)."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any, NamedTuple

from telethon.tl import functions

from headrace.model.coverage import Failure
from headrace.model.page import Page
from headrace.model.plan import Lane
from headrace.model.thread import NEWEST, NoThread
from headrace.model.values import PeerId
from headrace.telegram.answers import OnAnswer, Slice, ask_for_messages, check_descending
from headrace.telegram.calls import Gate
from headrace.telegram.failures import Rejected, Unreadable, Verdict
from headrace.telegram.lean_reader import GetReplies
from headrace.telegram.rescue import rescue

#: Telegram sends at most so many messages a page.
PAGE = 100


class Post(NamedTuple):
    """A post with comments: its channel as Telegram wants it named, and the group they are in."""

    channel: Any
    id: int
    group_id: PeerId


class ThreadReader:
    """The comments of one post, as one account sees them."""

    def __init__(self, gate: Gate, post: Post, on_answer: OnAnswer | None = None) -> None:
        self._gate = gate
        self._post = post
        self._on_answer = on_answer

    async def pages(self, lane: Lane, most: int | None = None) -> AsyncGenerator[Page]:
        """Pages of a lane, newest to oldest; at most so many messages.

        A page reaches down to its oldest message. The last one reaches down to ``lane.lo``: when
        all that Telegram counts was seen from the top, or nothing more is given.

        Raises:
            NoThread: the post has no copy in the group (any more).
            ChatPrivate: not even the channel shows its comments.
        """
        from_top, seen, limit = lane.cursor > NEWEST, 0, PAGE
        while not lane.done and (most is None or seen < most):
            size = limit if most is None else min(limit, most - seen)
            try:
                found = await self._ask(lane.cursor, size)
            except Unreadable as exc:
                if limit > 1:
                    limit //= 2
                    continue
                yield await self._culprit(lane, exc)
                seen, limit = seen + 1, PAGE
                continue
            seen += len(found.ids)
            is_last = not found.ids or (from_top and seen >= found.count)
            if page := self._page(lane, found, is_last=is_last):
                yield page

    def _page(self, lane: Lane, found: Slice, *, is_last: bool) -> Page | None:
        top = lane.cursor - 1
        if lane.cursor > NEWEST:
            # What is newer than the newest may be on its way.
            top = max(found.ids, default=lane.lo - 1)
        lo = lane.lo if is_last else max(found.ids[-1], lane.lo)
        lane.cursor = lo
        if top < lo:
            return None
        return Page(
            chat_id=self._post.group_id,
            scope=lane.scope,
            lo=lo,
            hi=top,
            messages=tuple([one for one in found.messages if one.id >= lo]),
            peers=found.peers,
            count=found.count,
        )

    async def _culprit(self, lane: Lane, error: Unreadable) -> Page:
        """The newest comment below the cursor cannot be read, and nobody says which id it has."""
        rescued = rescue(error, self._post.group_id)
        if rescued is not None:
            check_descending(rescued, lane.cursor)
            page = self._page(lane, rescued, is_last=False)
            assert page is not None
            return page
        top = lane.cursor
        skipped = 1
        while True:
            try:
                found = await self._ask(top, 1, skipped)
                break
            except Unreadable:
                skipped += 1
        lo = found.ids[0] + 1 if found.ids else lane.lo
        # Where it was the newest of all, its id may be larger: it is met again then.
        hi = lo if top > NEWEST else top - 1
        lane.cursor = lo
        detail = f"A comment holds something that this version cannot read ({error.code})."
        failure = Failure(lo=lo, hi=hi, reason="unknown_constructor", detail=detail)
        return Page(
            chat_id=self._post.group_id,
            scope=lane.scope,
            lo=lo,
            hi=hi,
            failures=(failure,),
            count=found.count,
        )

    async def _ask(self, cursor: int, limit: int, skipped: int = 0) -> Slice:
        """An answer; an empty one is no news before it was given twice, unless there is nothing."""
        found = await self._ask_once(cursor, limit, skipped)
        if not found.ids and found.count:
            found = await self._ask_once(cursor, limit, skipped)
        return found

    async def _ask_once(self, cursor: int, limit: int, skipped: int) -> Slice:
        request = GetReplies(
            peer=self._post.channel,
            msg_id=self._post.id,
            offset_id=0 if cursor > NEWEST else cursor,
            offset_date=None,
            add_offset=skipped,
            limit=limit,
            max_id=0,
            min_id=0,
            hash=0,
        )
        try:
            found = await ask_for_messages(
                self._gate, request, self._post.group_id, self._on_answer
            )
        except Rejected as exc:
            raise _no_thread(exc) from exc
        check_descending(found, None if cursor > NEWEST else cursor)
        return found


async def ask_for_root(gate: Gate, channel: Any, post_id: int) -> Any:
    """The copies of a post in its group (``messages.discussionMessage``).

    Raises:
        NoThread: there is none (any more).
        ChatPrivate: the group is gone.
    """
    try:
        return await gate.call(functions.messages.GetDiscussionMessageRequest(channel, post_id))
    except Rejected as exc:
        raise _no_thread(exc) from exc


def _no_thread(error: Rejected) -> Exception:
    """Telegram calls the message invalid where a post has no thread."""
    return NoThread(error.code) if error.verdict is Verdict.ITEM_LOST else error
