"""Counts over time, of messages and of the chat itself; on every back end."""

from tests.builders import CHAT_ID, make_chat, make_message, make_page


async def test_subscribers_have_a_point_for_each_new_number(store, lease, clock):
    start = int(clock.now)
    for number in (10, 10, 12, None, 12, 9):
        await store.save_chat(lease, make_chat(subscribers=number), [])
        clock.now += 10
    assert await store.counts(CHAT_ID) == {
        "subscribers": [(start, 10), (start + 20, 12), (start + 40, 12), (start + 50, 9)]
    }


async def test_a_number_that_never_moved_has_no_points(store, lease):
    for _ in range(2):
        await store.save_chat(lease, make_chat(subscribers=10), [])
    assert await store.counts(CHAT_ID) == {}
    assert (await store.chat(CHAT_ID)).subscribers == 10


async def test_an_export_counts_no_subscribers(store, lease, clock):
    await store.save_chat(lease, make_chat(), [], "desktop")
    await store.save_page(lease, make_page([1], source="desktop"))
    clock.now += 10
    await store.save_chat(lease, make_chat(subscribers=10), [])
    clock.now += 10
    await store.save_chat(lease, make_chat(), [], "desktop")
    await store.save_chat(lease, make_chat(subscribers=11), [])
    now = int(clock.now)
    assert await store.counts(CHAT_ID) == {"subscribers": [(now - 10, 10), (now, 11)]}
    assert [chat.id for chat in await store.chats_of_telegram()] == [CHAT_ID]


async def test_a_chat_known_from_an_export_alone_is_not_telegrams(store, lease):
    await store.save_chat(lease, make_chat(), [], "desktop")
    assert await store.chats_of_telegram() == []


async def test_a_message_brings_its_series_along(store, lease, clock):
    start = int(clock.now)
    for views in (5, 8):
        await store.save_page(lease, make_page([make_message(1, views=views)]))
        clock.now += 10
    assert await store.counts(CHAT_ID, 1) == {"views": [(start, 5), (start + 10, 8)]}
    found = await store.surroundings(CHAT_ID, 1)
    assert found.counts == await store.counts(CHAT_ID, 1)
