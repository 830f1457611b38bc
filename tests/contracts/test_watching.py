"""Positions of watched chats and counts that move, on each back end."""

import pytest
from tests.builders import CHAT_ID, make_chat, make_message, make_page

from headrace.errors import LeaseLost
from headrace.model.change import Counts
from headrace.model.coverage import HISTORY, TELEGRAM, IdRange
from headrace.model.message import Reaction

HEARTS = (Reaction(type="emoji", emoji="❤", count=3),)


@pytest.fixture
async def lease(store):
    lease = await store.acquire(f"chat:{CHAT_ID}", "host:1:1")
    await store.save_chat(lease, make_chat(), ())
    return lease


async def test_a_chat_that_was_never_watched_has_no_position(store):
    assert await store.position(CHAT_ID) is None


async def test_a_position_is_saved_with_its_page_and_moves(store, lease):
    await store.save_page(lease, make_page([1]), position=7)
    assert await store.position(CHAT_ID) == 7
    await store.save_page(lease, make_page([2]))
    assert await store.position(CHAT_ID) == 7
    await store.save_page(lease, make_page(lo=1, hi=0), position=9)
    assert await store.position(CHAT_ID) == 9
    (covered,) = await store.coverage(CHAT_ID, HISTORY, TELEGRAM)
    assert IdRange(lo=covered.lo, hi=covered.hi) == IdRange(lo=1, hi=2)


async def test_a_position_is_not_saved_under_a_lost_lease(store, lease):
    await store.save_page(lease, make_page([1]), position=7)
    await store.release(lease)
    await store.acquire(lease.resource, "host:2:2")
    with pytest.raises(LeaseLost):
        await store.save_page(lease, make_page([2]), position=8)
    with pytest.raises(LeaseLost):
        await store.save_counts(lease, CHAT_ID, [Counts(id=1, views=9)])
    assert await store.position(CHAT_ID) == 7


async def test_a_position_is_no_part_of_the_digest(store, lease):
    await store.save_page(lease, make_page([1]))
    before = await store.digest()
    await store.save_page(lease, make_page(lo=1, hi=0), position=9)
    assert await store.digest() == before


async def test_counts_that_move_are_no_edit_and_leave_a_series(store, lease, clock, execute):
    await store.save_page(lease, make_page([make_message(1, views=5, forwards=2)]))
    clock.now += 60
    moved = [Counts(id=1, views=6), Counts(id=1, views=8, reactions=HEARTS), Counts(id=2, views=1)]
    await store.save_counts(lease, CHAT_ID, moved)
    known = await store.message(CHAT_ID, 1)
    assert (known.message.views, known.message.forwards) == (8, 2)
    assert known.message.reactions == HEARTS
    assert await store.versions(CHAT_ID, 1) == []
    assert await store.message(CHAT_ID, 2) is None
    rows = execute("SELECT value, at FROM counts WHERE kind = 'views' ORDER BY at")
    assert rows == [(5, int(clock.now) - 60), (8, int(clock.now))]


async def test_counts_wake_no_tombstone(store, lease):
    await store.save_page(lease, make_page([make_message(1, views=5)]))
    await store.save_page(lease, make_page(lo=1, hi=1, absent=(1,)))
    await store.save_counts(lease, CHAT_ID, [Counts(id=1, views=6)])
    known = await store.message(CHAT_ID, 1)
    assert known.message.views == 5
    assert known.deleted_at is not None
