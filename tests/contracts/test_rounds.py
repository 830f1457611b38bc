"""Rounds on every back end: what a refresh still has to look at, and what it needs not."""

import pytest
from tests.builders import CHAT_ID, DATE, make_message, make_page

from headrace.errors import LeaseLost
from headrace.model.refresh import Round
from headrace.store import rounds


async def unseen(store, began, since=None):
    return [one async for batch in store.unseen(CHAT_ID, began, since) for one in batch]


async def test_a_round_that_was_broken_off_goes_on_and_one_that_has_ended_does_not(
    store, lease, clock
):
    first = int(clock.now)
    assert await store.begin_round(lease, CHAT_ID) == Round(began=first, is_first=True)
    await store.save_page(lease, make_page([1]))
    clock.now += 100
    assert await store.begin_round(lease, CHAT_ID) == Round(began=first)
    await store.end_round(lease, CHAT_ID)
    assert await store.begin_round(lease, CHAT_ID) == Round(began=first + 100)
    clock.now += rounds.TTL_SECONDS
    assert await store.begin_round(lease, CHAT_ID) == Round(began=int(clock.now))


async def test_a_clock_that_was_set_back_begins_anew(store, lease, clock):
    await store.begin_round(lease, CHAT_ID)
    clock.now -= 1000
    assert (await store.begin_round(lease, CHAT_ID)).began == int(clock.now)


async def test_a_round_is_no_lease_that_somebody_holds(store, lease, clock):
    await store.begin_round(lease, CHAT_ID)
    before = await store.digest()
    await store.end_round(lease, CHAT_ID)
    assert await store.digest() == before


async def test_who_was_overtaken_ends_no_round(store, lease, clock):
    began = (await store.begin_round(lease, CHAT_ID)).began
    clock.now += 100
    later = await store.acquire(f"chat:{CHAT_ID}", "there:2:2")
    with pytest.raises(LeaseLost):
        await store.end_round(lease, CHAT_ID)
    with pytest.raises(LeaseLost):
        await store.begin_round(lease, CHAT_ID)
    assert (await store.begin_round(later, CHAT_ID)).began == began


async def test_what_was_seen_since_is_not_named(store, lease, clock):
    await store.save_page(lease, make_page(range(1, 11)))
    clock.now += 10
    began = int(clock.now)
    assert await unseen(store, began) == list(range(10, 0, -1))
    clock.now += 1
    await store.save_page(lease, make_page(range(3, 6)))
    assert await unseen(store, began) == [10, 9, 8, 7, 6, 2, 1]
    assert await store.unseen_of(CHAT_ID, began, [2, 4, 9, 77]) == [9, 2]
    assert await store.unseen_of(CHAT_ID, began, []) == []


async def test_what_was_seen_in_the_second_of_the_beginning_may_be_older(store, lease, clock):
    await store.save_page(lease, make_page([1]))
    assert await unseen(store, int(clock.now)) == [1]


async def test_deleted_ones_are_left_unless_they_are_named(store, lease, clock):
    await store.save_page(lease, make_page([1, 2]))
    await store.save_page(lease, make_page(lo=2, hi=2, absent=(2,)))
    clock.now += 1
    assert await unseen(store, int(clock.now)) == [1]
    assert await store.unseen_of(CHAT_ID, int(clock.now), [1, 2]) == [2, 1]


async def test_what_only_an_export_has_shown_is_not_telegrams_to_refresh(store, lease, clock):
    await store.save_page(lease, make_page([1, 2], source="desktop"))
    await store.save_page(lease, make_page([2]))
    clock.now += 1
    assert await unseen(store, int(clock.now)) == [2]
    assert await store.unseen_of(CHAT_ID, int(clock.now), [1, 2]) == [2]


async def test_the_search_for_young_ones_ends_where_they_end(store, lease, clock, monkeypatch):
    monkeypatch.setattr("headrace.store.round_rows._BATCH", 10)
    for lo in range(1, 200, 50):
        await store.save_page(lease, make_page(range(lo, lo + 50)))
    old = make_message(195, date=DATE)
    await store.save_page(lease, make_page([old]))
    clock.now += 1
    asked = []
    look = rounds.unseen
    monkeypatch.setattr(rounds, "unseen", lambda *given: asked.append(given) or look(*given))
    found = await unseen(store, int(clock.now), DATE + 185)
    assert found == [one for one in range(200, 184, -1) if one != 195]
    assert len(asked) == 3


async def test_the_refresh_of_a_page_covers_nothing_and_keeps_the_ledger(store, lease, clock):
    await store.save_page(lease, make_page(range(1, 10)))
    before = await store.coverage(CHAT_ID, "history", "telegram")
    clock.now += 5
    page = make_page([make_message(3, text="mended"), 7], lo=1, hi=0, absent=(5,))
    saved = await store.save_page(lease, page)
    assert (saved.new, saved.edited, saved.deleted) == (0, 1, 1)
    assert await store.coverage(CHAT_ID, "history", "telegram") == before
    assert all(one.is_whole for one in await store.verify_ledger(CHAT_ID))
    assert [v.text for v in await store.versions(CHAT_ID, 3)] == ["message 3"]
    gone = await store.message(CHAT_ID, 5)
    assert (gone.deleted_at, gone.message) == (int(clock.now), make_message(5))


async def test_a_tombstone_keeps_the_time_at_which_it_was_first_noticed(store, lease, clock):
    await store.save_page(lease, make_page([1]))
    first = int(clock.now)
    for deleted in (1, 0):
        saved = await store.save_page(lease, make_page(lo=1, hi=0, absent=(1,)))
        assert saved.deleted == deleted
        assert (await store.message(CHAT_ID, 1)).deleted_at == first
        clock.now += 5


async def test_a_message_that_is_back_has_no_tombstone_any_more(store, lease, clock):
    await store.save_page(lease, make_page([1]))
    await store.save_page(lease, make_page(lo=1, hi=0, absent=(1,)))
    assert (await store.message(CHAT_ID, 1)).deleted_at is not None
    clock.now += 5
    saved = await store.save_page(lease, make_page([1], lo=1, hi=0))
    known = await store.message(CHAT_ID, 1)
    assert (known.deleted_at, known.last_seen_at) == (None, int(clock.now))
    assert saved.new == 0
