"""The part of the store that searches, and that keeps up to date what follows from messages."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

from headrace.model.reading import Filter, Hits, Order
from headrace.model.values import PeerId
from headrace.store import indexing, months, search, search_queue
from headrace.store.database import Rows

#: More than these are not given at once.
MOST = 100
_ALL = Filter()


class SearchRows(Rows):
    """Words of messages; the index follows what is written, and needs no lease."""

    async def search(
        self,
        query: str,
        *,
        chats: Collection[PeerId] | None = None,
        filter: Filter = _ALL,  # noqa: A002 - it is the word for it
        order: Order = Order.NEWEST,
        after: str | None = None,
        limit: int = 20,
    ) -> Hits:
        """Messages with all the words of a query, in chats and in the discussions of channels.

        A word finds its forms, and from four letters on what begins with it. ``"a phrase"`` is
        meant to the letter, ``-word`` must not be there; nothing else is syntax.
        ``after``: where an earlier page of the same question ended.

        Raises:
            UsageError: ``after`` is not what a page ended with.
        """
        work = partial(
            search.search,
            chats=chats,
            filters=filter,
            order=order,
            after=after,
            limit=min(limit, MOST),
        )
        return await self._read(work, query)

    async def index_more(self, limit: int = 200) -> int:
        """Let the search follow up to ``limit`` changed messages; how many it did, 0 at the end.

        Those who write pages wait for it: rather call it more often than with more.
        """
        return await self._database.write(lambda one: indexing.index_more(one, limit))

    async def count_months(self, limit: int = 8) -> int:
        """Count up to ``limit`` months in which something changed; 0 when none is left."""
        return await self._database.write(lambda one: months.count_more(one, limit))

    async def unindexed(self) -> int:
        """How many messages the search does not know yet as they are."""
        return await self._read(search_queue.length)
