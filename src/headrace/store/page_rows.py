"""The part of the store that reading works with: chats, pages, and what hangs on what."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from sqlalchemy import Connection

from headrace.model.change import Counts
from headrace.model.chat import Chat, Peer
from headrace.model.coverage import TELEGRAM, Claim, IdRange, Lease
from headrace.model.page import Page, Saved
from headrace.model.thread import Stretch, Thread, ThreadRead
from headrace.store import (
    chats,
    comments,
    counts,
    coverage,
    files,
    leases,
    open_posts,
    pages,
    peers,
    threads,
    undecided,
    watch,
)
from headrace.store.database import Database, TimedRows
from headrace.store.sanitise import sanitised


class PageRows(TimedRows):
    """What is read becomes rows; every writing method takes a lease and checks its fence."""

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        """``clock``: Unix seconds; times of sight come from it."""
        super().__init__(database, clock)
        self._recent = peers.RecentPeers()

    async def save_chat(
        self, lease: Lease, chat: Chat, peers: Sequence[Peer], source: str = TELEGRAM
    ) -> None:
        """Write what a source says of a chat, and whoever came along."""
        chat, news = sanitised(chat), self._recent.unwritten(sanitised(tuple(peers)), source)
        now = self._now()

        def save(connection: Connection) -> None:
            leases.check(connection, lease)
            if source == TELEGRAM:
                counts.keep_subscribers(connection, chat, now)
            chats.save(connection, chat, now, source)
            pages.save_peers(connection, news, source)
            if source == TELEGRAM:
                files.write_faces(connection, chat.id, (), (chat,))

        await self._database.write(save)
        self._recent.remember(news, source)

    async def save_page(
        self,
        lease: Lease,
        page: Page,
        claim: Claim | None = None,
        *,
        position: int | None = None,
    ) -> Saved:
        """One transaction; idempotent; a row that the database refuses becomes a failure.

        ``position``: with the page the archive has all changes of the chat up to there.
        """
        work = partial(comments.save_whole_page, lease=lease, claim=claim)
        return await self._save(page, work, position)

    async def save_comments_page(
        self,
        lease: Lease,
        page: Page,
        claim: Claim | None = None,
        *,
        position: int | None = None,
    ) -> Saved:
        """The same with a page of a discussion group, of which only comments and roots are kept."""
        work = partial(comments.save_page, lease=lease, claim=claim)
        return await self._save(page, work, position)

    async def save_thread_page(self, lease: Lease, page: Page, claim: Claim | None = None) -> Saved:
        """The same with a page of the comments of one post, which its scope names."""
        return await self._save(page, partial(comments.save_thread_page, lease=lease, claim=claim))

    async def _save(
        self, page: Page, work: Callable[..., Saved], position: int | None = None
    ) -> Saved:
        page = sanitised(page)
        news = self._recent.unwritten(page.peers, page.source)
        now = self._now()

        def save(connection: Connection) -> Saved:
            saved = work(connection, page=page, news=news, now=now)
            if position is not None:
                watch.save_position(connection, page.chat_id, position, now)
            return saved

        saved = await self._database.write(save)
        self._recent.remember(news, page.source)
        return saved

    async def save_counts(self, lease: Lease, chat_id: int, moved: Sequence[Counts]) -> None:
        """Counts that moved without an edit; of messages that are not stored nothing is kept."""
        moved, now = sanitised(tuple(moved)), self._now()
        await self._database.write(
            lambda connection: watch.save_counts(connection, lease, chat_id, moved, now)
        )

    async def position(self, chat_id: int) -> int | None:
        """Up to where the archive has all changes of a chat; none if it was never watched."""
        return await self._read(watch.position, chat_id)

    async def settle_comments(self, lease: Lease, chat_id: int, floor: int) -> Saved:
        """Decide what still waits when a discussion group was read (see ``store.comments``).

        ``floor``: no copy lies below this id.
        """
        total, last, now = Saved(), 0, self._now()
        while True:
            saved, following = await self._database.write(
                partial(
                    comments.settle, lease=lease, chat_id=chat_id, floor=floor, last=last, now=now
                )
            )
            total += saved
            if following is None:
                return total
            last = following

    async def awaited_below(self, chat_id: int, floor: int) -> list[int]:
        """Ids of a group, below one, that messages wait for and that were not read; ascending."""
        return await self._read(comments.awaited_below, chat_id, floor)

    async def left_out_span(self, chat_id: int) -> IdRange | None:
        """From the first to the last id of a group that was read and is not stored."""
        return await self._read(undecided.span, chat_id)

    async def threads(self, channel_id: int) -> list[Thread]:
        """The posts of a channel that have comments, ascending; an album is one."""
        return await self._read(threads.of_channel, channel_id)

    async def thread_with(self, channel_id: int, post_id: int) -> Thread | None:
        """The thread of a post or of its album, also one without comments as yet."""
        return await self._read(threads.with_post, channel_id, post_id)

    async def discussion_groups(self, channel_id: int) -> list[int]:
        """The groups that hold copies of a channel's posts."""
        return await self._read(threads.groups_of, channel_id)

    async def is_read_by_threads(self, chat_id: int) -> bool:
        """Comments of this discussion group were read post by post."""
        return await self._read(coverage.has_threads, chat_id)

    async def is_sifted(self, chat_id: int) -> bool:
        """Of this discussion group only comments are kept."""
        if await self.discussion_of(chat_id) is None:
            return False
        return not await self._read(threads.holds_chatter, chat_id)

    async def oldest_open(
        self, channel_id: int, group_id: int, span: IdRange, limit: int
    ) -> list[int]:
        """The oldest posts of a range whose comments are open in a group."""
        return await self._read(open_posts.oldest_open, channel_id, group_id, span, limit)

    async def date_of(self, chat_id: int, message_id: int) -> int | None:
        """When a stored message was posted."""
        return await self._read(open_posts.date_of, chat_id, message_id)

    async def count_before_linking(self, channel_id: int) -> int:
        """Posts of a channel from before it had a discussion group; an album is one."""
        return await self._read(open_posts.count_before_linking, channel_id)

    async def is_before_linking(self, channel_id: int, message_id: int) -> bool:
        """A message of a channel is stored, and from before it had a discussion group."""
        return await self._read(open_posts.is_before_linking, channel_id, message_id)

    async def discussion_of(self, group_id: int) -> int | None:
        """A channel of which a group has copies of posts."""
        return await self._read(threads.discussion_of, group_id)

    async def root_of(self, channel_id: int, post_id: int) -> int | None:
        """The copy of a post in its group, if it is known."""
        return await self._read(threads.root_of, channel_id, post_id)

    async def count_open(self, channel_id: int, seen_by: int) -> int:
        """Posts whose comments are open and that were not seen since a moment."""
        return await self._read(open_posts.count_open, channel_id, seen_by)

    async def stale_open(self, channel_id: int, seen_by: int) -> list[int]:
        """Their ids."""
        return await self._read(open_posts.stale_open, channel_id, seen_by)

    async def unseen_threads(self, group_id: int, seen_by: int, since: int | None) -> list[Stretch]:
        """Where in each thread comments lie that were not seen since a moment.

        ``since``: of those posted from then on.
        """
        return await self._read(threads.unseen, group_id, seen_by, since)

    async def note_threads(
        self, lease: Lease, channel_id: int, read: Sequence[tuple[int, ThreadRead]]
    ) -> None:
        """Keep how the comments of posts were asked for."""

        def note(connection: Connection) -> None:
            leases.check(connection, lease)
            threads.note(connection, channel_id, read)

        await self._database.write(note)
