"""Conversion: equal to the oracle, and total."""

import inspect
import json

import msgspec
import pytest
from telethon.errors import TypeNotFoundError
from telethon.extensions import BinaryReader
from telethon.tl import types

from headrace.model.media import Document, OtherMedia
from headrace.telegram.convert.actions import convert_action
from headrace.telegram.convert.messages import convert_message, convert_messages
from headrace.telegram.convert.peers import convert_peer
from headrace.telegram.convert.values import snake_name
from headrace.telegram.lean_reader import LeanReader
from tgsandbox.worlds import open_world
from tgsandbox.worlds.expect import without_empty

CHAT = -1000000000009
HERE = types.PeerChannel(9)
DATE = 1_700_000_000


def canonical(message):
    """As ``docs/reference/content.md`` has it; the defaults that it shows are put back."""
    content = json.loads(msgspec.json.encode(message))
    if "grouped_id" in content:
        content["grouped_id"] = str(content["grouped_id"])
    media = content.get("media", {})
    for holder in (media, media.get("document")):
        if holder and str(holder.get("file", "")).startswith("document/"):
            holder.setdefault("role", "file")
    return without_empty(content)


def compare(world, reader, limit=400):
    compared = 0
    for marked, chat in world.chats.items():
        for index in range(min(len(chat.history), limit)):
            content = {key: v for key, v in chat.history.at(index).items() if key != "chat"}
            if "odd" in content:
                continue
            wire = reader(chat.history.wire(index)).tgread_object()
            assert canonical(convert_message(wire, marked)) == without_empty(content)
            compared += 1
    return compared


@pytest.mark.parametrize("reader", [LeanReader, BinaryReader])
@pytest.mark.parametrize(
    ("spec", "count"), [("tiny", 48), ("big:400", 400), ("reference", 800), ("zoo", 350)]
)
def test_worlds_come_out_as_they_went_in(spec, count, reader):
    assert compare(open_world(spec), reader) >= count


@pytest.mark.real_export
def test_the_real_channel_comes_out_as_it_went_in(real_export):
    assert compare(open_world(f"export:{real_export}"), LeanReader, limit=1_000) == 436


def message(**fields):
    return types.Message(id=5, peer_id=HERE, date=DATE, message="text", **fields)


def test_the_thread_of_a_reply():
    def thread(**header):
        reply = types.MessageReplyHeader(**header)
        return convert_message(message(reply_to=reply), CHAT).thread_id

    assert thread(reply_to_msg_id=3) == 3
    assert thread(reply_to_msg_id=3, reply_to_top_id=1) == 1
    assert thread(reply_to_msg_id=3, reply_to_peer_id=HERE) == 3
    assert thread(reply_to_msg_id=3, reply_to_peer_id=types.PeerChannel(8)) is None
    story = types.MessageReplyStoryHeader(types.PeerUser(7), 4)
    converted = convert_message(message(reply_to=story), CHAT)
    assert (converted.thread_id, converted.reply.story_id, converted.reply.peer) == (None, 4, 7)


@pytest.mark.parametrize(
    ("attributes", "role"),
    [
        ([types.DocumentAttributeVideo(1, 2, 3), types.DocumentAttributeAnimated()], "animation"),
        ([types.DocumentAttributeVideo(1, 2, 3, round_message=True)], "round_video"),
        ([types.DocumentAttributeVideo(1.5, 2, 3)], "video"),
        ([types.DocumentAttributeAudio(1, voice=True)], "voice"),
        ([types.DocumentAttributeAudio(1)], "audio"),
        (
            [
                types.DocumentAttributeVideo(1, 2, 3),
                types.DocumentAttributeSticker("x", types.InputStickerSetEmpty()),
            ],
            "sticker",
        ),
        (
            [types.DocumentAttributeCustomEmoji("x", types.InputStickerSetEmpty())],
            "custom_emoji",
        ),
        ([types.DocumentAttributeFilename("a.pdf")], "file"),
    ],
)
def test_the_role_of_a_document(attributes, role):
    document = types.Document(1, 2, b"", DATE, "x/y", 9, 2, attributes)
    converted = convert_message(message(media=types.MessageMediaDocument(document=document)), CHAT)
    assert isinstance(converted.media, Document)
    assert converted.media.role == role


def test_names_in_snake_case():
    names = ["PinMessage", "SetMessagesTTL", "ChatAddUser", "TopicCreate", "WebViewDataSent"]
    found = [snake_name(getattr(types, f"MessageAction{n}"), "MessageAction") for n in names]
    assert found == [
        "pin_message",
        "set_messages_ttl",
        "chat_add_user",
        "topic_create",
        "web_view_data_sent",
    ]


def test_the_fields_of_an_action():
    boost = types.MessageActionPaymentSent(currency="EUR", total_amount=2**60, invoice_slug="")
    assert convert_action(boost).data == {"currency": "EUR", "total_amount": str(2**60)}
    reached = types.MessageActionGeoProximityReached(types.PeerUser(1), types.PeerUser(2), 50)
    assert convert_action(reached).data == {"from_id": 1, "to_id": 2, "distance": 50}
    assert convert_action(types.MessageActionPinMessage()).data == {}


def test_data_without_a_file_keep_their_fields():
    point = types.GeoPoint(long=37.5, lat=55.5, access_hash=1)
    converted = convert_message(message(media=types.MessageMediaGeo(point)), CHAT)
    assert isinstance(converted.media, OtherMedia)
    assert converted.media.type == "geo"
    assert converted.media.data["geo"]["lat"] == 55.5


def test_what_is_not_known_keeps_its_bytes_and_costs_nothing_else():
    media = types.MessageMediaUnsupported()
    converted = convert_message(message(media=media, views=7), CHAT)
    assert (converted.text, converted.views, converted.media) == ("text", 7, None)
    (lost,) = converted.unsupported
    assert (lost.where, lost.constructor, lost.raw) == ("media", "0x9f84f49e", bytes(media))


def test_a_message_that_cannot_be_converted_at_all_stays_as_bytes():
    odd = message()
    odd.from_id = types.PeerChannel("not a number")
    converted = convert_message(odd, CHAT)
    assert (converted.id, converted.kind, converted.date) == (5, "unsupported", DATE)
    assert converted.unsupported[0].where == "message"


def test_empty_messages_are_left_out():
    assert convert_messages([types.MessageEmpty(4, HERE), message()], CHAT)[0].id == 5


def hollow(prefix):
    """Each constructor of a family with nothing in its fields."""
    for name, kind in inspect.getmembers(types, inspect.isclass):
        if name.startswith(prefix):
            own = vars(kind).get("__init__")
            fields = list(inspect.signature(own).parameters)[1:] if own else []
            yield kind(**dict.fromkeys(fields))


def test_nothing_that_telegram_may_send_raises():
    for media in hollow("MessageMedia"):
        assert convert_message(message(media=media), CHAT).id == 5
    for entity in hollow("MessageEntity"):
        assert convert_message(message(entities=[entity]), CHAT).text == "text"
    for action in hollow("MessageAction"):
        service = types.MessageService(id=6, peer_id=HERE, date=DATE, action=action)
        assert convert_message(service, CHAT).kind == "service"
    for reply in hollow("MessageReply"):
        assert convert_message(message(reply_to=reply), CHAT).id == 5
    for markup in hollow("Reply"):
        assert convert_message(message(reply_markup=markup), CHAT).id == 5


def test_peers_that_are_empty_or_closed():
    assert convert_peer(types.UserEmpty(5)) is None
    closed = types.ChannelForbidden(id=9, access_hash=1, title="Shut", broadcast=True)
    assert (convert_peer(closed).name, convert_peer(closed).minimal) == ("Shut", True)
    several = types.User(
        id=1,
        first_name="A",
        last_name="B",
        usernames=[types.Username("old"), types.Username("new", active=True)],
    )
    assert (convert_peer(several).name, convert_peer(several).username) == ("A B", "new")


@pytest.mark.parametrize("length", [0, 1, 2, 3, 4, 253, 254, 255, 256, 70_000])
def test_the_lean_reader_reads_texts_of_every_length(length):
    text = ("я" * length).encode()[:length]
    wire = types.MessageEntityPre.serialize_bytes(text) + b"next"
    lean, full = LeanReader(wire), BinaryReader(wire)
    assert lean.tgread_bytes() == full.tgread_bytes() == text
    assert lean.position == full.position


def test_a_text_cut_off_is_an_error_and_no_shorter_text():
    with pytest.raises(BufferError):
        LeanReader(b"\x05abc").tgread_bytes()


def test_the_lean_reader_names_what_it_does_not_know():
    with pytest.raises(TypeNotFoundError, match="deadbeef"):
        LeanReader(b"\xef\xbe\xad\xde").tgread_object()


def test_lists_that_are_not_understood_keep_their_bytes():
    odd = types.MessageEntityMentionName(0, 1, user_id=5)
    del odd.user_id
    converted = convert_message(message(entities=[types.MessageEntityBold(0, 1), odd]), CHAT)
    assert (converted.entities, converted.text) == ((), "text")
    (lost,) = converted.unsupported
    assert (lost.where, lost.constructor) == ("entities", "0x1cb5c415")


def test_generic_data_leave_out_what_belongs_to_the_account():
    game = types.Game(
        id=2**60,
        access_hash=5,
        short_name="oil",
        title="",
        description="d",
        photo=types.PhotoEmpty(3),
        document=types.DocumentEmpty(4),
    )
    converted = convert_message(message(media=types.MessageMediaGame(game)), CHAT)
    assert converted.media.data == {
        "game": {
            "_": "game",
            "id": str(2**60),
            "short_name": "oil",
            "description": "d",
            "photo": {"_": "photo_empty", "id": 3},
            "document": {"_": "document_empty", "id": 4},
        }
    }


def test_dates_of_zero_are_none_and_other_zeros_stay():
    giveaway = types.MessageMediaGiveaway(channels=[5], quantity=0, until_date=0, stars=0)
    converted = convert_message(message(media=giveaway), CHAT)
    assert converted.media.data == {"channels": [5], "quantity": 0, "stars": 0}
