"""What became of wanted files, and what a policy is told of them, on every back end."""

import hashlib

import pytest
from tests.builders import (
    CHAT_ID,
    DATE,
    make_chat,
    make_document,
    make_message,
    make_peer,
    make_photo,
)
from tests.contracts.wanted import OTHER_CHAT, SHA, THUMBS, stored

from headrace.errors import LeaseLost
from headrace.model.download import FileKind, MediaPolicy, Protection, Tallies
from headrace.model.media import WebPage
from headrace.transform.media_policy import FileFacts, judge
from headrace.transform.thumbnails import NoThumbnail, Thumbnail


async def test_what_became_of_a_file_is_counted(store, save, lease, execute):
    photos = [make_message(n, media=make_photo(n, size=10 * n)) for n in range(1, 9)]
    await save(*photos, make_message(9, media=make_document(9, role="voice", size=7)))
    assert await store.file_tallies(CHAT_ID) == Tallies(wanted=9, wanted_bytes=367)
    for number in (1, 2):
        await store.file_stored(lease, stored(f"photo/{number}"))
    await store.file_stored(lease, stored("photo/3", "cd" * 32, 30, "application/pdf", "pdf"))
    await store.file_stored(lease, stored("document/9", "cd" * 32, 30))
    await store.file_failed(lease, "photo/4", "truncated")
    await store.file_absent(lease, "photo/5", "message_deleted")
    await store.file_absent(lease, "photo/1", "message_deleted")
    await store.file_failed(lease, "photo/1", "truncated")
    assert await store.skip_files(lease, {"photo/6": "too_large", "photo/1": "kind"}) == 1
    expected = Tallies(
        wanted=2, stored=4, skipped=1, failed=1, absent=1, bytes=1030, wanted_bytes=150
    )
    assert await store.file_tallies(CHAT_ID) == expected
    by_kind = await store.file_tallies_by_kind(CHAT_ID)
    assert by_kind[FileKind.VOICE] == Tallies(stored=1, bytes=30)
    assert by_kind[FileKind.PHOTO].bytes == 1030
    row = "SELECT state, reason, sha256, size, type, extension FROM files WHERE key = 'photo/3'"
    assert [tuple(one) for one in execute(row)] == [
        ("stored", "", "cd" * 32, 30, "application/pdf", "pdf")
    ]
    assert await store.file_tallies(OTHER_CHAT) == Tallies()


async def test_a_new_run_considers_again_what_was_left(store, save, lease, execute):
    await save(*(make_message(n, media=make_photo(n)) for n in range(1, 6)))
    await store.skip_files(lease, {"photo/1": "kind"})
    await store.file_failed(lease, "photo/2", "truncated")
    await store.file_absent(lease, "photo/3", "gone")
    await store.file_stored(lease, stored("photo/4"))
    assert await store.reconsider(lease, OTHER_CHAT) == 0
    assert await store.reconsider(lease, CHAT_ID) == 2
    wishes = await store.wanted_files(CHAT_ID, 9)
    assert [wish.key for wish in wishes] == ["photo/1", "photo/2", "photo/5"]
    attempts = execute("SELECT attempts, reason FROM files WHERE key = 'photo/2'")
    assert [tuple(row) for row in attempts] == [(1, "")]


async def test_only_the_holder_of_the_lease_writes(store, save, lease):
    await save(make_message(1, media=make_photo(1)))
    await store.release(lease)
    await store.acquire(f"chat:{CHAT_ID}", "here:2:2")
    attempts = [
        lambda: store.reconsider(lease, CHAT_ID),
        lambda: store.skip_files(lease, {"photo/1": "kind"}),
        lambda: store.file_stored(lease, stored("photo/1")),
        lambda: store.file_failed(lease, "photo/1", "x"),
        lambda: store.file_absent(lease, "photo/1", "x"),
        lambda: store.thumbnail_made(lease, SHA, NoThumbnail(reason="corrupt")),
    ]
    for attempt in attempts:
        with pytest.raises(LeaseLost):
            await attempt()
    assert await store.file_tallies(CHAT_ID) == Tallies(wanted=1, wanted_bytes=1000)


async def test_pictures_want_thumbnails_once_for_each_content(store, save, lease, execute):
    video = make_document(3, role="video", thumbs=THUMBS)
    await save(
        *(make_message(n, media=make_photo(n)) for n in (1, 2)), make_message(3, media=video)
    )
    await store.file_stored(lease, stored("photo/1"))
    await store.file_stored(lease, stored("photo/2"))
    await store.file_stored(lease, stored("document/3", "cd" * 32, 9, "video/mp4", "mp4"))
    await store.file_stored(lease, stored("document/3/m", "ef" * 32))
    (found,) = await store.pictures_without_thumbnail(CHAT_ID, 9)
    assert (found.sha256, found.extension) == (SHA, "jpg")
    assert await store.pictures_without_thumbnail(OTHER_CHAT, 9) == []
    small = Thumbnail(data=b"x", width=48, height=32, mime="image/jpeg")
    await store.thumbnail_made(lease, SHA, small)
    assert await store.pictures_without_thumbnail(CHAT_ID, 9) == []
    await store.file_stored(lease, stored("photo/1"))
    assert await store.pictures_without_thumbnail(CHAT_ID, 9) == []
    assert [tuple(row) for row in execute("SELECT * FROM thumbnails")] == [
        (SHA, "made", 48, 32, "image/jpeg", "", hashlib.sha256(b"x").hexdigest())
    ]
    await store.thumbnail_made(lease, SHA, NoThumbnail(reason="corrupt"))
    assert [tuple(row) for row in execute("SELECT state, reason FROM thumbnails")] == [
        ("impossible", "corrupt")
    ]


async def test_a_policy_is_given_what_it_has_to_know(store, save, lease):
    await store.save_chat(lease, make_chat(), ())
    await save(
        make_message(1, media=make_photo(1), noforwards=True),
        make_message(2, media=make_photo(2), noforwards=True),
        make_message(3, media=make_photo(2)),
        make_message(4, media=WebPage(photo=make_photo(4, size=5))),
        make_message(5, author=9),
        peers=(make_peer(9, photo="9"),),
    )
    found = {one.key: one for one in await store.file_facts(CHAT_ID, 9)}
    expected = [
        FileFacts(key="peer_photo/9", kind=FileKind.AVATAR, size=0),
        FileFacts(key="photo/4", kind=FileKind.WEB_PAGE, size=5, newest=DATE + 4),
        FileFacts(key="photo/1", kind=FileKind.PHOTO, size=1000, newest=DATE + 1, protected=True),
        FileFacts(key="photo/2", kind=FileKind.PHOTO, size=1000, newest=DATE + 3),
    ]
    assert found == {one.key: one for one in expected}
    pieces = [await store.file_facts(CHAT_ID, 1, after=(one.size, one.key)) for one in expected]
    assert [one.key for piece in pieces for one in piece] == ["photo/4", "photo/1", "photo/2"]
    await store.save_chat(lease, make_chat(noforwards=True), ())
    assert all(one.protected for one in await store.file_facts(CHAT_ID, 9))
    strict = MediaPolicy(protected=Protection.TEXT)
    assert [judge(strict, one) for one in expected] == ["", "", "protected", ""]
