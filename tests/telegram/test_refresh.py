"""Where files lie, and how that is renewed, on Telegram's own objects."""

import asyncio

import pytest
from telethon.tl import types
from tests.telegram.scripted import scenario

from headrace import errors
from headrace.blobs.files import LocalFiles
from headrace.model.download import FileKind, Wish
from headrace.store.access import AccessBook
from headrace.telegram.access import Access, FileAccess, SeenIn
from headrace.telegram.locations import (
    Notes,
    file_of,
    find_files,
    input_peer,
    kept_under,
    location_of,
    peer_through,
)
from headrace.telegram.parts import Download
from headrace.telegram.refresh import Refresher


@pytest.fixture
def book(tmp_path):
    with AccessBook(LocalFiles(), tmp_path / "access.db") as opened:
        yield opened


def document(number, reference=b"now", **more):
    return types.Document(number, 7, reference, None, "image/webp", 512, 4, [], **more)


def photo(number):
    sizes = [
        types.PhotoStrippedSize("i", b"x"),
        types.PhotoSize("m", 320, 240, 900),
        types.PhotoSizeProgressive("y", 1280, 960, [10, 20, 5000]),
    ]
    return types.Photo(number, 9, b"ref", None, sizes, 2)


def message(number, media=None, **more):
    return types.Message(
        id=number, peer_id=types.PeerChannel(5), date=None, message="", media=media, **more
    )


def emoji_wish(number):
    return Wish(key=f"document/{number}", kind=FileKind.CUSTOM_EMOJI, size=0)


def test_the_largest_size_of_a_photo_is_meant():
    access = file_of(photo(3), now=100)
    assert (access.size_type, access.size, access.seen_at) == ("y", 5000, 100)
    location = location_of(access, "photo/3")
    assert (location.id, location.thumb_size, location.file_reference) == (3, "y", b"ref")


def test_a_thumbnail_lies_with_its_document():
    access = file_of(document(4), now=1)
    location = location_of(access, "document/4/m")
    assert isinstance(location, types.InputDocumentFileLocation)
    assert (location.id, location.thumb_size) == (4, "m")
    assert kept_under("document/4/m") == "document/4"
    assert location_of(access, "document/4").thumb_size == ""


def test_files_are_found_wherever_in_a_message_they_are():
    page = types.WebPage(1, "u", "u", 0, photo=photo(10), document=document(11))
    held = [
        message(1, types.MessageMediaPhoto(photo=photo(1), video=document(2))),
        message(2, types.MessageMediaDocument(document=document(3), video_cover=photo(4))),
        message(3, types.MessageMediaWebPage(webpage=page)),
        message(
            4,
            reply_to=types.MessageReplyHeader(reply_media=types.MessageMediaPhoto(photo=photo(5))),
        ),
        types.MessageService(
            id=5,
            peer_id=types.PeerChannel(5),
            date=None,
            action=types.MessageActionChatEditPhoto(photo(6)),
        ),
        message(6, types.MessageMediaPhoto(photo=types.PhotoEmpty(1))),
    ]
    found = {}
    for number, access in find_files(held, 0):
        found.setdefault(number, []).append(access.file)
    assert {number: sorted(keys) for number, keys in found.items()} == {
        1: ["document/2", "photo/1"],
        2: ["document/3", "photo/4"],
        3: ["document/11", "photo/10"],
        4: ["photo/5"],
        5: ["photo/6"],
    }


def test_people_are_reached_by_hash_or_through_a_message(book):
    portrait = types.UserProfilePhoto(77, 4)
    full = types.User(11, access_hash=111, photo=portrait)
    little = types.User(12, access_hash=112, min=True)
    told = [message(9, from_id=types.PeerUser(12))]
    answer = types.messages.Messages(told, [], [types.Channel(5, "c", None, None)], [full, little])
    book.remember_page([Access(peer_id=-1_000_000_000_005, access_hash=55)], [], [])
    Notes(book).take(answer, -1_000_000_000_005)
    assert input_peer(book, 11).access_hash == 111
    assert input_peer(book, 12) is None
    assert book.seen_in(12) == (-1_000_000_000_005, 9)
    through = peer_through(book, 12, *book.seen_in(12))
    assert isinstance(through, types.InputPeerUserFromMessage)
    assert (through.peer.access_hash, through.msg_id, through.user_id) == (55, 9, 12)
    assert book.file_access("peer_photo/77").dc == 4
    assert isinstance(input_peer(book, -5), types.InputPeerChat)


def test_a_name_survives_what_is_met_beside_messages(book):
    book.remember_peers([Access(peer_id=-1, access_hash=1, username="mill")])
    book.remember_page([Access(peer_id=-1, access_hash=2)], [], [])
    assert (book.access_hash(-1), book.peer_by_username("mill")) == (2, -1)


def test_what_is_kept_of_a_file_is_what_was_seen_last(book):
    for reference in (b"old", b"new"):
        access = FileAccess(file="photo/1", access_hash=-5, reference=reference, dc=2, seen_at=3)
        book.remember_page([], [access], [SeenIn(peer_id=1, chat_id=2, message_id=3)])
    kept = book.file_access("photo/1")
    assert (kept.reference, kept.access_hash, kept.size_type) == (b"new", -5, "")
    assert book.file_access("photo/2") is None


def test_nothing_secret_shows():
    access = FileAccess(file="photo/1", access_hash=987654321, reference=b"secret", dc=2)
    assert "987654321" not in repr(access)
    assert "secret" not in repr(access)


def test_custom_emoji_are_asked_for_a_hundred_a_call(book):
    wishes = [emoji_wish(number) for number in range(1, 131)]
    answers = [[document(n) for n in range(1, 101)], [document(n) for n in range(101, 130)]]

    async def body(rig):
        refresher = Refresher(rig.gate, book, list, lambda *_: None)
        found = await asyncio.gather(
            *(refresher.renew(Download(wish=wish, sinks=[])) for wish in wishes),
            return_exceptions=True,
        )
        assert [one.file for one in found[:129]] == [wish.key for wish in wishes[:129]]
        assert isinstance(found[129], errors.FileAbsent)
        assert found[129].reason == "emoji_removed"
        assert [len(request.document_id) for _, request in rig.log] == [100, 30]
        assert book.file_access("document/5").dc == 4

    scenario(body, *answers)


def test_the_loss_of_the_account_reaches_whoever_waits(book):
    async def body(rig):
        refresher = Refresher(rig.gate, book, list, lambda *_: None)
        with pytest.raises(errors.ConnectionLost):
            await refresher.renew(Download(wish=emoji_wish(1), sinks=[]))

    scenario(body, *[ConnectionError()] * 20)
