"""Whatever a world states survives the way over the wire."""

import io
import random

import pytest
from PIL import Image
from telethon import utils
from telethon.extensions import BinaryReader
from telethon.tl import types

from tgsandbox.worlds import open_world, tl_media
from tgsandbox.worlds.tl import chat_full_tl, chat_tl, message_tl, peer_tl


def decoded(raw):
    reader = BinaryReader(raw)
    message = reader.tgread_object()
    assert reader.tell_position() == len(raw)
    return message


def check(world, chat, index):
    chat_id = chat.content["id"]
    content = chat.history.at(index)
    raw = chat.history.wire(index)
    assert raw == bytes(message_tl(content, chat_id, world.locations))
    message = decoded(raw)
    assert bytes(message) == raw
    assert message.id == content["id"]
    assert int(message.date.timestamp()) == content["date"]
    assert utils.get_peer_id(message.peer_id) == chat_id
    author = content.get("author")
    assert (utils.get_peer_id(message.from_id) if message.from_id else None) == author
    if content.get("kind") == "service":
        assert isinstance(message, types.MessageService)
    else:
        check_body(world, content, message)


def check_body(world, content, message):
    assert message.message == content.get("text", "")
    assert len(message.entities or []) == len(content.get("entities", []))
    units = len(message.message.encode("utf-16-le")) // 2
    for entity, expected in zip(message.entities or [], content.get("entities", []), strict=True):
        assert (entity.offset, entity.length) == (expected["offset"], expected["length"])
        assert entity.offset + entity.length <= units
    assert message.views == content.get("views")
    assert str(message.grouped_id or "") == content.get("grouped_id", "")
    assert message.post_author == content.get("signature")
    counts = [one.count for one in message.reactions.results] if message.reactions else []
    assert counts == [one["count"] for one in content.get("reactions", [])]
    reply = content.get("reply", {})
    assert (message.reply_to.reply_to_msg_id if message.reply_to else None) == reply.get("msg_id")
    media = content.get("media", {})
    if media.get("kind") == "photo":
        check_photo(world, media, message.media.photo)
    if media.get("kind") == "document":
        assert message.media.document.id == tl_media.number(media["file"])
        assert message.media.document.size == media["size"]


def check_photo(world, media, photo):
    assert photo.id == tl_media.number(media["file"])
    assert world.locations.is_current(photo.id, photo.file_reference)
    sizes = [size for size in photo.sizes if not isinstance(size, types.PhotoStrippedSize)]
    lengths = [size.size if hasattr(size, "size") else size.sizes[-1] for size in sizes]
    assert lengths == [size["size"] for size in media["sizes"]]
    if "stripped" in media:
        glimpse = utils.stripped_photo_to_jpg(tl_media.from_base64(media["stripped"]))
        with Image.open(io.BytesIO(glimpse)) as image:
            image.load()
            assert max(image.size) == 40


@pytest.mark.parametrize(
    ("spec", "step"),
    [
        ("tiny", 1),
        ("comments:kinds", 1),
        ("comments:albums", 1),
        ("reference", 9),
        ("big:3", 1),
        ("big:4000", 7),
        ("files:12x20k,2x2m", 1),
    ],
)
def test_messages_come_through(spec, step):
    world = open_world(spec)
    for chat in world.chats.values():
        for index in range(0, len(chat.history), step):
            check(world, chat, index)


@pytest.mark.parametrize("seed", [1, 2, 77])
def test_random_messages_of_a_million(seed):
    world = open_world("big:1000000", seed)
    world.locations.rotate()
    (chat,) = world.chats.values()
    for index in random.Random(seed).sample(range(1_000_000), 400):
        check(world, chat, index)


@pytest.mark.real_export
def test_messages_of_a_real_export_come_through(real_export):
    world = open_world(f"export:{real_export}")
    (chat,) = world.chats.values()
    for index in range(len(chat.history)):
        check(world, chat, index)


@pytest.mark.parametrize("spec", ["tiny", "reference", "big:10"])
def test_chats_and_peers_come_through(spec):
    world = open_world(spec)
    for marked, chat in world.chats.items():
        channel = decoded(bytes(chat_tl(world, chat)))
        assert utils.get_peer_id(channel) == marked
        assert channel.title == chat.content["title"]
        full = decoded(bytes(chat_full_tl(world, chat)))
        linked = chat.content.get("linked_chat_id")
        peer = types.PeerChannel(full.linked_chat_id) if full.linked_chat_id else None
        assert (utils.get_peer_id(peer) if peer else None) == linked
    for content in world.all_peers():
        peer = decoded(bytes(peer_tl(world, content)))
        assert utils.get_peer_id(peer) == content["id"]
        assert utils.get_display_name(peer) == content.get("name", "")


def test_references_rotate():
    world = open_world("tiny")
    history = world.chats[-1001000000101].history
    old = decoded(history.wire(3)).media.photo
    world.locations.rotate()
    new = decoded(history.wire(3)).media.photo
    assert old.id == new.id
    assert old.access_hash == new.access_hash
    assert world.locations.is_expired(old.id, old.file_reference)
    assert world.locations.is_current(new.id, new.file_reference)
    assert not world.locations.is_expired(new.id + 1, old.file_reference)
