"""Reparse on each back end: what an older version could not read turns good, once."""

import msgspec
import pytest
from telethon.tl import types
from tests.builders import CHAT_ID, DATE, make_chat, make_message, make_page

from headrace.errors import ArchiveBusy, LeaseLost
from headrace.importer.reparse import reparse
from headrace.model.message import Message, Unsupported
from headrace.model.plan import Reparsed
from headrace.telegram.convert.again import convert_again
from headrace.telegram.convert.messages import convert_message
from headrace.telegram.lean_reader import PlainMessage

HERE = types.PeerChannel(-CHAT_ID - 1_000_000_000_000)
PHOTO = types.Photo(7, 8, b"ref", DATE, [types.PhotoSize("x", 800, 600, 5000)], 2)
REPLY = types.MessageReplyHeader(reply_to_msg_id=2)


def wire(number, **fields):
    return PlainMessage(id=number, peer_id=HERE, date=DATE, message=f"text {number}", **fields)


def lost(thing, where="message", **fields):
    """As a version that did not know the thing would have kept it; its layer was an older one."""
    return Unsupported(constructor="0x00000bad", layer=200, where=where, raw=bytes(thing), **fields)


WHOLE = wire(5, media=types.MessageMediaPhoto(photo=PHOTO), grouped_id=2**60, views=3, forwards=0)
TORN = wire(6, media=types.MessageMediaGeo(types.GeoPoint(1.5, 2.5, 3)), edit_date=DATE + 5)
PARTLY = wire(7, media=types.MessageMediaPhoto(photo=PHOTO), reply_to=REPLY)
NEWER = b"\x0d\x0c\x0b\x0a" + bytes(8)
ONCE = [
    Message(id=5, date=DATE, kind="unsupported", unsupported=(lost(WHOLE),)),
    Message(id=6, date=DATE, text="text 6", unsupported=(lost(TORN, "media", rest=True),)),
    make_message(7, text="text 7", date=DATE, post=False, unsupported=(
        lost(PARTLY.media, "media"), lost(REPLY, "reply"),
    )),
]  # fmt: skip
HOPELESS = [
    Message(id=8, date=DATE, kind="unsupported", unsupported=(
        Unsupported(constructor="0x0a0b0c0d", layer=240, where="message", raw=NEWER),
    )),
    make_message(9, unsupported=(
        Unsupported(constructor="0x0a0b0c0d", layer=240, where="media", raw=NEWER),
        Unsupported(constructor="0x00000000", layer=200, where="entities"),
    )),
]  # fmt: skip
NOW = [convert_message(one, CHAT_ID) for one in (WHOLE, TORN, PARTLY)]


@pytest.fixture
async def archive(store):
    lease = await store.acquire(f"chat:{CHAT_ID}", "test")
    await store.save_chat(lease, make_chat(), [])
    await store.save_page(lease, make_page([make_message(4), *ONCE, *HOPELESS]))
    await store.release(lease)
    return store


async def run(store):
    return await reparse(store, await store.chats(), convert_again, "reparse")


async def stored(store, *ids):
    return [(await store.message(CHAT_ID, number)).message for number in ids]


async def test_what_is_understood_today_turns_good_once(archive, clock):
    clock.now += 1000
    assert await run(archive) == Reparsed(looked_at=5, made_good=3, left=2)
    assert await stored(archive, 5, 6, 7) == NOW
    assert await stored(archive, 8, 9) == HOPELESS
    assert await run(archive) == Reparsed(looked_at=2, made_good=0, left=2)


async def test_the_archive_is_then_as_if_it_had_been_read_today(archive, execute):
    await run(archive)
    mended = await archive.digest()
    (seen,) = execute("SELECT max(last_seen_at) - min(first_seen_at) FROM messages")
    assert seen == (0,)
    for table in ("messages", "message_files", "files", "albums", "message_versions", "coverage"):
        execute(f"DELETE FROM {table}")
    lease = await archive.acquire(f"chat:{CHAT_ID}", "test")
    await archive.save_page(lease, make_page([make_message(4), *NOW, *HOPELESS]))
    assert await archive.digest() == mended


async def test_a_better_reading_is_no_edit_and_a_tombstone_stays(archive, execute):
    lease = await archive.acquire(f"chat:{CHAT_ID}", "test")
    await archive.save_page(lease, make_page([], lo=5, hi=5, absent=(5,)))
    await archive.release(lease)
    await run(archive)
    assert (await archive.message(CHAT_ID, 5)).deleted_at is not None
    assert execute("SELECT count(*) FROM message_versions") == [(0,)]
    saved = await _save(archive, NOW[1])
    assert saved.edited == 0


async def test_reading_a_message_again_from_the_network_is_no_edit_either(archive):
    for message in NOW:
        assert (await _save(archive, message)).edited == 0
    changed = msgspec.structs.replace(NOW[0], text="other")
    assert (await _save(archive, changed)).edited == 1


async def test_a_chat_that_is_being_imported_is_left_alone(archive):
    lease = await archive.acquire(f"chat:{CHAT_ID}", "somebody")
    with pytest.raises(ArchiveBusy):
        await run(archive)
    await archive.release(lease)
    with pytest.raises(LeaseLost):
        await archive.mend(lease, CHAT_ID, NOW)


async def test_an_archive_with_nothing_to_do_takes_no_lease(store):
    lease = await store.acquire(f"chat:{CHAT_ID}", "somebody")
    await store.save_chat(lease, make_chat(), [])
    await store.save_page(lease, make_page([1, 2]))
    assert await run(store) == Reparsed()


async def _save(store, message):
    lease = await store.acquire(f"chat:{CHAT_ID}", "test")
    saved = await store.save_page(lease, make_page([message]))
    await store.release(lease)
    return saved
