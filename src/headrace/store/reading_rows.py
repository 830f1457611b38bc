"""The part of the store that the site reads with: posts, threads, months, files."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

from headrace.model.coverage import IdRange
from headrace.model.failed import Failed
from headrace.model.reading import FileView, Filter, Month, PostPage, ThreadPage
from headrace.model.values import PeerId, Timestamp
from headrace.store import absent, failed, hidden, months, reading, reading_page, shown
from headrace.store.database import Rows

#: More than these are not given at once.
MOST = 200
_ALL = Filter()


class ReadingRows(Rows):
    """What is shown of an archive; each look is one snapshot and a few index look-ups."""

    async def posts(
        self,
        chat_id: PeerId,
        *,
        below: int | None = None,
        above: int | None = None,
        limit: int = 30,
        filter: Filter = _ALL,  # noqa: A002 - it is the word for it
    ) -> PostPage:
        """Posts of a chat newest first, an album as one: the newest, or those beside a position.

        Of ``below`` and ``above`` at most one. A page may be short, or empty, before the end:
        ``older`` and ``newer`` say where to go on.
        """
        work = partial(
            reading.posts, below=below, above=above, limit=min(limit, MOST), filters=filter
        )
        return await self._read(work, chat_id)

    async def post(self, chat_id: PeerId, message_id: int) -> PostPage | None:
        """The post that a message is, or the album that it is in; nothing where none is shown.

        ``older`` and ``newer`` of the page are its own position.
        """
        return await self._read(reading.post, chat_id, message_id)

    async def thread(
        self,
        channel_id: PeerId,
        post_id: int,
        *,
        after: int | None = None,
        before: int | None = None,
        comment: int | None = None,
        limit: int = 100,
    ) -> ThreadPage | None:
        """A post and a page of its comments, a tree in reading order.

        The page after a position or before one, or that which holds a comment (any id of its
        album); the first where there is no such.
        """
        work = partial(
            reading_page.thread,
            after=after,
            before=before,
            comment=comment,
            limit=min(limit, MOST),
        )
        return await self._read(work, channel_id, post_id)

    async def months(self, chat_id: PeerId) -> list[Month]:
        """The months that have posts, the newest first; an album counts as one."""
        return await self._read(months.of_chat, chat_id)

    async def at_date(self, chat_id: PeerId, moment: Timestamp) -> int | None:
        """The position of the first post from this time on, or else of the newest."""
        return await self._read(reading.at_date, chat_id, moment)

    async def media(self, key: str) -> FileView | None:
        """A file that is shown somewhere."""
        return await self._read(shown.media, key)

    async def home_of(self, key: str) -> PeerId | None:
        """A chat that shows a file, from which it can be fetched."""
        return await self._read(shown.home, key)

    async def hidden_chats(self) -> set[PeerId]:
        """Chats that a person does not want to see."""
        return await self._read(hidden.chats)

    async def failed(self, chats: Collection[PeerId], *, limit: int = 100) -> Failed:
        """Files that chats show and could not be had, and what failed in the threads in them."""
        return await self._read(failed.of_chats, chats, limit)

    async def absent(self, chat_id: PeerId, *, limit: int = 100) -> list[IdRange]:
        """The first ranges of ids that Telegram has shown to be empty, ascending."""
        return await self._read(absent.of_chat, chat_id, limit)
