"""Which files are wanted, each once and with where it was named, on every back end."""

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
from tests.contracts.wanted import OTHER_CHAT, THUMBS, emoji, kinds
from tests.older import BEFORE_MEDIA

from headrace.model.download import FileKind, Origin
from headrace.model.media import OtherMedia, Poll, PollAnswer, Size, WebPage
from headrace.model.message import Forward, Reply
from headrace.model.text import Quote, Styled


async def test_every_file_has_a_kind_and_the_small_ones_come_first(store, save):
    roles = ("video", "round_video", "voice", "audio", "animation", "sticker", "file")
    documents = [
        make_message(n, media=make_document(n, role=role, size=n * 1000, thumbs=THUMBS))
        for n, role in enumerate(roles, 1)
    ]
    page = WebPage(photo=make_photo(20, size=5), document=make_document(21, thumbs=THUMBS))
    await save(
        *documents,
        make_message(10, media=make_photo(10, size=3)),
        make_message(11, media=page),
        make_message(12, entities=(emoji(500), emoji(500, 4), emoji(0))),
        make_message(13, media=make_document(13, role="custom_emoji", thumbs=THUMBS)),
    )
    wishes = await store.wanted_files(CHAT_ID, 1000)
    assert [wish.size for wish in wishes] == sorted(wish.size for wish in wishes)
    expected = {f"document/{n}": FileKind(role) for n, role in enumerate(roles, 1)}
    expected |= {
        f"document/{n}/m": FileKind.THUMBNAIL for n, role in enumerate(roles, 1) if role != "voice"
    }
    expected |= {
        "photo/10": FileKind.PHOTO,
        "photo/20": FileKind.WEB_PAGE,
        "document/21": FileKind.WEB_PAGE,
        "document/21/m": FileKind.WEB_PAGE,
        "document/500": FileKind.CUSTOM_EMOJI,
        "document/13": FileKind.CUSTOM_EMOJI,
    }
    assert {wish.key: wish.kind for wish in wishes} == expected
    (thumb,) = [wish for wish in wishes if wish.key == "document/1/m"]
    assert (thumb.size, thumb.origins) == (2000, (Origin(chat_id=CHAT_ID, id=1),))


async def test_of_large_thumbnails_only_the_largest_is_taken_and_of_none_none(store, save):
    large = (Size(type="x", size=1, width=800, height=10), Size(type="w", size=2, width=900))
    await save(
        make_message(1, media=make_document(1, thumbs=large)),
        make_message(2, media=make_document(2)),
        make_message(3, media=make_document(3, thumbs=large[1:])),
    )
    assert set(await kinds(store)) == {
        "document/1", "document/1/x", "document/2", "document/3", "document/3/w",
    }  # fmt: skip


async def test_emoji_are_found_wherever_there_is_text(store, save):
    poll = Poll(
        id="1",
        question=Styled(text="a", entities=(emoji(1),)),
        answers=(PollAnswer(option=b"0", entities=(emoji(2),)),),
        solution=Styled(entities=(emoji(3),)),
    )
    reply = Reply(msg_id=1, quote=Quote(entities=(emoji(4),)))
    await save(make_message(1, media=poll), make_message(2, reply=reply))
    assert set(await kinds(store)) == {f"document/{n}" for n in (1, 2, 3, 4)}


async def test_files_inside_data_have_kinds_and_thumbnails_too(store, save):
    document = {
        "kind": "document", "file": "document/1", "size": 9, "role": "video",
        "thumbs": [{"type": "m", "size": 5, "width": 320, "height": 1}],
    }  # fmt: skip
    photo = {"kind": "photo", "file": "photo/2", "size": 9}
    data = {"story": {"media": [document, photo]}}
    await save(make_message(1, media=OtherMedia(type="story", data=data)))
    assert await kinds(store) == {
        "document/1": FileKind.VIDEO,
        "document/1/m": FileKind.THUMBNAIL,
        "photo/2": FileKind.PHOTO,
    }


@pytest.mark.parametrize("backwards", [False, True])
async def test_whoever_names_a_file_first_leaves_no_trace(store, save, execute, backwards):
    emoji_media = make_document(7, role="sticker", size=70, mime="image/webp", thumbs=THUMBS)
    namings = [
        make_message(1, entities=(emoji(7),)),
        make_message(2, media=WebPage(photo=make_photo(8), document=emoji_media)),
        make_message(3, media=emoji_media),
        make_message(4, media=make_photo(8)),
    ]
    for message in reversed(namings) if backwards else namings:
        await save(message)
    rows = execute("SELECT key, kind, size, mime FROM files ORDER BY key")
    assert [tuple(row) for row in rows] == [
        ("document/7", "sticker", 70, "image/webp"),
        ("document/7/m", "thumbnail", 2000, ""),
        ("photo/8", "photo", 1000, "image/jpeg"),
    ]


async def test_on_one_page_the_better_naming_counts_too(store, save, execute):
    sticker = make_document(7, role="sticker", size=70)
    await save(make_message(1, media=sticker), make_message(2, entities=(emoji(7),)))
    assert [tuple(row) for row in execute("SELECT kind, size FROM files")] == [("sticker", 70)]


async def test_the_pictures_of_those_who_speak_are_wanted_and_kept(store, save, execute):
    peers = [make_peer(n, photo=str(100 + n)) for n in range(1, 6)]
    channel = make_peer(CHAT_ID, photo="200")
    said = make_message(1, author=1, forward=Forward(from_id=2, saved_from=3, saved_from_id=4))
    await save(said, peers=(*peers, channel, make_peer(6)))
    await save(make_message(2, author=1), peers=(make_peer(1, photo="999"),))
    wishes = {wish.key: wish for wish in await store.wanted_files(CHAT_ID, 100)}
    expected = {101: 1, 102: 2, 103: 3, 104: 4, 999: 1, 200: CHAT_ID}
    assert {key: wish.peer for key, wish in wishes.items()} == {
        f"peer_photo/{photo}": peer for photo, peer in expected.items()
    }
    assert {wish.kind for wish in wishes.values()} == {FileKind.AVATAR}
    assert len(execute("SELECT * FROM peer_files")) == 6
    assert await store.wanted_files(OTHER_CHAT, 100) == []


async def test_the_picture_of_the_chat_comes_with_the_chat(store, lease):
    await store.save_chat(lease, make_chat(photo="5"), ())
    await store.save_chat(lease, make_chat(photo=""), (), "desktop")
    assert [wish.key for wish in await store.wanted_files(CHAT_ID, 9)] == ["peer_photo/5"]


async def test_origins_are_the_newest_of_this_chat_and_then_of_others(store, save):
    other = await store.acquire(f"chat:{OTHER_CHAT}", "here:1:1")
    there = [make_message(n, media=make_photo(1)) for n in (70, 80)]
    await store.save_page(other, make_page(there, chat_id=OTHER_CHAT))
    await save(*(make_message(n, media=make_photo(1)) for n in (1, 2)))
    (wish,) = await store.wanted_files(CHAT_ID, 9)
    here = [Origin(chat_id=CHAT_ID, id=n) for n in (2, 1)]
    assert wish.origins == (*here, Origin(chat_id=OTHER_CHAT, id=80))
    await save(*(make_message(n, media=make_photo(1)) for n in (3, 4)))
    (wish,) = await store.wanted_files(CHAT_ID, 9)
    assert [one.id for one in wish.origins] == [4, 3, 2]
    await save(make_message(4, media=None, edited=9), make_message(3, media=None, edited=9))
    (wish,) = await store.wanted_files(CHAT_ID, 9)
    assert [one.id for one in wish.origins] == [2, 1, 80]


async def test_the_queue_is_read_piece_by_piece_and_without_what_is_under_way(store, save):
    await save(*(make_message(n, media=make_photo(n, size=n // 3)) for n in range(1, 30)))
    seen, after = [], (-1, "")
    while found := await store.wanted_files(CHAT_ID, 4, after=after):
        seen += [wish.key for wish in found]
        after = (found[-1].size, found[-1].key)
    assert sorted(seen) == sorted(f"photo/{n}" for n in range(1, 30))
    rest = await store.wanted_files(CHAT_ID, 100, excluding=seen[:25])
    assert [wish.key for wish in rest] == seen[25:]


async def test_what_only_an_export_has_is_not_asked_of_telegram(store, save):
    await save(make_message(1, media=make_photo(file="desktop/1")), source="desktop")
    assert await store.wanted_files(CHAT_ID, 9) == []
    assert [one.key for one in await store.file_facts(CHAT_ID, 9)] == ["desktop/1"]
    assert await store.file_states(["desktop/1", "photo/9"]) == {"desktop/1": "wanted"}


async def test_an_archive_from_before_media_is_as_if_it_had_been_read_now(opened, execute):
    async with opened() as store:
        lease = await store.acquire(f"chat:{CHAT_ID}", "here:1:1")
        video = make_document(3, role="video", thumbs=THUMBS)
        first = [
            make_message(1, media=make_photo(1)),
            make_message(2, media=WebPage(photo=make_photo(2)), entities=(emoji(9),)),
            make_message(3, media=video, author=5),
            make_message(4, media=make_document(4, role="animation", thumbs=THUMBS)),
            make_message(6, media=make_document(6, role="voice"), entities=(emoji(8),)),
        ]
        await store.save_page(lease, make_page(first, peers=(make_peer(5, photo="55"),)))
        await store.save_page(lease, make_page([make_message(4, edited=9, text="other")]))
        exported = make_message(5, media=make_photo(file="desktop/5"), text="old")
        await store.save_page(lease, make_page([exported], source="desktop"))
        await store.save_page(lease, make_page([make_message(5, text="new", edited=7)]))
        await store.save_chat(lease, make_chat(), ())
        before = await store.digest()
    for statement in BEFORE_MEDIA:
        execute(statement)
    async with opened() as store:
        found = await store.digest()
        assert found.rows == before.rows
        assert found.tables == before.tables
        assert (await kinds(store))["document/3/m"] == FileKind.THUMBNAIL
