"""What is kept of an answer that this version cannot read to its end."""

import struct

import pytest
from telethon.tl import types

from headrace.model.message import Message
from headrace.telegram.convert.messages import convert_message
from headrace.telegram.failures import Torn, Unreadable, classify, translate
from headrace.telegram.lean_reader import GetHistory, LeanReader, PlainMessage
from headrace.telegram.rescue import rescue

CHAT = -1000000000009
HERE = types.PeerChannel(9)
DATE = 1_700_000_000
PADDING = bytes(range(100, 120))
UNKNOWN = struct.pack("<I", 0xDEADBEEF)

CHANNEL = types.Channel(id=9, title="Odd", photo=types.ChatPhotoEmpty(), date=DATE, broadcast=True)
PERSON = types.User(
    id=7,
    first_name="Ann",
    restricted=True,
    usernames=[types.Username("ann", active=True)],
    restriction_reason=[types.RestrictionReason("all", "why", "so")],
)


def message(**fields):
    fields.setdefault("media", types.MessageMediaGeo(types.GeoPoint(1.5, 2.5, 3)))
    return PlainMessage(id=5, peer_id=HERE, date=DATE, message="text", **fields)


def answer(one, *, chats=(CHANNEL,), users=(PERSON,), topics=()):
    found = types.messages.ChannelMessages(
        pts=1, count=40, messages=[one], topics=[*topics], chats=[*chats], users=[*users]
    )
    return bytes(found) + PADDING


def spoil(data, thing):
    """The bytes with the constructor of a thing in them replaced by one that nobody knows."""
    place = data.index(struct.pack("<I", thing.CONSTRUCTOR_ID))
    return data[:place] + UNKNOWN + data[place + 4 :]


def rescued(data):
    with pytest.raises(Torn) as caught:
        GetHistory.read_result(LeanReader(data))
    failure = classify(caught.value)
    error = translate(failure, "messages.getHistory")
    assert isinstance(error, Unreadable)
    return rescue(error, CHAT)


ENTITIES = [types.MessageEntityBold(0, 2), types.MessageEntityItalic(2, 2)]
FULL = message(
    entities=ENTITIES,
    from_id=types.PeerUser(7),
    reply_to=types.MessageReplyHeader(reply_to_msg_id=4),
    fwd_from=types.MessageFwdHeader(date=DATE - 9),
    reactions=types.MessageReactions([types.ReactionCount(types.ReactionEmoji("x"), 3)]),
    restriction_reason=[types.RestrictionReason("all", "why", "so")],
    ttl_period=60,
    views=3,
    forwards=4,
    grouped_id=2**60,
    effect=9,
    factcheck=types.FactCheck(hash=1),
    pinned=True,
)


@pytest.mark.parametrize(
    ("odd", "where"),
    [
        (types.MessageMediaGeo, "media"),
        (types.GeoPoint, "media"),
        (types.MessageEntityItalic, "entities"),
        (types.ReactionEmoji, "reactions"),
        (types.MessageReactions, "reactions"),
        (types.RestrictionReason, "restrictions"),
        (types.FactCheck, "factcheck"),
    ],
)
def test_what_stands_before_something_unknown_is_kept_with_all_the_bytes(odd, where):
    found = rescued(spoil(answer(FULL), odd))
    assert (found.ids, found.count) == ((5,), 40)
    assert [peer.id for peer in found.peers] == [7, CHAT]
    (kept,) = found.messages
    whole = convert_message(FULL, CHAT)
    (lost,) = kept.unsupported
    assert (lost.constructor, lost.where, lost.layer) == ("0xdeadbeef", where, 229)
    assert lost.rest
    assert lost.raw == spoil(bytes(FULL), odd)
    order = ["media", "entities", "views", "forwards", "grouped_id", "reactions"]
    order += ["restrictions", "ttl", "effect", "extra"]
    names = {"factcheck": "extra"}
    first = order.index(names.get(where, where))
    for place, name in enumerate(order):
        empty = getattr(Message(id=1, date=1), name)
        assert getattr(kept, name) == (getattr(whole, name) if place < first else empty), name
    for name in ("id", "date", "kind", "text", "author", "forward", "reply", "thread_id", "pinned"):
        assert getattr(kept, name) == getattr(whole, name)


def test_a_service_message_is_kept_as_well():
    action = types.MessageActionPinMessage()
    service = types.MessageService(
        id=6, peer_id=HERE, date=DATE, action=action, from_id=types.PeerUser(7), ttl_period=5
    )
    (kept,) = rescued(spoil(answer(service), action)).messages
    assert (kept.id, kept.date, kept.kind, kept.author) == (6, DATE, "service", 7)
    assert (kept.action, kept.ttl) == (None, None)
    assert kept.unsupported[0].where == "action"
    assert kept.unsupported[0].raw == spoil(bytes(service), action)


@pytest.mark.parametrize("odd", [types.MessageFwdHeader, types.MessageReplyHeader, PlainMessage])
def test_without_a_date_there_is_nothing_to_keep(odd):
    assert rescued(spoil(answer(FULL), odd)) is None


def test_people_who_cannot_be_read_do_not_cost_the_message():
    found = rescued(spoil(answer(FULL), PERSON))
    assert found.messages == (convert_message(FULL, CHAT),)
    assert (found.count, found.peers) == (40, ())


def test_where_the_message_ends_is_not_known_all_bytes_are_kept():
    data = spoil(spoil(answer(FULL), types.MessageMediaGeo), PERSON)
    found = rescued(data)
    raw = found.messages[0].unsupported[0].raw
    assert data.endswith(raw)
    assert (found.count, found.peers) == (40, ())
    good = struct.pack("<I", types.MessageMediaGeo.CONSTRUCTOR_ID)
    understood = convert_message(LeanReader(raw.replace(UNKNOWN, good, 1)).tgread_object(), CHAT)
    assert understood == convert_message(FULL, CHAT)


def test_the_bytes_are_good_for_a_version_that_knows_more():
    raw = rescued(spoil(answer(FULL), types.GeoPoint)).messages[0].unsupported[0].raw
    mended = raw.replace(UNKNOWN, struct.pack("<I", types.GeoPoint.CONSTRUCTOR_ID))
    understood = convert_message(LeanReader(mended).tgread_object(), CHAT)
    assert understood == convert_message(FULL, CHAT)


def test_wherever_the_bytes_are_broken_nothing_is_raised():
    whole = answer(FULL)
    for place in range(20, len(whole), 4):
        for odd in (UNKNOWN, b"\xff\xff\xff\x7f"):
            broken = whole[:place] + odd + whole[place + 4 :]
            rescue(Unreadable("0xdeadbeef", broken), CHAT)
    for length in range(0, len(whole), 4):
        rescue(Unreadable("BufferError", whole[:length]), CHAT)
