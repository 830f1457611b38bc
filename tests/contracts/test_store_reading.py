"""What every store finds again: files, posts, chats, threads, claims; on every back end."""

from tests.builders import (
    CHAT_ID,
    make_chat,
    make_document,
    make_message,
    make_page,
    make_photo,
)

from headrace.model.coverage import Claim, Covered
from headrace.model.media import WebPage
from headrace.model.message import Action, Unsupported


async def coverage(store, scope="history"):
    return await store.coverage(CHAT_ID, scope, "telegram")


async def test_files_are_found_wherever_they_are(store, lease, execute):
    web_page = WebPage(url="https://mill.example", photo=make_photo(1), document=make_document(2))
    action = Action(
        type="chat_edit_photo",
        data={"photo": {"kind": "photo", "file": "photo/3", "size": 9}},
    )
    page = make_page(
        [
            make_message(1, media=web_page),
            make_message(2, action=action, kind="service"),
            make_message(3, media=make_document(2, mime="image/png")),
        ]
    )
    assert (await store.save_page(lease, page)).files == 3
    rows = execute("SELECT id, file, role FROM message_files ORDER BY id, file")
    assert [tuple(row) for row in rows] == [
        (1, "document/2", "web_page"),
        (1, "photo/1", "web_page"),
        (2, "photo/3", "action"),
        (3, "document/2", "media"),
    ]
    assert {row[0] for row in execute("SELECT state FROM files")} == {"wanted"}


async def test_posts_are_counted_with_an_album_as_one(store, lease):
    album = 2**62 + 1
    page = make_page(
        [
            make_message(1, kind="service", action=Action(type="channel_create")),
            *(make_message(i, grouped_id=album, media=make_photo(i)) for i in (2, 3, 4)),
            5,
            6,
        ]
    )
    assert (await store.save_page(lease, page)).albums == 1
    await store.save_chat(lease, make_chat(), [])
    assert await store.count_posts(CHAT_ID, 1, 6) == 3
    assert await store.count_posts(CHAT_ID, 3, 5) == 2
    assert await store.grouped_id(CHAT_ID, 3) == album
    assert await store.grouped_id(CHAT_ID, 5) is None
    held = await store.holdings(make_chat())
    assert (held.messages, held.posts, held.albums, held.files_wanted) == (6, 3, 1, 3)
    assert await store.count_albums(CHAT_ID) == 1


async def test_chats_are_found_by_id_and_name(store, lease, clock):
    old, new = make_chat(username="TheMill"), make_chat(id=-1002, username="themill", title="New")
    await store.save_chat(lease, old, [])
    clock.now += 10
    await store.save_chat(lease, new, [])
    assert await store.chats() == [old, new]
    assert await store.chat(CHAT_ID) == old
    assert await store.chat_by_username("THEMILL") == new
    assert await store.chat_by_username("nobody") is None


async def test_messages_come_in_batches_in_order(store, lease):
    ids = range(1, 1301)
    for lo in range(1, 1301, 100):
        await store.save_page(lease, make_page(ids[lo - 1 : lo + 99]))
    found = [known.message.id async for batch in store.message_batches(CHAT_ID) for known in batch]
    assert found == list(ids)


async def test_a_thread_proves_nothing_about_the_rest_of_the_group(store, lease):
    scope = "thread:-1009:7"
    await store.save_page(lease, make_page([10]))
    await store.save_page(lease, make_page([5, 20], lo=1, hi=30, scope=scope))
    await store.save_page(lease, make_page([20, 40], lo=20, hi=40, scope=scope))
    assert await coverage(store, scope) == [Covered(lo=1, hi=40, stored=3, ids_sum=65)]
    assert await coverage(store) == [Covered(lo=10, hi=10, stored=1, ids_sum=10)]
    assert (await store.whereabouts(CHAT_ID, 15)).state == "not yet read"


async def test_claims_are_kept_with_the_page_and_dropped(store, lease):
    claim = Claim(chat_id=CHAT_ID, scope="history", lo=1, hi=100, cursor=50)
    await store.save_page(lease, make_page(range(50, 101)), claim)
    split = Claim(chat_id=CHAT_ID, scope="history", lo=30, hi=100, cursor=50)
    await store.save_claim(lease, split)
    assert await store.claims(CHAT_ID) == [split]
    await store.drop_claims(lease, CHAT_ID, "history")
    assert await store.claims(CHAT_ID) == []


async def test_what_was_not_understood_keeps_its_bytes(store, lease):
    odd = Unsupported(constructor="0xdead", layer=229, where="media", raw=bytes(range(256)))
    await store.save_page(lease, make_page([make_message(1, unsupported=(odd,))]))
    assert (await store.message(CHAT_ID, 1)).message.unsupported == (odd,)
    (line,) = [line async for line in store.content_lines([CHAT_ID]) if '"message"' in line] or [""]
    assert "raw" not in line
