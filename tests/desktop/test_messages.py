"""Posts, their texts and those who wrote them: each trap of the format, and what becomes of it."""

import pytest
from tests.desktop.exports import (
    CHANNEL,
    CHAT,
    DATE,
    entry,
    messages_of,
    read,
    root,
    service,
    write,
)

from headrace.model.values import PeerKind

GROUP = {"type": "private_supergroup"}


def test_a_post(one):
    message = one(entry(7, author="Ada", reply_to_message_id=3))
    assert (message.id, message.date, message.text) == (7, DATE + 7, "message 7")
    assert (message.post, message.author, message.signature) == (True, None, "Ada")
    assert (message.reply.msg_id, message.thread_id) == (3, 3)
    assert not message.local_date
    assert message.unsupported == ()


def test_text_as_a_list_with_an_empty_last_part(one):
    parts = ["Ж🦊 ", {"type": "bold", "text": "fox"}, {"type": "link", "text": "t.me"}, ""]
    message = one(entry(text=parts))
    assert message.text == "Ж🦊 foxt.me"
    assert [(e.type, e.offset, e.length) for e in message.entities] == [
        ("bold", 4, 3), ("url", 7, 4),
    ]  # fmt: skip


def test_every_entity(one):
    kinds = {
        "text_link": {"href": "https://a.b"}, "pre": {"language": "c"}, "phone": {},
        "mention_name": {"user_id": 5}, "blockquote": {"collapsed": True},
        "custom_emoji": {"document_id": "stickers/sticker (3).webp"}, "spoiler": {}, "zig": {},
    }  # fmt: skip
    parts = [{"type": kind, "text": "x", **more} for kind, more in kinds.items()]
    found = one(entry(text=parts, text_entities=parts)).entities
    assert [e.type for e in found] == [
        "text_link", "pre", "phone_number", "text_mention", "blockquote", "custom_emoji",
        "spoiler", "unknown",
    ]  # fmt: skip
    assert (found[0].url, found[1].language, found[3].user_id) == ("https://a.b", "c", 5)
    assert (found[4].collapsed, found[5].document_id) == (True, "")
    parts = [{"type": "custom_emoji", "text": "x", "document_id": "5368324170671202286"}]
    assert one(entry(text=parts)).entities[0].document_id == "5368324170671202286"


def test_control_characters_that_are_no_json(tmp_path):
    raw = (
        b'{"name":"The Mill","type":"public_channel","id":1234567890,"messages":[{"id":1,'
        b'"type":"message","date_unixtime":"1700000000","text":"a\\x01b \\\\x01 \\\\\\x02"}]}'
    )
    assert messages_of(write(tmp_path, raw))[1].text == "a\x01b \\x01 \\\x02"


def test_local_dates_are_taken_as_utc_and_marked(one):
    message = one(entry(1, date="2021-03-01T12:00:00", date_unixtime=None))
    assert (message.date, message.local_date) == (1614600000, True)


def test_edited_in_every_version(one):
    assert one(entry(edited="1970-01-01T03:00:00", date_unixtime=None)).edited is None
    assert one(entry(edited="2021-03-01T12:00:00", date_unixtime=None)).edited == 1614600000
    assert one(entry(edited="x", edited_unixtime="1614600001")).edited == 1614600001


@pytest.mark.parametrize(
    ("given", "marked"),
    [
        ("user42", 42), ("chat42", -42), ("channel42", -1_000_000_000_042),
        (42, 42), (0x1_0000_0000 + 42, -42), (0x2_0000_0000 + 42, -1_000_000_000_042),
        ("user", None), ("user" + "9" * 30, None), (-5, None), (True, None), (None, None),
    ],
)  # fmt: skip
def test_peers_of_every_version(one, given, marked):
    assert one(entry(from_id=given), **GROUP).author == marked


def test_the_id_of_a_chat_before_2_7_2(tmp_path):
    old = root(entry(from_id=0x2_0000_0000 + CHANNEL), id=0x2_0000_0000 + CHANNEL)
    assert read(write(tmp_path, old))[0].chat.id == CHAT
    new = root(entry(), id=0x2_0000_0000 + 5)
    assert read(write(tmp_path, new))[0].chat.id == -1_000_000_000_000 - 0x2_0000_0005


def test_a_name_of_nobody(tmp_path):
    raws = [
        {**entry(1, from_id="user7"), "from": None},
        entry(2, from_id="user8", **{"from": " Ada  Lovelace "}),
        service(3, "pin_message", actor="Bob", actor_id="user9"),
    ]
    _, [page] = read(write(tmp_path, root(*raws, **GROUP)))
    assert [m.author for m in page.messages] == [9, 8, 7]
    assert {p.id: p.name for p in page.peers} == {8: "Ada Lovelace", 9: "Bob"}
    assert all(p.minimal and p.kind == PeerKind.USER for p in page.peers)


def test_ids_of_a_migrated_group_stay_below_zero(tmp_path):
    raws = [
        entry(-999_999_998), entry(-999_999_997, reply_to_message_id=-999_999_998), entry(1),
    ]  # fmt: skip
    found = messages_of(write(tmp_path, root(*raws, **GROUP)))
    assert sorted(found) == [-999_999_998, -999_999_997, 1]
    assert found[-999_999_997].thread_id == -999_999_998


def test_unsupported_entries(one):
    message = one({"id": 5, "type": "unsupported"})
    assert (message.kind, message.date, message.unsupported[0].where) == (
        "unsupported", 0, "message",
    )  # fmt: skip
    message = one(entry(text="a", date_unixtime="soon", date="never"))
    assert (message.kind, b'"a"' in message.unsupported[0].raw) == ("unsupported", True)


def test_fields_of_the_future_are_kept(one):
    [lost] = one(entry(hologram={"depth": 3})).unsupported
    assert (lost.constructor, lost.where, lost.raw) == ("desktop", "hologram", b'{"depth":3}')


def test_forwards(one):
    header = one(entry(forwarded_from="Ada")).forward
    assert (header.from_id, header.name) == (None, "Ada")
    header = one(entry(forwarded_from="A", forwarded_from_id="channel5", saved_from="B")).forward
    assert (header.from_id, header.name, header.saved_from_name) == (-1_000_000_000_005, "", "B")
    assert one({**entry(), "forwarded_from": None}).forward is not None


def test_a_reply_to_another_chat_is_no_thread(one):
    message = one(entry(reply_to_message_id=3, reply_to_peer_id="channel9"))
    assert (message.reply.peer, message.thread_id) == (-1_000_000_000_009, None)
    assert one(entry(reply_to_message_id=3, reply_to_peer_id=f"channel{CHANNEL}")).thread_id == 3


def test_via_bot_is_a_name(one):
    message = one(entry(via_bot="@gif"))
    assert (message.via_bot, message.via_bot_name) == (None, "gif")


def test_reactions(one):
    message = one(
        entry(
            reactions=[
                {"type": "emoji", "count": 3, "emoji": "❤", "recent": [
                    {"from": "Ada", "from_id": "user7", "date": "2023-11-14T22:13:20"}]},
                {"type": "custom_emoji", "count": 2, "document_id": "stickers/a.webp"},
                {"type": "paid", "count": 50},
                {"type": "emoji", "count": 0, "emoji": "👍", "recent": [{"from_id": "user8"}]},
                {"type": "empty", "count": 1}, "nonsense",
            ]
        ),
        **GROUP,
    )  # fmt: skip
    assert [(r.type, r.count, r.emoji, r.document_id) for r in message.reactions] == [
        ("emoji", 3, "❤", ""), ("custom_emoji", 2, "", ""), ("paid", 50, "", ""),
    ]  # fmt: skip
    assert [(r.author, r.date, r.emoji) for r in message.recent_reactions] == [
        (7, 1700000000, "❤"), (8, None, "👍"),
    ]  # fmt: skip


def test_buttons(one):
    rows = [
        [{"type": "url", "text": "Go", "data": "https://a.b"}, {"type": "buy", "text": "Buy"}],
        [{"type": "callback", "text": "C", "dataBase64": "AQ==", "data": ""}],
        [{"type": "callback_with_password", "text": "P", "data": "pw"}],
        [{"type": "auth", "text": "A", "data": "https://a", "forward_text": "f", "button_id": 4}],
        [{"type": "copy_text", "text": "D", "data": "code"}, {"type": "zig", "text": "Z"}],
        [], "x",
    ]  # fmt: skip
    assert one(entry(inline_bot_buttons=rows)).buttons == (
        ({"type": "url", "text": "Go", "url": "https://a.b"}, {"type": "buy", "text": "Buy"}),
        ({"type": "callback", "text": "C", "data": "AQ=="},),
        ({"type": "callback", "text": "P", "data": "cHc=", "requires_password": True},),
        ({"type": "url_auth", "text": "A", "url": "https://a", "fwd_text": "f", "button_id": 4},),
        ({"type": "copy", "text": "D", "copy_text": "code"}, {"type": "zig", "text": "Z"}),
    )
