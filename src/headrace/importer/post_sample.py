"""A sample of posts that nobody has read yet: a few pages, and how many posts each stands for."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field

import msgspec

from headrace.importer.plan import PAGE_SIZE
from headrace.importer.ports import Source
from headrace.model.chat import Chat
from headrace.model.coverage import IdRange, contains, subtract
from headrace.model.message import Message
from headrace.model.page import Page
from headrace.model.plan import Lane
from headrace.model.thread import Thread
from headrace.model.values import PeerId

#: Pages that are looked at: the newest, the oldest, and where the discussion group changes.
MOST_PAGES = 6


@dataclass(slots=True)
class PostSample:
    """What of a channel is to be read, and the pages of it that were looked at, ascending."""

    #: Ascending.
    ranges: Sequence[IdRange]
    #: How many messages the ranges hold.
    messages: int
    pages: list[Page] = field(default_factory=list)

    @property
    def gaps(self) -> list[IdRange]:
        """What nobody has looked at."""
        return subtract(self.ranges, [_span_of(one) for one in self.pages])

    def threads(self) -> Iterator[tuple[float, list[Thread]]]:
        """The posts with comments of each page, and how many pages like it there are."""
        for page, weight in zip(self.pages, self._weights(), strict=True):
            yield weight, _threads_of(page)

    def open_posts(self, group_id: PeerId) -> list[int]:
        """Those seen whose comments are open in a group, ascending."""
        return sorted(one.id for page in self.pages for one in _open(page, group_id))

    def add(self, page: Page) -> None:
        """Take in a page, but for what is not to be read."""
        kept = tuple([one for one in page.messages if contains(self.ranges, one.id)])
        self.pages.append(msgspec.structs.replace(page, messages=kept))
        self.pages.sort(key=lambda one: one.lo)

    @property
    def width(self) -> int:
        """How many ids a full page takes, by the density of all."""
        return math.ceil(PAGE_SIZE * sum(map(len, self.ranges)) / max(self.messages, 1))

    def change(self) -> IdRange | None:
        """The widest gap across which posts name another group, or begin to name one."""
        widest, gaps = None, self.gaps
        for below, above in zip(self.pages, self.pages[1:], strict=False):
            if _groups_of(below)[-1:] == _groups_of(above)[:1]:
                continue
            for gap in gaps:
                is_between = below.hi < gap.lo and gap.hi < above.lo
                if is_between and (widest is None or len(gap) > len(widest)):
                    widest = gap
        return widest

    def _weights(self) -> list[float]:
        """What lies in a gap is as what was seen on both its sides."""
        weights = [1.0] * len(self.pages)
        gaps = self.gaps
        length = sum(map(len, gaps))
        left = max(self.messages - sum(len(one.messages) for one in self.pages), 0)
        for gap in gaps:
            place = sum(1 for one in self.pages if one.lo < gap.lo)
            beside = [at for at in (place - 1, place) if 0 <= at < len(self.pages)]
            seen = sum(len(self.pages[at].messages) for at in beside)
            for at in beside:
                weights[at] += left * len(gap) / length / seen if seen else 0
        return weights


async def sample_posts(source: Source, chat: Chat, sample: PostSample) -> None:
    """Look at the newest and the oldest posts, and then where the discussion group changes.

    One request a page; none for the newest of all, which a look ahead has brought along.
    """
    if sample.gaps and not sample.pages:
        sample.add(await newest_page(source, chat, sample.ranges[-1]))
    if gaps := sample.gaps:
        top = min(gaps[0].hi, gaps[0].lo + sample.width - 1)
        sample.add(await newest_page(source, chat, IdRange(lo=gaps[0].lo, hi=top)))
    while len(sample.pages) < MOST_PAGES and (gap := sample.change()):
        top = min(gap.hi, (gap.lo + gap.hi + sample.width) // 2)
        sample.add(await newest_page(source, chat, IdRange(lo=gap.lo, hi=top)))


async def newest_page(source: Source, chat: Chat, span: IdRange) -> Page:
    """The newest page of a range."""
    lane = Lane(chat_id=chat.id, lo=span.lo, hi=span.hi, cursor=span.hi + 1)
    async with aclosing(source.pages(chat, lane)) as pages:
        async for page in pages:
            return page
    return Page(chat_id=chat.id, lo=span.lo, hi=span.hi)


async def newest_posts(source: Source, chat: Chat, page: Page, span: IdRange, limit: int) -> int:
    """The id from which on there are the newest N posts of a range; ``page`` is its newest.

    Where the page has fewer: that of the Nth message, which costs a request.
    """
    posts: set[int] = set()
    last: Message | None = None
    for one in page.messages:
        post = one.grouped_id or -one.id
        if len(posts) >= limit and post not in posts and last is not None:
            return last.id
        if one.kind != "service":
            posts.add(post)
        last = one
    if page.lo <= span.lo:
        return span.lo
    if len(posts) >= limit and last is not None:
        return last.id
    found = await source.seek_position(chat, limit - 1, below=span.hi + 1)
    return max(found or span.lo, span.lo)


def _threads_of(page: Page) -> list[Thread]:
    """An album is one, as in the archive."""
    found: dict[int, Thread] = {}
    for one in _open(page):
        assert one.replies is not None
        thread = Thread(post=one.id, group=one.replies.chat or 0, expected=one.replies.count)
        place = one.grouped_id or -one.id
        found[place] = found[place].joined(thread) if place in found else thread
    return [one for one in found.values() if one.expected]


def _open(page: Page, group_id: PeerId | None = None) -> list[Message]:
    """Messages whose comments are open, newest first."""
    return [
        one
        for one in page.messages
        if one.replies is not None
        and one.replies.comments
        and one.replies.chat
        and group_id in (None, one.replies.chat)
    ]


def _groups_of(page: Page) -> list[PeerId]:
    """The group of each post with open comments, oldest first."""
    return [one.replies.chat or 0 for one in reversed(_open(page)) if one.replies is not None]


def _span_of(page: Page) -> IdRange:
    return IdRange(lo=page.lo, hi=page.hi)
