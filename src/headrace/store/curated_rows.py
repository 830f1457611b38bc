"""The part of the store that people and programs change: what is hidden, erased, or posted."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import Connection

from headrace.model.chat import Chat
from headrace.model.coverage import Lease
from headrace.model.message import Message
from headrace.model.values import PeerId
from headrace.store import hidden, months, posted, purging, search_queue, threads
from headrace.store.database import TimedRows
from headrace.store.posted import Posted
from headrace.store.purging import Content
from headrace.store.sanitise import sanitised


class CuratedRows(TimedRows):
    """Marks need no lease, as no import writes them; whatever changes messages takes one."""

    async def hide(self, chat_id: PeerId, ids: Collection[int]) -> None:
        """Show messages no more; they stay, and syncing leaves them hidden."""
        now = self._now()

        def work(connection: Connection) -> None:
            hidden.hide(connection, chat_id, sorted(ids), now)
            months.mark_those_of(connection, chat_id, ids)
            search_queue.add(connection, chat_id, ids)

        await self._database.write(work)

    async def show(self, chat_id: PeerId, ids: Collection[int]) -> None:
        """Show hidden messages again, unless their content was erased."""

        def work(connection: Connection) -> None:
            hidden.show(connection, chat_id, sorted(ids))
            months.mark_those_of(connection, chat_id, ids)
            search_queue.add(connection, chat_id, ids)

        await self._database.write(work)

    async def hidden_among(self, chat_id: PeerId, ids: Collection[int]) -> dict[int, bool]:
        """Those of the ids that are hidden, and whether their content was erased."""
        return await self._read(hidden.among, chat_id, ids)

    async def hide_chat(self, chat_id: PeerId) -> None:
        """Show a chat no more, nor what the search finds in it."""
        now = self._now()
        whole = [hidden.WHOLE_CHAT]
        await self._database.write(lambda one: hidden.hide(one, chat_id, whole, now))

    async def show_chat(self, chat_id: PeerId) -> None:
        """Show a chat again."""
        await self._database.write(lambda one: hidden.show_chat(one, chat_id))

    async def groups_of(self, channel_id: PeerId) -> list[PeerId]:
        """The discussion groups that hold copies of a channel's posts."""
        return await self._read(threads.groups_of, channel_id)

    async def own_groups(self, channel_id: PeerId) -> list[PeerId]:
        """The discussion groups of a channel that hold copies of no other's posts."""
        return await self._read(purging.own_groups, channel_id)

    async def purge(self, lease: Lease, chat_id: PeerId, ids: Collection[int]) -> list[Content]:
        """Erase messages for good; returns the bytes that no row speaks of any more."""
        now = self._now()
        return await self._database.write(
            lambda one: purging.purge(one, lease, chat_id, ids, now), repeatable=False
        )

    async def purge_chat(self, lease: Lease, chat_id: PeerId) -> list[Content]:
        """Erase a chat with all its messages; returns the bytes that no row speaks of any more."""
        now = self._now()
        return await self._database.write(
            lambda one: purging.purge_chat(one, lease, chat_id, now), repeatable=False
        )

    async def save_posted(self, lease: Lease, chat_id: PeerId, batch: Sequence[Message]) -> Posted:
        """Write messages that a program has sent; idempotent. Other sources go before it."""
        batch, now = sanitised(tuple(batch)), self._now()
        return await self._database.write(lambda one: posted.save(one, lease, chat_id, batch, now))

    async def save_posted_chats(self, found: Sequence[Chat]) -> list[PeerId]:
        """Write chats that no other source has spoken of, and show them; which are new."""
        found, now = sanitised(tuple(found)), self._now()
        return await self._database.write(lambda one: posted.save_chats(one, found, now))
