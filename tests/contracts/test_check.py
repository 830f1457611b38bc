"""What a check finds in rows, and what mends them, on every back end."""

import pytest
from tests.builders import (
    CHAT_ID,
    make_chat,
    make_document,
    make_message,
    make_page,
    make_peer,
    make_photo,
)

from headrace.model.coverage import Covered
from headrace.model.download import Stored
from headrace.model.message import Forward

OTHER = -1001000000002


def photo(number, **fields):
    return make_message(number, media=make_photo(number, width=4, height=3), **fields)


@pytest.fixture
def lease(store):
    return lambda chat=CHAT_ID: store.acquire(f"chat:{chat}", "here:1:1")


@pytest.fixture
async def filled(store, lease, clock):
    """Two chats with everything that has a table, and the work on them ended."""
    mine = await lease()
    await store.save_chat(mine, make_chat(photo="7"), (make_peer(9),))
    peers = (make_peer(5, photo="50"), make_peer(6))
    await store.save_page(
        mine,
        make_page(
            [
                photo(1, grouped_id=77),
                photo(2, grouped_id=77),
                make_message(3, author=5, views=10, forward=Forward(from_id=6)),
                make_message(5, text="old", media=make_document(5)),
            ],
            lo=1,
            hi=9,
            peers=peers,
        ),
    )
    clock.now += 10
    edited = make_message(5, text="new", media=make_document(55), edited=9)
    counted = make_message(3, author=5, views=20, forward=Forward(from_id=6))
    await store.save_page(mine, make_page([counted, edited], lo=3, hi=5, peers=peers))
    exported = make_page([11], source="desktop")
    await store.save_page(mine, exported)
    await store.release(mine)
    other = await lease(OTHER)
    await store.save_chat(other, make_chat(OTHER), ())
    await store.save_page(other, make_page([photo(1)], chat_id=OTHER))
    await store.release(other)


async def test_what_is_whole_gives_no_alarm(filled, check):
    assert await check() == (set(), ())


#: Every table that a row can go from, with one of its rows; what must be found beside the count.
ROWS = {
    "chats": (f"id = {CHAT_ID}", ("chat", f"chat {CHAT_ID}")),
    "peers": ("id = 5", ("peer", "peer 5")),
    "messages": (f"chat_id = {CHAT_ID} AND id = 3", ("ledger", f"messages 1..9 of {CHAT_ID}")),
    "message_versions": ("id = 5", None),
    "counts": ("value = 10", None),
    "albums": ("grouped_id = 77", ("album", f"album 77 of {CHAT_ID}")),
    "coverage": (f"chat_id = {CHAT_ID} AND lo = 1", ("uncovered", f"messages 1..5 of {CHAT_ID}")),
    "files": ("key = 'photo/2'", ("file_row", "photo/2")),
    "message_files": (
        f"chat_id = {CHAT_ID} AND file = 'photo/1'",
        ("reference", f"message 1 of {CHAT_ID}"),
    ),
    "peer_files": ("file = 'peer_photo/50'", ("orphan", "peer_photo/50")),
}


#: All of them on SQLite; two where what is counted is counted by PostgreSQL.
GONE = [("sqlite", table) for table in ROWS] + [
    pytest.param("postgres", table, marks=pytest.mark.postgres) for table in ("messages", "peers")
]


@pytest.mark.parametrize(("back_end", "table"), GONE, indirect=["back_end"])
async def test_a_row_that_is_gone_is_found_until_the_loss_is_accepted(
    filled, check, execute, store, lease, table
):
    where, told = ROWS[table]
    execute(f"DELETE FROM {table} WHERE {where}")
    found, _ = await check()
    assert ("rows", table) in found
    assert told is None or told in found
    for _ in range(2):
        mine = await lease()
        await store.save_page(mine, make_page([20, 21]))
        await store.release(mine)
    assert ("rows", table) in (await check())[0]
    chat = None if table in ("chats", "peers", "files") else CHAT_ID
    archive = await store.acquire("archive", "here:1:1")
    await store.accept_rows(archive, chat, table)
    await store.release(archive)
    assert ("rows", table) not in (await check())[0]


async def test_a_run_that_was_killed_leaves_a_note_and_no_alarm(filled, check, store, lease):
    await lease()
    found, notes = await check()
    assert found == set()
    assert len(notes) == 2
    assert "somebody works on the archive" in notes[0]
    assert "were not counted" in notes[1]


async def test_a_layout_that_is_not_that_of_its_members_is_found(
    filled, check, execute, store, lease
):
    execute('UPDATE albums SET layout = \'{"kind": "media", "shape": "one"}\'')
    found, _ = await check()
    assert found == {("album", f"album 77 of {CHAT_ID}")}
    mine = await lease()
    await store.name_again(mine, CHAT_ID, [1])
    await store.release(mine)
    assert (await check())[0] == set()
    mine = await lease()
    layout = (await store.layout(CHAT_ID, 77)).layout
    await store.edit_layout(mine, CHAT_ID, 77, type(layout)(kind=layout.kind, shape="mine"))
    await store.release(mine)
    assert (await check())[0] == set()


async def test_what_follows_from_messages_is_made_anew(filled, check, execute, store, lease):
    before = (await store.digest()).tables
    for table in ("albums", "message_files", "files"):
        execute(f"DELETE FROM {table} WHERE {ROWS[table][0]}")
    mine = await lease()
    await store.name_again(mine, CHAT_ID, [1, 2, 5])
    await store.release(mine)
    after = (await store.digest()).tables
    assert {name for name in before if before[name] != after[name]} == set()


@pytest.mark.parametrize(
    ("lost", "left"), [((3,), [Covered(lo=1, hi=9, stored=3, ids_sum=8)]), ((2, 3), [])]
)
async def test_a_range_is_taken_back_as_far_as_rows_lack(
    filled, check, execute, store, lease, lost, left
):
    for number in lost:
        execute(f"DELETE FROM messages WHERE chat_id = {CHAT_ID} AND id = {number}")
    mine = await lease()
    assert await store.reopen(mine, CHAT_ID, "history", "telegram", 1)
    assert not await store.reopen(mine, CHAT_ID, "history", "telegram", 1)
    assert await store.coverage(CHAT_ID, "history", "telegram") == left
    told = ("ledger", f"message 3 of {CHAT_ID}")
    assert (told in (await check())[0]) == bool(left)


async def test_what_an_export_brought_is_noted_until_it_is_brought_again(
    filled, check, execute, store, lease
):
    where = f"chat_id = {CHAT_ID} AND id = 11"
    execute(f"DELETE FROM messages WHERE {where}")
    assert ("ledger", f"messages 11..11 of {CHAT_ID}") in (await check())[0]
    mine = await lease()
    assert await store.reopen(mine, CHAT_ID, "history", "desktop", 11)
    assert ("ledger", f"message 11 of {CHAT_ID}") in (await check())[0]
    await store.save_page(mine, make_page([11], source="desktop"))
    await store.release(mine)
    assert "ledger" not in {kind for kind, _ in (await check())[0]}


async def test_a_file_that_is_stored_nowhere_is_found(filled, check, execute, store, lease):
    mine = await lease()
    found = Stored(key="photo/1", sha256="ab" * 32, size=9, mime="image/jpeg", extension="jpg")
    await store.file_stored(mine, found)
    await store.release(mine)
    name = "ab" * 32
    assert (await check())[0] == {("file", f"media/ab/{name}.jpg")}
    execute("UPDATE files SET sha256 = NULL WHERE key = 'photo/1'")
    assert (await check())[0] == {("file", "photo/1")}


THREAD = "thread:-1009:7"
GROUP = -1001000000003


@pytest.fixture
async def group(store, lease, execute):
    """A discussion group: a history that left something out, and one post's replies beside it.

    Replies 12 and 14 were left out of the history and came with the thread; 30 lies beyond it.
    """
    mine = await lease(GROUP)
    await store.save_chat(mine, make_chat(GROUP), ())
    execute(f"INSERT INTO roots VALUES ({GROUP}, 10, -1009, 7)")
    history = [make_message(10), make_message(11, thread_id=10), make_message(13)]
    await store.save_page(mine, make_page(history, lo=1, hi=20, chat_id=GROUP))
    execute("UPDATE coverage SET left_out = 2")
    replies = [make_message(number, thread_id=10) for number in (11, 12, 14, 30)]
    await store.save_page(mine, make_page(replies, lo=1, hi=40, chat_id=GROUP, scope=THREAD))
    await store.release(mine)
    return mine


async def test_rows_of_several_scopes_give_no_alarm(group, check, store, lease):
    assert await check() == (set(), ())
    mine = await lease(GROUP)
    later = [make_message(15, thread_id=10), make_message(16)]
    await store.save_page(mine, make_page(later, lo=15, hi=60, chat_id=GROUP))
    await store.release(mine)
    assert await check() == (set(), ())


@pytest.mark.parametrize(
    ("lost", "ranges"),
    [(13, {"1..20"}), (14, {"1..40"}), (11, {"1..20", "1..40"}), (30, {"1..40"})],
)
async def test_a_row_of_several_scopes_that_is_lost_is_found(group, check, execute, lost, ranges):
    execute(f"DELETE FROM messages WHERE id = {lost}")
    found = {where for kind, where in (await check())[0] if kind == "ledger"}
    assert found == {f"messages {one} of {GROUP}" for one in ranges}


async def test_what_was_read_for_comments_is_left_to_the_next_import(
    group, check, execute, store, lease
):
    execute("DELETE FROM messages WHERE id IN (13, 14)")
    mine = await lease(GROUP)
    assert await store.reopen(mine, GROUP, THREAD, "telegram", 1)
    assert await store.coverage(GROUP, THREAD, "telegram") == [
        Covered(lo=1, hi=40, stored=3, ids_sum=53)
    ]
    assert await store.failures(GROUP, THREAD) == []


async def test_a_thread_whose_root_nobody_knows_is_not_judged(group, check, execute):
    execute("DELETE FROM roots")
    found, _ = await check()
    assert {one for one in found if "1..40" in one[1]} == set()
    assert ("rows", "roots") in found


async def test_files_whose_messages_went_with_reason_are_told_and_no_damage(
    filled, check, execute, store, lease
):
    mine = await lease(OTHER)
    await store.save_page(mine, make_page([photo(90)], chat_id=OTHER))
    for table in ("messages", "message_files", "coverage"):
        execute(f"DELETE FROM {table} WHERE chat_id = {OTHER}")
    await store.release(mine)
    assert await check() == (set(), ("files that no message and nobody's picture names: 1",))


async def test_what_is_counted_of_the_chat_belongs_to_no_message(filled, check, store, lease):
    mine = await lease()
    for number in (10, 12):
        await store.save_chat(mine, make_chat(photo="7", subscribers=number), ())
    await store.release(mine)
    assert await check() == (set(), ())


async def test_what_is_shown_again_is_no_loss_and_a_mark_that_goes_is(
    filled, check, store, execute
):
    await store.hide(CHAT_ID, [1, 2, 3])
    await store.show(CHAT_ID, [1])
    assert await check() == (set(), ())
    execute("DELETE FROM hidden WHERE id = 2")
    assert await check() == ({("rows", "hidden")}, ())
    # What is hidden later makes nothing good.
    await store.hide(CHAT_ID, [5])
    assert await check() == ({("rows", "hidden")}, ())
