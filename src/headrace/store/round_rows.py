"""The part of the store that refreshing works with: rounds, and what they have not seen yet."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Collection, Sequence

from sqlalchemy import Connection

from headrace.model.coverage import IdRange, Lease
from headrace.model.refresh import Round
from headrace.store import leases, rounds
from headrace.store.database import TimedRows

#: Rows looked through at once.
_BATCH = 1_000
#: Above every message id.
_ABOVE_ALL = 2**63 - 1


class RoundRows(TimedRows):
    """Rounds over chats; every writing method takes a lease and checks its fence."""

    async def begin_round(self, lease: Lease, chat_id: int) -> Round:
        """A new round, or the one that was broken off not long ago; ``covered`` is left open."""
        now = self._now()

        def begin(connection: Connection) -> Round:
            leases.check(connection, lease)
            return rounds.begin(connection, chat_id, now)

        return await self._database.write(begin)

    async def end_round(self, lease: Lease, chat_id: int) -> None:
        """All that the round was to see has been seen."""
        now = self._now()

        def end(connection: Connection) -> None:
            leases.check(connection, lease)
            rounds.end(connection, chat_id, now)

        await self._database.write(end)

    async def synced(self) -> dict[int, int]:
        """When each chat was last brought up to date, in Unix seconds."""
        return await self._read(rounds.ended)

    async def unseen(
        self,
        chat_id: int,
        began: int,
        since: int | None = None,
        just_read: Sequence[IdRange] = (),
    ) -> AsyncGenerator[list[int]]:
        """Messages of Telegram's that were not seen since, without the deleted, newest first.

        ``since``: those posted from then on only. ``just_read``: what was read since.
        """
        below: int | None = _ABOVE_ALL
        while below is not None:
            ids, below = await self._read(
                rounds.unseen, chat_id, began, since, just_read, below, _BATCH
            )
            if ids:
                yield ids

    async def unseen_of(self, chat_id: int, began: int, ids: Collection[int]) -> list[int]:
        """Which of these, deleted ones too, were not seen since; newest first."""
        return await self._read(rounds.unseen_of, chat_id, began, ids) if ids else []
