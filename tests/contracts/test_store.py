"""What every store does with pages, on every back end."""

import asyncio

import pytest
from tests.builders import (
    CHAT_ID,
    make_chat,
    make_message,
    make_page,
    make_peer,
    make_photo,
)

from headrace.errors import LeaseLost
from headrace.model.coverage import Covered, Failure
from headrace.model.media import Poll, PollAnswer, TodoItem, TodoList
from headrace.model.message import Action, Reaction, Replies
from headrace.model.page import Saved

RESOURCE = f"chat:{CHAT_ID}"


async def coverage(store, scope="history"):
    return await store.coverage(CHAT_ID, scope, "telegram")


async def failures(store):
    return await store.failures(CHAT_ID, "history")


async def is_whole(store):
    return all(verdict.is_whole for verdict in await store.verify_ledger(CHAT_ID))


async def test_a_page_is_stored_with_its_range(store, lease):
    saved = await store.save_page(lease, make_page([3, 5, 8], lo=2, hi=9))
    assert saved == Saved(new=3)
    assert await coverage(store) == [Covered(lo=2, hi=9, stored=3, ids_sum=16)]
    assert (await store.message(CHAT_ID, 5)).message == make_message(5)
    assert await store.message(CHAT_ID, 4) is None
    assert await is_whole(store)


async def test_the_same_page_twice_changes_nothing(store, lease, clock):
    page = make_page([make_message(i, media=make_photo(i), views=i) for i in range(1, 30)])
    await store.save_page(lease, page)
    before = await store.digest()
    clock.now += 100
    assert await store.save_page(lease, page) == Saved()
    assert await store.digest() == before
    known = await store.message(CHAT_ID, 1)
    assert known.last_seen_at == known.first_seen_at + 100


async def test_an_edit_keeps_the_old_version(store, lease, clock):
    first = make_message(1, text="frist", media=make_photo(1))
    await store.save_page(lease, make_page([first, 2]))
    for text in ("first", "First"):
        clock.now += 10
        edited = make_message(1, text=text, edited=int(clock.now), media=make_photo(2))
        assert await store.save_page(lease, make_page([edited, 2])) == Saved(
            edited=1, files=int(text == "first")
        )
    assert (await store.message(CHAT_ID, 1)).message == edited
    versions = await store.versions(CHAT_ID, 1)
    assert [(v.version, v.text) for v in versions] == [(1, "frist"), (2, "first")]
    assert versions[0].media == make_photo(1)
    assert versions[0].replaced_at == clock.now - 10


async def test_an_edit_that_takes_a_file_away_leaves_it_as_former(store, lease, execute):
    await store.save_page(lease, make_page([make_message(1, media=make_photo(1))]))
    await store.save_page(lease, make_page([make_message(1, media=make_photo(2))]))
    rows = execute("SELECT file, role FROM message_files ORDER BY file")
    assert [tuple(row) for row in rows] == [("photo/1", "former"), ("photo/2", "media")]


async def test_counts_are_kept_when_they_change_and_only_then(store, lease, clock, execute):
    def post(views, hearts):
        reactions = (Reaction(type="emoji", emoji="❤", count=hearts),)
        return make_message(1, views=views, reactions=reactions, replies=Replies(count=0))

    start = int(clock.now)
    await store.save_page(lease, make_page([post(10, 1)]))
    assert execute("SELECT * FROM counts") == []
    for views, hearts in ((12, 1), (15, 2), (15, 2)):
        clock.now += 10
        assert (await store.save_page(lease, make_page([post(views, hearts)]))).edited == 0
    rows = execute("SELECT kind, at, value FROM counts ORDER BY kind, at")
    assert [tuple(row) for row in rows] == [
        ("reaction:❤", start, 1),
        ("reaction:❤", start + 20, 2),
        ("views", start, 10),
        ("views", start + 10, 12),
        ("views", start + 20, 15),
    ]
    assert await store.versions(CHAT_ID, 1) == []


async def test_votes_are_no_edit_but_counts(store, lease, execute):
    for votes in (1, 2):
        answers = (PollAnswer(option=b"\1", text="Mill", voters=votes), PollAnswer(option=b"\2"))
        poll = Poll(id="5", answers=answers, total_voters=votes)
        saved = await store.save_page(lease, make_page([make_message(1, media=poll)]))
        assert saved.edited == 0
    assert (await store.message(CHAT_ID, 1)).message.media == poll
    rows = execute("SELECT kind, value FROM counts ORDER BY kind, value")
    assert {tuple(row) for row in rows} >= {("vote:AQ==", 2), ("voters", 2)}


async def test_things_done_are_no_edit(store, lease):
    for done in (None, 7):
        item = TodoItem(id=1, text="oil the wheel", completed_by=done)
        saved = await store.save_page(
            lease, make_page([make_message(1, media=TodoList(items=(item,)))])
        )
        assert saved.edited == 0
    item = TodoItem(id=1, text="oil the gate", completed_by=7)
    saved = await store.save_page(
        lease, make_page([make_message(1, media=TodoList(items=(item,)))])
    )
    assert saved.edited == 1


async def test_only_an_explicit_absence_makes_a_tombstone(store, lease):
    await store.save_page(lease, make_page([1, 2, 3]))
    await store.save_page(lease, make_page([1], lo=1, hi=3))
    assert (await store.whereabouts(CHAT_ID, 2)).state == "stored"
    assert await store.save_page(lease, make_page([], lo=2, hi=3, absent=(2, 3))) == Saved(
        deleted=2
    )
    assert (await store.whereabouts(CHAT_ID, 2)).state == "deleted"
    assert await store.count_posts(CHAT_ID, 1, 3) == 1
    assert await is_whole(store)
    await store.save_page(lease, make_page([2]))
    assert (await store.whereabouts(CHAT_ID, 2)).state == "stored"
    assert await is_whole(store)


@pytest.mark.parametrize("poisoned", [0, 1, 49, 98, 99])
async def test_a_poisoned_row_costs_only_itself(store, lease, poisoned):
    messages = [make_message(i, media=make_photo(i)) for i in range(100, 0, -1)]
    bad = messages[poisoned].id
    messages[poisoned] = make_message(bad, views=2**70)
    assert await store.save_page(lease, make_page(messages)) == Saved(new=99, files=99, failed=1)
    (failure,) = await failures(store)
    assert (failure.lo, failure.hi, failure.reason) == (bad, bad, "database")
    assert await coverage(store) == [Covered(lo=1, hi=100, stored=99, ids_sum=5050 - bad)]
    assert (await store.whereabouts(CHAT_ID, bad)).state == "failed"
    assert await store.save_page(lease, make_page([bad])) == Saved(new=1)
    assert await failures(store) == []
    assert await is_whole(store)


async def test_a_poisoned_row_at_each_place_of_a_page(store, lease, back_end):
    places = range(100) if back_end == "sqlite" else (0, 1, 33, 50, 99)
    bad = {100 * place + place + 1 for place in places}
    for place in places:
        ids = range(100 * place + 1, 100 * place + 101)
        page = make_page([make_message(i, views=2**70 if i in bad else 7) for i in ids])
        assert await store.save_page(lease, page) == Saved(new=99, failed=1)
    found = await failures(store)
    assert {one for failure in found for one in range(failure.lo, failure.hi + 1)} == bad
    assert {one.reason for one in found} == {"database"}
    assert all(one.detail for one in found)
    assert sum(one.stored for one in await coverage(store)) == 99 * len(places)
    assert await is_whole(store)


async def test_a_poisoned_change_leaves_the_row_as_it_was(store, lease):
    await store.save_page(lease, make_page([1, 2, 3]))
    page = make_page([make_message(1, text="one"), make_message(2, views=2**70), 3])
    assert await store.save_page(lease, page) == Saved(edited=1, failed=1)
    assert (await store.message(CHAT_ID, 2)).message == make_message(2)
    assert await store.versions(CHAT_ID, 2) == []
    assert await is_whole(store)


async def test_text_that_no_database_takes_is_replaced(store, lease):
    raw = make_message(
        1,
        text="a\x00b\ud800c",
        signature="\udfff",
        action=Action(type="custom", data={"k\x00": ["\ud83d", {"v": "\x00"}]}),
    )
    await store.save_chat(lease, make_chat(title="Mi\x00ll"), [make_peer(7, name="\x00")])
    await store.save_page(lease, make_page([raw], peers=(make_peer(8, name="p\udc00"),)))
    kept = (await store.message(CHAT_ID, 1)).message
    assert kept.text == "a\ufffdb\ufffdc"
    assert kept.signature == "\ufffd"
    assert kept.action.data == {"k\ufffd": ["\ufffd", {"v": "\ufffd"}]}
    assert (await store.chat(CHAT_ID)).title == "Mi\ufffdll"
    assert [peer.name for peer in await store.peers([7, 8])] == ["\ufffd", "p\ufffd"]
    assert await store.save_page(lease, make_page([raw])) == Saved()


async def test_minimal_peers_never_overwrite_full_ones(store, lease):
    full, minimal = make_peer(5, username="miller"), make_peer(5, name="", minimal=True)
    await store.save_page(lease, make_page([1], peers=(minimal,)))
    assert await store.peers([5]) == [minimal]
    await store.save_page(lease, make_page([2], peers=(full,)))
    await store.save_page(lease, make_page([3], peers=(minimal,)))
    assert await store.peers([5]) == [full]
    renamed = make_peer(5, name="New name")
    await store.save_page(lease, make_page([4], peers=(renamed,)))
    assert await store.peers([5, 6]) == [renamed]


async def test_minimal_peers_of_another_run_never_overwrite_full_ones(opened):
    full, minimal = make_peer(5, username="miller"), make_peer(5, name="", minimal=True)
    for peer in (full, minimal):
        async with opened() as store:
            lease = await store.acquire(RESOURCE, "here:1:1")
            await store.save_page(lease, make_page([1], peers=(peer,)))
            assert await store.peers([5]) == [full]
            await store.release(lease)


async def test_failures_are_settled_by_what_is_read_later(store, lease):
    gone = Failure(lo=2, hi=9, reason="unknown_constructor", detail="0xdead")
    await store.save_page(lease, make_page([1, 10], failures=(gone,)))
    assert await failures(store) == [gone]
    await store.save_page(lease, make_page([5]))
    await store.save_page(lease, make_page([], lo=7, hi=7, absent=(7,)))
    assert [(one.lo, one.hi) for one in await failures(store)] == [(2, 4), (6, 6), (8, 9)]
    assert await store.whereabouts(CHAT_ID, 3) == await store.whereabouts(CHAT_ID, 8)
    assert (await store.whereabouts(CHAT_ID, 3)).detail == "0xdead"
    assert (await store.whereabouts(CHAT_ID, 7)).state == "never there"
    assert (await store.whereabouts(CHAT_ID, 11)).state == "not yet read"
    await store.save_page(lease, make_page([2, 3], lo=1, hi=10))
    assert await failures(store) == []
    assert await is_whole(store)


async def test_a_lost_row_is_visible(store, lease, execute):
    await store.save_page(lease, make_page(range(1, 50)))
    await store.save_page(lease, make_page(range(100, 120)))
    execute("DELETE FROM messages WHERE id = 107")
    whole, torn = await store.verify_ledger(CHAT_ID)
    assert whole.is_whole
    assert not torn.is_whole
    assert (torn.stored - torn.found, torn.ids_sum - torn.found_sum) == (1, 107)


async def test_many_pages_at_once_are_one_range(store, lease):
    pages = [make_page(range(lo, lo + 10), peers=(make_peer(1),)) for lo in range(1, 401, 10)]
    saved = await asyncio.gather(*(store.save_page(lease, page) for page in pages))
    assert sum(one.new for one in saved) == 400
    assert await coverage(store) == [Covered(lo=1, hi=400, stored=400, ids_sum=80200)]
    assert await is_whole(store)


async def test_a_page_that_fails_harms_no_other(store, lease):
    stale = await store.acquire("chat:5", "here:1:1")
    await store.release(stale)
    pages = [make_page([i]) for i in range(1, 21)]
    found = await asyncio.gather(
        *(store.save_page(stale if page.lo % 3 else lease, page) for page in pages),
        return_exceptions=True,
    )
    assert [isinstance(one, LeaseLost) for one in found] == [bool(i % 3) for i in range(1, 21)]
    assert [one.lo for one in await coverage(store)] == [3, 6, 9, 12, 15, 18]


async def test_a_waiter_that_gives_up_harms_nobody(store, lease):
    tasks = [asyncio.create_task(store.save_page(lease, make_page([i]))) for i in range(1, 9)]
    await asyncio.sleep(0)
    tasks[3].cancel()
    found = await asyncio.gather(*tasks, return_exceptions=True)
    assert sum(isinstance(one, Saved) for one in found) == 7
    assert await store.save_page(lease, make_page(range(1, 9))) is not None
    assert await coverage(store) == [Covered(lo=1, hi=8, stored=8, ids_sum=36)]
