"""What people and programs change: hidden, erased and posted messages; on every back end."""

import pytest
from tests.builders import (
    CHAT_ID,
    DATE,
    make_chat,
    make_document,
    make_message,
    make_page,
    make_photo,
)

from headrace.model.coverage import Covered
from headrace.model.download import Stored
from headrace.model.message import Forward, Reply
from headrace.store.purging import Content
from headrace.transform.thumbnails import Thumbnail

GROUP, OTHER = -1001000000002, -1001000000009
SHA = "a" * 64


@pytest.fixture
async def lease(store):
    return await store.acquire(f"chat:{CHAT_ID}", "here:1:1")


async def index(store):
    while await store.index_more(50):
        pass


async def positions(store, chat_id=CHAT_ID):
    return [one.position for one in (await store.posts(chat_id)).posts]


async def found(store, query):
    return [one.entry.message.id for one in (await store.search(query)).hits]


async def findings(store, chat_id=CHAT_ID):
    """All that ``check`` says of a chat's rows."""
    said = [*await store.audit_chat(chat_id), *await store.audit_unnamed_files()]
    said += await store.audit_seal(chat_id)
    for step in (store.audit_references, store.audit_albums, store.audit_peers):
        said += [one async for found in step(chat_id) for one in found.findings]
    return said


PAGE = [
    make_message(1, text="first mill"),
    *(make_message(i, text=f"mill {i}", grouped_id=5, media=make_photo(i)) for i in (2, 3, 4)),
    make_message(5, text="mill five", media=make_document(9, name="secret.pdf")),
]


async def store_file(store, lease, key, sha256=SHA):
    await store.file_stored(
        lease, Stored(key=key, sha256=sha256, size=7, mime="image/jpeg", extension="jpg")
    )


@pytest.fixture
async def filled(store, lease):
    await store.save_chat(lease, make_chat(), [])
    await store.save_page(lease, make_page(PAGE))
    await index(store)
    return store


async def test_what_is_hidden_stays_hidden(filled, lease):
    await filled.hide(CHAT_ID, [2, 5])
    await index(filled)
    page = await filled.posts(CHAT_ID)
    assert [[one.message.id for one in post.entries] for post in page.posts] == [[3, 4], [1]]
    assert await filled.post(CHAT_ID, 5) is None
    assert await found(filled, "mill") == [4, 3, 1]
    assert await filled.media("document/9") is None
    assert await filled.hidden_among(CHAT_ID, [1, 2, 5]) == {2: False, 5: False}
    edited = make_message(5, text="mill again", edited=DATE + 99)
    await filled.save_page(lease, make_page([*PAGE[:4], edited]))
    await index(filled)
    assert await found(filled, "mill") == [4, 3, 1]
    assert await positions(filled) == [3, 1]
    await filled.show(CHAT_ID, [2, 5])
    await index(filled)
    assert await found(filled, "again") == [5]
    assert await positions(filled) == [5, 2, 1]
    assert await findings(filled) == []


async def test_an_answered_message_that_is_hidden_does_not_come_along(filled, lease):
    await filled.save_page(lease, make_page([make_message(6, reply=Reply(msg_id=1))]))
    assert (CHAT_ID, 1) in (await filled.post(CHAT_ID, 6)).shown.answered
    await filled.hide(CHAT_ID, [1])
    assert (await filled.post(CHAT_ID, 6)).shown.answered == {}


async def test_what_is_erased_is_nowhere_and_does_not_come_back(filled, lease, execute, clock):
    clock.now += 10
    edited = make_message(
        5, text="secret words", edited=DATE + 9, media=make_document(9, name="secret.pdf")
    )
    await filled.save_page(lease, make_page([*PAGE[:4], edited]))
    await store_file(filled, lease, "document/9")
    await store_file(filled, lease, "photo/3", "b" * 64)
    made = Thumbnail(data=b"x", width=1, height=1, mime="image/jpeg")
    await filled.thumbnail_made(lease, SHA, made)
    gone = await filled.purge(lease, CHAT_ID, [3, 5, 77])
    assert gone == [Content(SHA, "jpg", "image/jpeg"), Content("b" * 64, "jpg", "")]
    for again in range(2):
        assert await positions(filled) == [2, 1]
        assert await found(filled, "mill") == [4, 2, 1]
        assert await found(filled, "secret") == []
        assert await filled.versions(CHAT_ID, 5) == []
        assert await filled.message(CHAT_ID, 5) is not None
        assert await filled.media("document/9") is None
        assert [tuple(one) for one in execute("SELECT key FROM files ORDER BY key")] == [
            ("photo/2",), ("photo/4",),
        ]  # fmt: skip
        assert execute("SELECT count(*) FROM messages WHERE text LIKE '%secret%'")[0][0] == 0
        assert execute("SELECT count(*) FROM findable WHERE words LIKE '%secret%'")[0][0] == 0
        verdicts = await filled.verify_ledger(CHAT_ID)
        assert [one.is_whole for one in verdicts] == [True]
        if not again:
            await filled.save_page(lease, make_page([*PAGE[:4], edited]))
            exported = make_page([*PAGE[:4], edited], source="desktop")
            await filled.save_page(lease, exported)
            await index(filled)
    assert [one.is_whole for one in await filled.verify_ledger(CHAT_ID, source="desktop")] == [True]
    await filled.show(CHAT_ID, [3, 5])
    assert await filled.hidden_among(CHAT_ID, [3, 5]) == {3: True, 5: True}
    await filled.release(lease)
    assert await findings(filled) == []


async def test_bytes_that_another_file_has_stay(filled, lease):
    await store_file(filled, lease, "photo/2")
    await store_file(filled, lease, "photo/3")
    assert await filled.purge(lease, CHAT_ID, [3]) == []
    assert await filled.purge(lease, CHAT_ID, [2]) == [Content(SHA, "jpg", "")]


async def test_a_chat_is_erased_as_a_whole(filled, lease, execute):
    other = await filled.acquire(f"chat:{OTHER}", "here:1:1")
    await filled.save_chat(other, make_chat(id=OTHER, title="Other"), [])
    same = make_message(1, text="mill", media=make_photo(2))
    await filled.save_page(other, make_page([same], chat_id=OTHER))
    await index(filled)
    await store_file(filled, lease, "photo/2")
    await store_file(filled, lease, "photo/4", "b" * 64)
    assert await filled.purge_chat(lease, CHAT_ID) == [Content("b" * 64, "jpg", "")]
    await filled.release(lease)
    await filled.release(other)
    assert [one.id for one in await filled.chats()] == [OTHER]
    assert await filled.hidden_chats() == {CHAT_ID}
    assert await found(filled, "mill") == [1]
    assert await filled.coverage(CHAT_ID, "history", "telegram") == []
    assert execute("SELECT key FROM files")[0][0] == "photo/2"
    assert await filled.audited_chats() == [OTHER]
    assert await findings(filled, OTHER) == []
    again = await filled.acquire(f"chat:{CHAT_ID}", "here:1:1")
    await filled.save_page(again, make_page(PAGE))
    await filled.show_chat(CHAT_ID)
    assert await positions(filled) == [5, 2, 1]


async def test_a_hidden_chat_is_not_searched_nor_its_discussion(filled, lease):
    source = Forward(from_id=CHAT_ID, saved_from=CHAT_ID, saved_from_msg_id=1, post=1)
    group = await filled.acquire(f"chat:{GROUP}", "here:1:1")
    copy = make_message(10, post=False, author=CHAT_ID, forward=source)
    comment = make_message(11, text="mill", post=False, thread_id=10, reply=Reply(msg_id=10))
    await filled.save_page(group, make_page([copy, comment], chat_id=GROUP))
    await index(filled)
    assert await filled.own_groups(CHAT_ID) == [GROUP]
    assert len(await found(filled, "mill")) == 6
    await filled.hide_chat(CHAT_ID)
    assert await found(filled, "mill") == []
    await filled.show_chat(CHAT_ID)
    assert len(await found(filled, "mill")) == 6


def posted(number, text="posted mill", **fields):
    return make_message(number, text=text, post=True, **fields)


async def test_posted_messages_stand_outside_the_ledger(filled, lease):
    before = await filled.coverage(CHAT_ID, "history", "telegram")
    batch = [posted(5), posted(90), posted(91, grouped_id=7, media=make_photo(91))]
    outcome = await filled.save_posted(lease, CHAT_ID, batch)
    assert (outcome.new, outcome.changed, outcome.same, outcome.kept) == ((90, 91), (), (), (5,))
    outcome = await filled.save_posted(lease, CHAT_ID, [posted(90), posted(91, "other")])
    assert (outcome.new, outcome.changed, outcome.same) == ((), (91,), (90,))
    await index(filled)
    assert await positions(filled) == [91, 90, 5, 2, 1]
    assert await found(filled, "posted") == [90]
    entry = (await filled.post(CHAT_ID, 90)).posts[0].entries[0]
    assert entry.source == "api"
    where = await filled.whereabouts(CHAT_ID, 90)
    assert (where.state, where.source) == ("stored", "api")
    assert await filled.coverage(CHAT_ID, "history", "telegram") == before
    await filled.release(lease)
    assert await findings(filled) == []


async def test_telegrams_words_go_before_those_that_were_posted(filled, lease):
    await filled.save_posted(lease, CHAT_ID, [posted(6)])
    await filled.save_page(lease, make_page([make_message(6, text="said")]))
    known = await filled.message(CHAT_ID, 6)
    assert (known.message.text, known.source) == ("said", "telegram")
    assert await filled.coverage(CHAT_ID, "history", "telegram") == [
        Covered(lo=1, hi=6, stored=6, ids_sum=21)
    ]
    assert [one.is_whole for one in await filled.verify_ledger(CHAT_ID)] == [True]


async def test_hiding_what_was_posted_and_posting_it_again(filled, lease):
    await filled.save_posted(lease, CHAT_ID, [posted(90)])
    await filled.hide(CHAT_ID, [90])
    assert 90 not in await positions(filled)
    await filled.save_posted(lease, CHAT_ID, [posted(90)])
    assert 90 in await positions(filled)
    await filled.purge(lease, CHAT_ID, [90])
    assert (await filled.save_posted(lease, CHAT_ID, [posted(90)])).kept == (90,)
    assert 90 not in await positions(filled)


async def test_posted_chats_give_way_to_telegrams(filled, lease):
    mine = make_chat(id=OTHER, title="Posted")
    assert await filled.save_posted_chats([mine, make_chat(title="Not this")]) == [OTHER]
    assert (await filled.chat(CHAT_ID)).title == "The Mill"
    assert await filled.save_posted_chats([make_chat(id=OTHER, title="Later")]) == []
    assert (await filled.chat(OTHER)).title == "Later"
    assert [one.id for one in await filled.chats_of_telegram()] == [CHAT_ID]
    other = await filled.acquire(f"chat:{OTHER}", "here:1:1")
    await filled.save_chat(other, make_chat(id=OTHER, title="Real"), [])
    assert await filled.save_posted_chats([mine]) == []
    assert (await filled.chat(OTHER)).title == "Real"
