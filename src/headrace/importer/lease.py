"""Holding a lease while an import runs, and renewing it before it runs out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from headrace.errors import ArchiveError, HeadraceError
from headrace.importer.ports import Store
from headrace.model.clock import Clock
from headrace.model.coverage import Lease

#: A lease is renewed so often that two renewals may fail before it runs out (60 s).
RENEW_EVERY_S = 15.0


@asynccontextmanager
async def held(store: Store, clock: Clock, resource: str, owner: str) -> AsyncIterator[Lease]:
    """Hold a lease and renew it; losing it ends what runs inside."""
    lease = await _taken(store, resource, owner)
    try:
        async with asyncio.TaskGroup() as group:
            beat = group.create_task(_renew(store, clock, lease))
            yield lease
            beat.cancel()
    except BaseException as error:
        # Why the import ended says more than why its lease could not be given back: that of
        # a process that has ended counts no longer.
        with suppress(ArchiveError):
            await asyncio.shield(store.release(lease))
        if isinstance(error, BaseExceptionGroup):
            raise first_of(error) from None
        raise
    await asyncio.shield(store.release(lease))


async def _taken(store: Store, resource: str, owner: str) -> Lease:
    """A lease that nobody waits for any more goes back: this process may live on."""
    taking = asyncio.ensure_future(store.acquire(resource, owner))
    try:
        return await asyncio.shield(taking)
    except asyncio.CancelledError:
        with suppress(HeadraceError):
            await store.release(await taking)
        raise


def first_of(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """The error to show of several: one of ours if there is one."""
    flat = [first_of(e) if isinstance(e, BaseExceptionGroup) else e for e in group.exceptions]
    return next((e for e in flat if isinstance(e, HeadraceError)), flat[0])


async def _renew(store: Store, clock: Clock, lease: Lease) -> None:
    while True:
        await clock.sleep(RENEW_EVERY_S)
        lease = await store.renew(lease)
