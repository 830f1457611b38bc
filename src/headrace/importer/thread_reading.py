"""Threads read by themselves: the comments of one post after another, several at once."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field

from headrace.errors import ChatPrivate
from headrace.importer.comment_plan import thread_ranges
from headrace.importer.work import Work
from headrace.model.coverage import IdRange, Lease, thread_scope
from headrace.model.page import Page
from headrace.model.plan import Lane
from headrace.model.thread import Missing, NoThread, Thread
from headrace.model.values import PeerId


async def read_replies(
    work: Work,
    lease: Lease,
    group_id: PeerId,
    post_id: int,
    span: IdRange,
    most: int | None = None,
) -> AsyncGenerator[Page, None]:
    """Read and save a part of the comments of a post, newest to oldest; page by page."""
    scope = thread_scope(work.chat.id, post_id)
    lane = Lane(chat_id=group_id, scope=scope, lo=span.lo, hi=span.hi, cursor=span.hi + 1)
    async with aclosing(work.source.replies(work.chat, post_id, lane, most)) as pages:
        async for page in pages:
            work.comments_arrived(page, await work.store.save_thread_page(lease, page))
            yield page
            await work.control.checkpoint()


@dataclass(slots=True)
class Filling:
    """Threads of one group that are asked for, several at once."""

    given: Work
    group_id: PeerId
    lease: Lease
    waiting: deque[Thread] = field(default_factory=deque)
    #: By post: what Telegram counts, and why some of it may be missing.
    asked: dict[int, tuple[int, Missing]] = field(default_factory=dict)
    _forbidden: bool = False

    async def work(self) -> None:
        """Read what waits, thread by thread; several may do so side by side."""
        while self.waiting:
            thread = self.waiting.popleft()
            if self._forbidden:
                self.asked[thread.post] = (thread.expected, Missing.FORBIDDEN)
                continue
            try:
                expected, reason = await self._read(thread)
            except NoThread:
                expected, reason = thread.expected, Missing.ROOT_DELETED
            except ChatPrivate:
                self._forbidden = True
                expected, reason = thread.expected, Missing.FORBIDDEN
            self.asked[thread.post] = (expected, reason)

    async def _read(self, thread: Thread) -> tuple[int, Missing]:
        """What Telegram counts at last, and why it may not have given all of it."""
        given, limit = self.given, self.given.options.comments_limit
        scope = thread_scope(given.chat.id, thread.post)
        covered = await given.store.coverage(self.group_id, scope, given.source.name)
        expected, failed = thread.expected, False
        left = None if limit is None else limit - thread.stored
        for span in thread_ranges(covered, thread):
            is_new = bool(covered) and span.lo > covered[-1].hi
            most = limit if is_new else left
            found = read_replies(given, self.lease, self.group_id, thread.post, span, most)
            async with aclosing(found):
                async for page in found:
                    left = None if left is None else left - len(page.messages)
                    expected = max(expected, page.count or 0)
                    failed |= bool(page.failures)
        if failed:
            return expected, Missing.FAILED
        return expected, Missing.DELETED if limit is None else Missing.LIMIT
