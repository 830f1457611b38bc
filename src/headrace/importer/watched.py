"""One watched chat: takes its changes into the archive, in the order in which they happened.

A message that is told proves nothing of the ids between it and the newest that the ledger has:
they are asked for, few by their ids, many by the ledger. An id is deleted only when Telegram,
asked for it, says that it is empty.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, aclosing, nullcontext
from dataclasses import dataclass, field

import msgspec

from headrace.errors import FloodPause
from headrace.importer.copies import first_copy
from headrace.importer.downloads import Downloader, Downloads
from headrace.importer.known_chats import find_again
from headrace.importer.lease import first_of, held
from headrace.importer.ports import Store, WatchedSource
from headrace.importer.progress import Meter
from headrace.importer.ranges import broken_off, remember
from headrace.importer.reader import Reader
from headrace.model.change import Change
from headrace.model.chat import Chat
from headrace.model.clock import Clock
from headrace.model.coverage import HISTORY, IdRange, Lease, union
from headrace.model.download import MediaPolicy
from headrace.model.job import Control
from headrace.model.message import Message
from headrace.model.page import Page, Saved
from headrace.model.plan import Pace
from headrace.model.watch import Happening, WatchSink

#: Ids that are asked for one by one; more of them are read by the ledger.
MAX_ASKED = 1_000

Refresh = Callable[[Chat, Lease, Meter, Control], Awaitable[None]]
"""Looks again at what may have changed in a chat, after a gap in what was told of it."""


@dataclass(frozen=True, kw_only=True)
class Means:
    """What watching needs, given by the composition root."""

    source: WatchedSource
    store: Store
    clock: Clock
    #: Who holds the leases: ``host:pid:start``.
    owner: str
    pace: Pace = Pace.NORMAL
    media: MediaPolicy = field(default_factory=MediaPolicy)
    #: Without it files are left for later.
    downloader: Downloader | None = None
    refresh: Refresh | None = None


def name_of(chat: Chat) -> str:
    """What a chat is called in a line."""
    return f"@{chat.username}" if chat.username else chat.title


@dataclass(slots=True, kw_only=True)
class WatchedChat:
    """A chat of the archive, watched under a lease of its own."""

    means: Means
    chat: Chat
    sink: WatchSink
    control: Control
    #: Sums up what was saved.
    meter: Meter
    #: It is a discussion group, of which only comments are kept.
    sift: bool = False
    downloads: Downloads | None = None
    _lease: Lease = field(init=False)
    _covered: list[IdRange] = field(default_factory=list)

    @property
    def name(self) -> str:
        """What the chat is called in a line."""
        return name_of(self.chat)

    async def watch(self) -> None:
        """Take changes until cancelled.

        Raises:
            Any error of ``headrace.errors``; all that was told until then is saved.
        """
        means = self.means
        again_from = await broken_off(means.store, self.chat.id, means.source.name)
        async with held(means.store, means.clock, f"chat:{self.chat.id}", means.owner) as lease:
            self._lease = lease
            await remember(means.store, lease, self.chat.id, again_from)
            await self._describe()
            self._covered = await self._ledger()
            if again_from is not None:
                await self._catch_up(None, again_from)
            since = await means.store.position(self.chat.id)
            changes = means.source.changes(self.chat, since)
            async with self._files() as self.downloads, aclosing(changes):
                if since is None:
                    await self._take(await anext(changes))
                self.sink.happened(self._happening("watching"))
                async for change in changes:
                    await self.control.checkpoint()
                    await self._take(change)

    def _files(self) -> AbstractAsyncContextManager[Downloads | None]:
        means = self.means
        if means.downloader is None or means.media.is_empty:
            return nullcontext()
        return means.downloader.beside(
            self.chat, means.media, self._lease, self.meter, self.control
        )

    async def _describe(self) -> None:
        """Ask what the chat is called and looks like now; its id says which one it is."""
        self.chat, peers = await find_again(self.means.source, self.chat)
        await self.means.store.save_chat(self._lease, self.chat, peers)

    async def _take(self, change: Change) -> None:
        if change.described:
            await self._describe()
        if change.gap:
            await self._catch_up(change.position, self._top + 1)
            return
        messages = [message for message in change.messages if self._is_read(message.id)]
        asked = {one for one in change.asked if self._is_read(one)}
        before, top = self.meter.saved, self._top
        told = {message.id for message in messages}
        holes = await self._holes(told, asked)
        answers = await self.means.source.messages(self.chat, sorted(asked | holes))
        # Upward, so that a run that is killed between two pages leaves no hole below the newest.
        pages = sorted([*_runs(self.chat.id, messages, change), *answers], key=lambda one: one.lo)
        if not pages and change.position is not None:
            pages = [_nothing(self.chat.id)]
        for page in pages:
            position = change.position if page is pages[-1] else None
            await _finished(self._save(page, position))
        counts = [one for one in change.counts if one.id not in asked]
        if counts:
            await self.means.store.save_counts(self._lease, self.chat.id, counts)
        self._tell_of("changed", before, sorted(one for one in told if one > top))

    async def _holes(self, told: set[int], asked: set[int]) -> set[int]:
        """The ids above all that was read and below the newest, of which nothing was said."""
        newest = max(told | asked, default=0)
        if newest - self._top - len(told) > MAX_ASKED:
            await self._catch_up(None, self._top + 1)
        return set(range(self._top + 1, newest + 1)) - told

    async def _catch_up(self, position: int | None, lo: int) -> None:
        """Let the ledger find what is new from an id on, and look at what may have changed."""
        source, before = self.means.source, self.meter.saved
        probe = await source.probe(self.chat)
        reader = Reader(
            source,
            self.means.store,
            self.chat,
            self._lease,
            self.control,
            pace=self.means.pace,
            arrived=self._stored,
            sift=self.sift,
            finish=self._settle if self.sift else None,
        )
        new = IdRange(lo=lo, hi=probe.top_id)
        try:
            await reader.read(await reader.plan(probe, [new] if new.lo <= new.hi else []))
        except BaseExceptionGroup as error:
            raise first_of(error) from None
        if self.means.refresh is not None:
            await self.means.refresh(self.chat, self._lease, self.meter, self.control)
        self._covered = await self._ledger()
        if position is not None:
            await _finished(self._save(_nothing(self.chat.id), position))
        self._tell_of("caught_up", before)

    async def _save(self, page: Page, position: int | None) -> None:
        store = self.means.store
        save = store.save_comments_page if self.sift else store.save_page
        self._stored(page, await save(self._lease, page, position=position))
        if page.lo <= page.hi:
            self._covered = union([*self._covered, IdRange(lo=page.lo, hi=page.hi)])
        # No page to come brings what these hang on.
        if self.sift and any(self._hangs_on_unread(one) for one in page.messages):
            await self._settle()

    def _hangs_on_unread(self, message: Message) -> bool:
        return message.thread_id is not None and not self._is_read(message.thread_id)

    async def _settle(self) -> None:
        """Decide what waits, as far as it is known where copies of posts begin."""
        store, source = self.means.store, self.means.source.name
        floor = await first_copy(store, self.chat.id, source)
        saved = await store.settle_comments(self._lease, self.chat.id, floor)
        self.meter.saved += saved

    def _stored(self, page: Page, saved: Saved) -> None:
        """Messages were stored that may name files."""
        self.meter.page(page, saved)
        downloads = self.downloads
        if downloads is None:
            return
        pause = downloads.stopped
        if isinstance(pause, FloodPause) and self.means.clock.now() >= pause.resume_at:
            downloads.stopped = None
        downloads.more()

    async def _ledger(self) -> list[IdRange]:
        source = self.means.source.name
        found = await self.means.store.coverage(self.chat.id, HISTORY, source)
        return union(IdRange(lo=one.lo, hi=one.hi) for one in found)

    @property
    def _top(self) -> int:
        """The newest id that was read; all above are new."""
        return max((one.hi for one in self._covered), default=0)

    def _is_read(self, message_id: int) -> bool:
        """What was left out of an import on purpose stays left out."""
        return message_id > self._top or any(
            one.lo <= message_id <= one.hi for one in self._covered
        )

    def _happening(self, event: str) -> Happening:
        return Happening(chat=self.chat.id, name=self.name, event=event)

    def _tell_of(self, event: str, before: Saved, new: Sequence[int] = ()) -> None:
        """Say what was saved since, if it was anything."""
        saved = self.meter.saved
        moved = {
            name: getattr(saved, name) - getattr(before, name)
            for name in ("new", "edited", "deleted")
        }
        if any(moved.values()):
            ids = tuple(new) if len(new) == moved["new"] else ()
            told = msgspec.structs.replace(self._happening(event), **moved, ids=ids)
            self.sink.happened(told)


async def _finished(work: Awaitable[None]) -> None:
    """Let a save that was begun end, so that what is told of it is true."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task})
        if not task.cancelled():
            # Why it was to end says more than that its last save failed.
            task.exception()
        raise


def _nothing(chat_id: int) -> Page:
    """A page that covers nothing, for a position to be saved with."""
    return Page(chat_id=chat_id, lo=1, hi=0)


def _runs(chat_id: int, messages: Sequence[Message], change: Change) -> list[Page]:
    """Messages as pages that cover nothing but their own ids."""
    pages: list[Page] = []
    run: list[Message] = []
    for message in sorted(messages, key=lambda one: -one.id):
        if run and run[-1].id != message.id + 1:
            pages.append(_page(chat_id, run, change))
            run = []
        run.append(message)
    if run:
        pages.append(_page(chat_id, run, change))
    return pages


def _page(chat_id: int, run: Sequence[Message], change: Change) -> Page:
    return Page(
        chat_id=chat_id,
        lo=run[-1].id,
        hi=run[0].id,
        messages=tuple(run),
        peers=change.peers,
    )
