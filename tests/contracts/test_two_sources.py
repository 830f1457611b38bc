"""Telegram and an export in one archive: each rule, on every back end."""

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

from headrace.importer.status import status_of
from headrace.model.coverage import Covered, Failure
from headrace.model.message import Reaction, Unsupported
from headrace.model.page import Saved
from headrace.model.text import Entity

FLAT = (Entity(type="bold", offset=0, length=4),)
NESTED = (*FLAT, Entity(type="italic", offset=1, length=2))


@pytest.fixture
def read(store, lease, clock):
    """Saves a page a little later than the one before."""

    async def read(messages, source="telegram", **fields):
        clock.now += 10
        return await store.save_page(lease, make_page(messages, source=source, **fields))

    return read


def exported_photo(number, edited=0, **fields):
    return make_photo(file=f"desktop/{number}-{edited}", **fields)


async def origins(execute):
    rows = execute("SELECT id, file, role FROM message_files ORDER BY id, file, role")
    return [tuple(row) for row in rows]


async def is_whole(store):
    verdicts = [
        one
        for source in ("telegram", "desktop")
        for one in await store.verify_ledger(CHAT_ID, source=source)
    ]
    return all(one.is_whole for one in verdicts)


async def test_telegram_upgrades_what_an_export_brought(store, read, execute):
    old = make_message(1, text="mill", entities=FLAT, media=exported_photo(1), author=CHAT_ID)
    assert await read([old], "desktop") == Saved(new=1, files=1)
    new = make_message(1, text="mill", entities=NESTED, media=make_photo(1), views=3)
    assert await read([new]) == Saved(files=1)
    known = await store.message(CHAT_ID, 1)
    assert (known.message, known.source, known.sources) == (new, "telegram", 3)
    assert known.first_seen_at < known.last_seen_at
    assert await store.versions(CHAT_ID, 1) == []
    assert await origins(execute) == [(1, "photo/1", "media")]
    assert [row[0] for row in execute("SELECT key FROM files")] == ["photo/1"]
    assert execute("SELECT * FROM counts") == []
    assert await is_whole(store)


async def test_an_export_never_overwrites_what_telegram_said(store, read, execute):
    said = make_message(1, text="mill", entities=NESTED, media=make_photo(1))
    await read([said])
    before = await store.message(CHAT_ID, 1)
    mine = make_message(
        1,
        text="mill",
        media=exported_photo(1),
        signature="Miller",
        reactions=(Reaction(type="emoji", emoji="❤", count=9),),
    )
    assert await read([mine], "desktop") == Saved()
    assert await store.message(CHAT_ID, 1) == before._replace(sources=3)
    assert await origins(execute) == [(1, "photo/1", "media")]
    assert await store.coverage(CHAT_ID, "history", "desktop") == [
        Covered(lo=1, hi=1, stored=1, ids_sum=1)
    ]
    assert await is_whole(store)


async def test_what_only_the_export_said_stays_as_a_version(store, read, execute):
    await read([make_message(1, text="new", edited=9, media=make_photo(2))])
    old = make_message(1, text="old", entities=FLAT, media=exported_photo(1))
    assert await read([old], "desktop") == Saved(files=1)
    (version,) = await store.versions(CHAT_ID, 1)
    assert (version.version, version.source) == (-1, "desktop")
    assert (version.text, version.entities) == ("old", FLAT)
    assert version.media == exported_photo(1)
    assert await origins(execute) == [
        (1, "desktop/1-0", "former"),
        (1, "photo/2", "media"),
    ]
    newer = make_message(1, text="newest", edited=12, media=exported_photo(1, 12))
    await read([newer], "desktop")
    found = await store.versions(CHAT_ID, 1)
    assert [(one.version, one.text) for one in found] == [(-2, "old"), (-1, "newest")]
    assert (await store.message(CHAT_ID, 1)).message.text == "new"


async def test_what_telegram_says_after_all_is_no_more_the_exports_alone(store, read, execute):
    await read([make_message(1, text="old", media=make_photo(1))])
    await read([make_message(1, text="new", edited=9, media=exported_photo(1, 9))], "desktop")
    assert [one.text for one in await store.versions(CHAT_ID, 1)] == ["new"]
    assert (await read([make_message(1, text="new", edited=9, media=make_photo(1))])).edited == 1
    found = await store.versions(CHAT_ID, 1)
    assert [(one.version, one.text) for one in found] == [(1, "old")]
    assert await origins(execute) == [(1, "photo/1", "media")]
    assert [row[0] for row in execute("SELECT key FROM files")] == ["photo/1"]


async def test_another_file_under_the_same_text_is_kept(store, read, execute):
    await read([make_message(1, media=make_photo(1, width=800, height=600))])
    other = exported_photo(1, width=640, height=480, size=1000)
    await read([make_message(1, media=other)], "desktop")
    assert [one.media for one in await store.versions(CHAT_ID, 1)] == [other]
    same = exported_photo(2, width=800, height=600, size=0)
    await read([make_message(2, media=make_photo(2, width=800, height=600))])
    await read([make_message(2, media=same)], "desktop")
    assert await store.versions(CHAT_ID, 2) == []


async def test_inferred_albums_give_way_to_real_ones(store, read, execute):
    guess = {"grouped_id": -(2**62) + 1, "inferred_album": True}
    await read([make_message(i, media=exported_photo(i), **guess) for i in (1, 2, 3)], "desktop")
    assert await store.count_albums(CHAT_ID) == 1
    await read([make_message(i, media=make_photo(i), grouped_id=77) for i in (1, 2)], hi=2)
    assert await store.count_albums(CHAT_ID) == 2
    await read([make_message(3, media=make_photo(3))])
    assert [row[0] for row in execute("SELECT grouped_id FROM albums")] == [77]
    assert (await store.message(CHAT_ID, 3)).message.grouped_id is None


async def test_what_the_server_has_no_more_stays_and_is_marked(store, read):
    await read([1, 2, 3], "desktop")
    assert (await store.whereabouts(CHAT_ID, 2)).off_server is False
    await read([1], lo=1, hi=3, absent=(2,))
    for number in (2, 3):
        known = await store.message(CHAT_ID, number)
        assert (known.source, known.sources, known.deleted_at) == ("desktop", 2, None)
        found = await store.whereabouts(CHAT_ID, number)
        assert (found.state, found.source, found.off_server) == ("stored", "desktop", True)
    assert (await store.whereabouts(CHAT_ID, 1)).source == "telegram"
    assert await store.coverage(CHAT_ID, "history", "telegram") == [
        Covered(lo=1, hi=3, stored=1, ids_sum=1)
    ]
    assert await is_whole(store)


async def test_an_export_does_not_undo_a_deletion(store, read):
    await read([1])
    await read([], lo=1, hi=1, absent=(1,))
    assert await read([1], "desktop") == Saved()
    assert (await store.whereabouts(CHAT_ID, 1)).state == "deleted"
    assert await is_whole(store)


async def test_each_source_settles_its_own_failures(store, read):
    gone = Failure(lo=2, hi=2, reason="unknown_constructor")
    torn = Failure(lo=3, hi=3, reason="malformed")
    await read([1, 3], lo=1, hi=3, failures=(gone,))
    await read([1, 2], "desktop", hi=3, failures=(torn,))
    assert await store.failures(CHAT_ID, "history") == [gone]
    assert await store.failures(CHAT_ID, "history", "desktop") == [torn]
    found = await store.whereabouts(CHAT_ID, 2)
    assert (found.state, found.source, found.off_server) == ("stored", "desktop", False)
    assert found.reason == "unknown_constructor"
    assert (await store.whereabouts(CHAT_ID, 3)).state == "stored"
    status = await status_of(store, make_chat())
    assert [one["lo"] for one in status["failures"]] == [2]
    assert (status["ids"]["stored"], status["ids"]["failed"], status["complete"]) == (3, 0, False)


async def test_the_latest_edit_of_several_exports_has_the_row(store, read, execute):
    later = make_message(1, text="b", edited=9, media=exported_photo(1, 9))
    earlier = make_message(1, text="a", media=exported_photo(1))
    await read([later], "desktop")
    assert (await read([earlier], "desktop")).edited == 0
    assert (await store.message(CHAT_ID, 1)).message == later
    assert [one.text for one in await store.versions(CHAT_ID, 1)] == ["a"]
    assert await origins(execute) == [
        (1, "desktop/1-0", "former"),
        (1, "desktop/1-9", "media"),
    ]
    assert (await read([later], "desktop")) == Saved()


async def test_an_export_without_the_files_takes_none_away(store, read, execute):
    full = make_message(1, media=make_document(file="desktop/1"))
    await read([full], "desktop")
    bare = make_message(1, media=make_document(file="desktop/1", absent="not_included"), views=5)
    await read([bare], "desktop")
    assert (await store.message(CHAT_ID, 1)).message.media == full.media
    await read([make_message(2, media=make_document(file="desktop/2", absent="x"))], "desktop")
    await read([make_message(2, media=make_document(file="desktop/2"))], "desktop")
    rows = execute("SELECT key, state FROM files ORDER BY key")
    assert [tuple(row) for row in rows] == [("desktop/1", "wanted"), ("desktop/2", "wanted")]


async def test_peers_and_chats_of_exports_give_way(store, lease):
    page = {"source": "desktop", "peers": (make_peer(5, name="From the export"),)}
    await store.save_chat(lease, make_chat(title="Exported"), [], "desktop")
    await store.save_page(lease, make_page([1], **page))
    assert await store.peers([5]) == [make_peer(5, name="From the export", minimal=True)]
    told = make_peer(5, name="", minimal=True)
    await store.save_page(lease, make_page([2], peers=(told,)))
    await store.save_chat(lease, make_chat(title="Told"), [])
    for _ in range(2):
        await store.save_page(lease, make_page([3], **page))
        await store.save_chat(lease, make_chat(title="Exported"), [], "desktop")
        assert await store.peers([5]) == [told]
        assert (await store.chat(CHAT_ID)).title == "Told"


async def test_an_export_alone_is_never_complete(store, lease, read):
    await store.save_chat(lease, make_chat(), [], "desktop")
    await read([1, 2, 3], "desktop")
    status = await status_of(store, make_chat())
    assert status["summary"] == (
        "from an export: 3 messages; what is missing in it cannot be known"
    )
    assert status["complete"] is False
    found = await store.whereabouts(CHAT_ID, 9)
    assert (found.state, found.source) == ("not yet read", "desktop")
    await read([1, 3], lo=1, hi=4)
    status = await status_of(store, make_chat())
    assert status["complete"] is True
    assert status["ids"] == {
        "top": 4, "stored": 3, "absent": 1, "left_out": 0, "failed": 0, "unread": 0,
    }  # fmt: skip
    assert (await store.whereabouts(CHAT_ID, 4)).state == "never there"


async def test_what_reparse_makes_good_is_no_more_the_exports_alone(store, lease, read):
    odd = Unsupported(constructor="0xdead", layer=229, where="message")
    await read([make_message(1, text="", kind="unsupported", unsupported=(odd,))])
    await read([make_message(1, text="mill")], "desktop")
    assert [one.text for one in await store.versions(CHAT_ID, 1)] == ["mill"]
    assert await store.mend(lease, CHAT_ID, [make_message(1, text="mill")]) == 1
    assert await store.versions(CHAT_ID, 1) == []


async def test_counts_have_a_history_only_where_telegram_counted(store, read, execute, clock):
    def hearts(number):
        return make_message(1, reactions=(Reaction(type="emoji", emoji="❤", count=number),))

    for number, source in ((1, "desktop"), (2, "desktop"), (5, "telegram")):
        await read([hearts(number)], source)
    assert execute("SELECT * FROM counts") == []
    told_at = int(clock.now)
    await read([hearts(6)])
    await read([hearts(3)], "desktop")
    rows = execute("SELECT at, value FROM counts ORDER BY at")
    assert [tuple(row) for row in rows] == [(told_at, 5), (told_at + 10, 6)]
