"""The zoo has one of each thing that Telethon's layer knows and a channel or group can hold."""

import base64
import datetime as dt
import inspect
import json
from collections import Counter

import pytest
from telethon import utils
from telethon.errors import TypeNotFoundError
from telethon.extensions import BinaryReader
from telethon.tl import TLObject, types
from telethon.tl.alltlobjects import tlobjects

from tgsandbox.worlds import expect, odd, open_world, zoo, zoo_actions, zoo_hostile, zoo_parts
from tgsandbox.worlds.contents import is_empty
from tgsandbox.worlds.tl import message_tl, peer_tl
from tgsandbox.worlds.tl_generic import snake

#: Constructors that begin alike and that no message of a channel or group holds.
ELSEWHERE = {
    "VideoSize": {"VideoSizeEmojiMarkup", "VideoSizeStickerMarkup"},  # photos of profiles
}


@pytest.fixture(scope="module")
def world():
    return open_world("zoo")


def contents(world):
    for marked, chat in world.chats.items():
        for index in range(len(chat.history)):
            yield marked, chat.history.at(index), chat.history.wire(index)


def decoded(raw):
    """The object as generated: Telethon's own messages drop media that are empty."""
    reader = BinaryReader(raw)
    kind = tlobjects.get(reader.read_int(signed=False))
    if kind is None:
        return BinaryReader(raw).tgread_object()
    plain = next(base for base in kind.__mro__ if base.__module__ == types.__name__)
    thing = plain.from_reader(reader)
    assert reader.tell_position() == len(raw)
    return thing


def names_in(thing):
    """The names of all constructors in a TL object."""
    if isinstance(thing, list):
        for one in thing:
            yield from names_in(one)
    elif isinstance(thing, TLObject):
        yield type(thing).__name__
        for value in vars(thing).values():
            if isinstance(value, TLObject | list):
                yield from names_in(value)


@pytest.fixture(scope="module")
def served(world):
    found = set()
    for _marked, content, raw in contents(world):
        if odd.verdict(content) in {odd.STORED, odd.ABSENT} or "known" in content["odd"]:
            found.update(names_in(decoded(raw)))
    return found


def layer(prefix):
    return {
        name
        for name, kind in vars(types).items()
        if name.startswith(prefix) and inspect.isclass(kind) and issubclass(kind, TLObject)
    }


@pytest.mark.parametrize(
    "prefix",
    [
        *("MessageMedia", "MessageEntity", "MessageReplyHeader", "MessageReplyStoryHeader"),
        *("MessageExtendedMedia", "MessageReactor", "MessagePeerReaction", "ReplyKeyboard"),
        *("ReplyInline", "KeyboardButton", "KeyboardInline", "ButtonType", "InlineButtonType"),
        *("DocumentAttribute", "GeoPointEmpty", "StoryItem", "Poll", "Todo", "StarsAmount"),
        *("RequestPeerType", "InlineQueryPeerType", "WallPaper", "WebDocument", "FactCheck"),
        *("ReactionEmoji", "ReactionCustomEmoji", "ReactionPaid", "ReactionEmpty", "ReactionCount"),
        *(
            "SuggestedPost",
            "RichMessage",
            "RestrictionReason",
            "MessageFwdHeader",
            "MessageReplies",
        ),
        *("WebPageEmpty", "WebPagePending", "WebPageNotModified", "PhotoEmpty", "DocumentEmpty"),
        *("MessageEmpty", "MaskCoords", "VideoSize", "StarGiftUnique", "EmojiGameOutcome"),
        *(
            "PageBlock",
            "PageList",
            "PageTable",
            "PageRelated",
            "PageButton",
            "Text",
            "WebPageAttribute",
        ),
    ],
)
def test_every_constructor_is_served(prefix, served):
    assert layer(prefix) - served == ELSEWHERE.get(prefix, set())


def test_every_action_is_served_or_lives_elsewhere(served):
    elsewhere = {f"message_action_{name}" for name in zoo_actions.ELSEWHERE}
    known = {snake(name) for name in layer("MessageAction")}
    found = {snake(name) for name in served if name.startswith("MessageAction")}
    assert elsewhere <= known
    assert not elsewhere & found
    assert known - elsewhere == found
    assert len(found) >= 44
    assert all(zoo_actions.ELSEWHERE.values())


def is_readable(content):
    return odd.verdict(content) in {odd.STORED, odd.ABSENT} or "known" in content["odd"]


def test_what_the_zoo_holds_comes_through(world):
    for marked, content, raw in contents(world):
        assert raw == bytes(message_tl(content, marked, world.locations))
        if is_readable(content):
            message = decoded(raw)
            assert message.id == content["id"]
            if content.get("odd") != {"known": "broken_utf8"}:
                assert bytes(message) == raw
        else:
            with pytest.raises(TypeNotFoundError) as caught:
                decoded(raw)
            assert caught.value.invalid_constructor_id == int(odd.CONSTRUCTOR, 16)


def generic(value):
    """The generic form of a TL value, written from the rule; files by their key alone."""
    for kind, convert in CONVERSIONS.items():
        if isinstance(value, kind):
            return convert(value)
    return {"_": snake(type(value).__name__), **fields(value)}


CONVERSIONS = {
    (bool, str, type(None)): lambda value: value,
    int: lambda value: value if abs(value) < 2**53 else str(value),
    float: lambda value: int(value) if value.is_integer() else value,
    bytes: lambda value: base64.b64encode(value).decode(),
    list: lambda value: [generic(one) for one in value],
    dt.datetime: lambda value: int(value.timestamp()),
    types.Photo: lambda value: f"photo/{value.id}",
    types.Document: lambda value: f"document/{value.id}",
    (types.PeerUser, types.PeerChat, types.PeerChannel): utils.get_peer_id,
}


def fields(thing):
    found = {
        name.removesuffix("_"): generic(value)
        for name, value in vars(thing).items()
        if name not in {"access_hash", "file_reference"}
    }
    return {name: value for name, value in found.items() if not is_empty(value)}


def without_files(value):
    """Canonical data as `generic` writes it: files by key, texts, entities and media as in TL."""
    if isinstance(value, list):
        return [without_files(one) for one in value]
    if not isinstance(value, dict):
        return int(value) if isinstance(value, float) and value.is_integer() else value
    if "file" in value:
        return value["file"]
    plain = {key: without_files(one) for key, one in value.items()}
    return {key: one for key, one in plain.items() if not is_empty(one)}


PLAIN = "text_with_entities message_entity message_media"


def test_data_say_what_is_sent(world):
    checked = 0
    for _marked, content, raw in contents(world):
        data = content.get("action", content.get("media", {})).get("data")
        if data is None or not is_readable(content) or '"text":' in json.dumps(data):
            continue
        message = decoded(raw)
        sent = fields(message.action if "action" in content else message.media)
        if any(name in json.dumps(sent) for name in PLAIN.split()):
            continue
        assert sent == without_files(data)
        checked += 1
    assert checked >= 80


def test_the_oracle_leaves_out_what_nobody_can_read(world):
    lines = [json.loads(line) for line in expect.lines(world)]
    messages = {(one["chat"], one["id"]): one for one in lines if one["type"] == "message"}
    for key, verdict in zoo.odd_ids().items():
        assert (key in messages) == (verdict in {odd.STORED, odd.PARTIAL})
        if verdict == odd.PARTIAL:
            assert messages[key]["unsupported"]
    assert not any("odd" in one or "sent_as" in one for one in lines)
    assert {odd.STORED, odd.PARTIAL, odd.RECORDED, odd.ABSENT} == set(zoo.odd_ids().values())


def test_what_stands_behind_the_unknown_is_missing(world):
    history = world.chats[zoo.CHANNEL].history
    truth = next(
        one
        for one in (history.at(index) for index in range(len(history)))
        if one.get("text") == "Unknown media."
    )
    assert "media" in truth
    read = odd.expected(truth)
    assert set(read) == {"id", "date", "text", "post", "unsupported"}
    lost = {"constructor": "0x0badc0de", "layer": 229, "rest": True, "where": "media"}
    assert read["unsupported"] == [lost]


def test_peers_are_as_odd_as_promised(world):
    peers = {peer["id"]: peer for peer in world.all_peers()}
    kinds = {}
    for marked, peer in peers.items():
        raw = bytes(peer_tl(world, peer))
        kinds[marked] = "unknown" if raw[:4] == b"\xde\xc0\xad\x0b" else type(decoded(raw)).__name__
    counts = Counter(kinds.values())
    assert counts["ChannelForbidden"] == 2
    for one in ("UserEmpty", "ChatEmpty", "ChatForbidden", "unknown"):
        assert counts[one] == 1
    assert sum(peer.get("min", False) and "sent_as" not in peer for peer in peers.values()) == 2
    stated = {json.loads(line)["id"] for line in expect.lines(world) if '"type":"peer"' in line}
    hidden = {zoo_parts.EMPTY_USER, zoo_parts.UNKNOWN_USER, zoo_parts.EMPTY_GROUP}
    assert stated == set(peers) - hidden - {world.me["id"]}


def test_hostile_texts_and_names_arrive_unchanged(world):
    texts, names = set(), set()
    for _marked, content, raw in contents(world):
        if is_readable(content) and content.get("kind") != "service" and "odd" not in content:
            message = decoded(raw)
            assert message.message == content.get("text", "")
            texts.add(message.message)
            document = getattr(message.media, "document", None)
            for attribute in getattr(document, "attributes", ()):
                if isinstance(attribute, types.DocumentAttributeFilename):
                    names.add(attribute.file_name)
    assert set(zoo_hostile.TEXTS) <= texts
    assert set(zoo_hostile.NAMES) <= names
    assert any(len(name.encode()) > 255 for name in names)
    assert {4095, 4096, 4097} <= {len(text.encode("utf-16-le")) // 2 for text in texts}


def test_files_have_the_sizes_that_are_stated(world):
    keys = list(world.drawn_keys())
    assert len(keys) > 100
    for key, kind in keys:
        file = world.file(key, kind)
        if kind and file.size:
            assert len(file.read(0, 1 << 20)) == file.size


def test_topics_and_comments(world):
    assert world.chats[zoo.FORUM].forum
    assert set(world.chats[zoo.GROUP].roots) == {101, 105, 301, 310, 551}
    talk = world.chats[zoo.GROUP].history
    root = world.chats[zoo.GROUP].roots[101]
    threads = [talk.at(index).get("thread_id") for index in range(len(talk))]
    assert world.chats[zoo.CHANNEL].history.get(101)["replies"]["count"] <= threads.count(root)
    topics = world.chats[zoo.FORUM].history
    assert topics.get(22)["thread_id"] == 2
