"""Leases: who may write, on every back end."""

import subprocess
import sys

import pytest
from tests.builders import CHAT_ID, make_chat, make_page

from headrace.errors import ArchiveBusy, LeaseLost
from headrace.model.coverage import Claim
from headrace.store.leases import TTL_SECONDS
from headrace.store.owner import owner_name

RESOURCE = f"chat:{CHAT_ID}"
#: A process that says its name and waits to be killed.
HOLDER = "import sys; from headrace.store.owner import owner_name; print(owner_name()); input()"


@pytest.fixture
def holder():
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        process.owner = process.stdout.readline().strip()
        yield process
        process.kill()


async def test_a_second_one_is_told_who_works(store):
    await store.acquire(RESOURCE, owner_name())
    with pytest.raises(ArchiveBusy, match=r"process \d+ on .*since 2027-01-15 08:00 UTC") as caught:
        await store.acquire(RESOURCE, "elsewhere:1:1")
    assert caught.value.hint
    assert (await store.acquire("chat:-5", "elsewhere:1:1")).fence == 1


async def test_a_lease_given_back_is_free_and_its_fence_grows(store):
    first = await store.acquire(RESOURCE, "a:1:1")
    await store.release(first)
    second = await store.acquire(RESOURCE, "b:1:1")
    assert (first.fence, second.fence) == (1, 2)
    await store.release(first)
    with pytest.raises(ArchiveBusy):
        await store.acquire(RESOURCE, "c:1:1")


async def test_a_lease_not_renewed_can_be_taken_over(store, clock):
    lease = await store.acquire(RESOURCE, "a:1:1")
    clock.now += TTL_SECONDS - 1
    lease = await store.renew(lease)
    clock.now += TTL_SECONDS - 1
    with pytest.raises(ArchiveBusy):
        await store.acquire(RESOURCE, "b:1:1")
    clock.now += 1
    await store.acquire(RESOURCE, "b:1:1")
    with pytest.raises(LeaseLost):
        await store.renew(lease)


async def test_nothing_is_written_under_a_lost_lease(store, clock):
    old = await store.acquire(RESOURCE, "a:1:1")
    await store.save_page(old, make_page([1]))
    clock.now += TTL_SECONDS
    await store.acquire(RESOURCE, "b:1:1")
    before = await store.digest()
    claim = Claim(chat_id=CHAT_ID, scope="history", lo=1, hi=9, cursor=5)
    writes = (
        lambda: store.save_page(old, make_page([2]), claim),
        lambda: store.save_chat(old, make_chat(), []),
        lambda: store.save_claim(old, claim),
        lambda: store.drop_claims(old, CHAT_ID, "history"),
    )
    for write in writes:
        with pytest.raises(LeaseLost):
            await write()
    assert await store.digest() == before
    assert await store.claims(CHAT_ID) == []


async def test_a_lease_that_expired_still_writes_while_nobody_took_it(store, clock):
    lease = await store.acquire(RESOURCE, "a:1:1")
    clock.now += 10 * TTL_SECONDS
    assert (await store.save_page(lease, make_page([1]))).new == 1


async def test_a_killed_holder_is_replaced_at_once(store, holder):
    await store.acquire(RESOURCE, holder.owner)
    with pytest.raises(ArchiveBusy):
        await store.acquire(RESOURCE, owner_name())
    holder.kill()
    # Not waited for: a zombie has ended, too, but only once the kill has reached it.
    holder.wait()
    assert (await store.acquire(RESOURCE, owner_name())).fence == 2


async def test_another_process_with_the_same_number_is_not_the_holder(store, holder):
    host, pid, start = holder.owner.rsplit(":", 2)
    await store.acquire(RESOURCE, f"{host}:{pid}:{int(start) - 1}")
    assert (await store.acquire(RESOURCE, owner_name())).fence == 2


async def test_a_new_lease_drops_the_claims_of_the_last(store):
    lease = await store.acquire(RESOURCE, "a:1:1")
    other = await store.acquire("chat:-5", "a:1:1")
    claim = Claim(chat_id=CHAT_ID, scope="history", lo=1, hi=9, cursor=5)
    kept = Claim(chat_id=-5, scope="history", lo=1, hi=9, cursor=5)
    await store.save_claim(lease, claim)
    await store.save_claim(other, kept)
    await store.release(lease)
    await store.acquire(RESOURCE, "b:1:1")
    assert await store.claims(CHAT_ID) == []
    assert await store.claims(-5) == [kept]
