"""Leases of imports: whoever is stopped while taking one leaves nothing behind."""

import asyncio

import pytest

from headrace.blobs.files import LocalFiles
from headrace.importer.lease import held
from headrace.store.open import open_archive
from headrace.store.owner import owner_name
from headrace.telegram.clock import SystemClock


async def test_a_stop_while_a_lease_is_taken_gives_it_back(tmp_path):
    async with open_archive(LocalFiles(), tmp_path / "archive") as store:

        async def work():
            async with held(store, SystemClock(), "chat:-5", owner_name()):
                pytest.fail("it was stopped before")

        task = asyncio.create_task(work())
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        # This process lives on: nobody would take the lease for that of a dead one.
        assert (await store.acquire("chat:-5", owner_name())).fence == 2
