"""Each trap of the format, and what becomes of it."""

from functools import partial

import pytest
from tests.desktop.exports import (
    CHANNEL,
    CHAT,
    DATE,
    entry,
    messages_of,
    photo,
    read,
    read_one,
    root,
    service,
    write,
)

from headrace.model.media import Document, Photo, Poll, TodoList
from headrace.model.values import PeerKind


@pytest.fixture
def one(tmp_path):
    return partial(read_one, tmp_path)


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


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("(File not included. Change data exporting settings to download.)", "not_included"),
        ("(File exceeds maximum size. Change data exporting settings to download.)", "too_large"),
        ("(File unavailable, please try again later)", "unavailable"),
        ("(Photo not included. Change data exporting settings to download.)", "not_included"),
        ("../../../etc/passwd", "outside"),
        ("/etc/passwd", "outside"),
        ("files\\..\\secret", "outside"),
        ("C:/Windows/win.ini", "outside"),
        ("files/\0", "outside"),
        (None, "unavailable"),
        (["files/a"], "unavailable"),
        ("photos/a (1).tar.gz", ""),
    ],
)
def test_sentences_and_hostile_paths_in_place_of_a_file(one, path, reason):
    raw = photo(1, media_spoiler=True, self_destruct_period_seconds=5)
    raw["photo"] = path
    media = one(raw).media
    assert isinstance(media, Photo)
    assert (media.absent, media.width, media.size) == (reason, 800, 5001)
    assert (media.spoiler, media.ttl) == (True, 5)


def test_files_keep_their_keys_from_export_to_export(one):
    first = one(photo(4)).media
    again = one(photo(4, photo="photos/photo_99@14-11-2023_23-13-20.jpg")).media
    assert first.file == again.file
    assert first.file.startswith("desktop/")
    assert one(photo(5)).media.file != first.file


@pytest.mark.parametrize(
    ("media_type", "role"),
    [
        ("sticker", "sticker"), ("video_message", "round_video"), ("voice_message", "voice"),
        ("animation", "animation"), ("video_file", "video"), ("audio_file", "audio"),
        (None, "file"), ("hologram", "file"),
    ],
)  # fmt: skip
def test_roles(one, media_type, role):
    raw = entry(
        1, file="files/notes (1).pdf", media_type=media_type, mime_type="a/b", duration_seconds=7,
        width=3, height=4, title="T", performer="P", sticker_emoji="x", file_size=10,
        thumbnail="files/notes.pdf_thumb.jpg", thumbnail_file_size=5,
    )  # fmt: skip
    media = one(raw).media
    assert isinstance(media, Document)
    assert (media.role, media.size, media.duration) == (role, 10, 7)
    assert (media.width, media.title) == ((0, "") if role == "voice" else
                                          (0, "T") if role == "audio" else (3, ""))  # fmt: skip
    assert media.name == ("notes (1).pdf" if role == "file" else "")


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


def test_polls_and_lists(one):
    question = ["Which ", {"type": "bold", "text": "one"}]
    answers = [{"text": "a", "voters": 3, "chosen": True}, {"text": "b", "voters": 0}]
    poll = {"question": question, "closed": True, "total_voters": 3, "answers": answers}
    media = one(entry(poll=poll)).media
    assert isinstance(media, Poll)
    assert (media.question.text, media.question.entities[0].type) == ("Which one", "bold")
    assert [(a.option, a.text, a.voters, a.chosen) for a in media.answers] == [
        (b"0", "a", 3, True), (b"1", "b", 0, False),
    ]  # fmt: skip
    assert (media.closed, media.total_voters) == (True, 3)
    todo = {"title": "T", "others_can_append": True, "answers": [{"text": "x", "id": 2}]}
    media = one(entry(todo_list=todo)).media
    assert isinstance(media, TodoList)
    assert (media.title.text, media.items[0].id, media.others_can_append) == ("T", 2, True)


POINT = {"latitude": 1.5, "longitude": 2.5}
GEO = {"_": "geo_point", "long": 2.5, "lat": 1.5}


@pytest.mark.parametrize(
    ("fields", "kind", "data"),
    [
        ({"contact_information": {"first_name": "A", "last_name": "", "phone_number": "1"},
          "contact_vcard": "contacts/contact_1.vcard", "contact_vcard_file_size": 5},
         "contact", {"phone_number": "1", "first_name": "A"}),
        ({"location_information": POINT}, "geo", {"geo": GEO}),
        ({"location_information": None}, "geo", {"geo": {"_": "geo_point_empty"}}),
        ({"location_information": POINT, "live_location_period_seconds": 60},
         "geo_live", {"geo": GEO, "period": 60}),
        ({"place_name": "P", "address": "A", "location_information": POINT},
         "venue", {"geo": GEO, "title": "P", "address": "A"}),
        ({"game_title": "G", "game_description": "D", "game_link": "L"},
         "game", {"game": {"_": "game", "title": "G", "description": "D"}, "link": "L"}),
        ({"invoice_information": '{"title":"T","amount":500,"currency":"EUR",'
                                 '"receipt_message_id":7}'},
         "invoice", {"title": "T", "currency": "EUR", "total_amount": 500, "receipt_msg_id": 7}),
        ({"invoice_information": "T, broken"}, "invoice", {"description": "T, broken"}),
        ({"giveaway_information": {"quantity": 3, "months": 6, "until_date": 1700000000,
                                   "channels": [5], "countries": ["DE"],
                                   "is_only_new_subscribers": True}},
         "giveaway", {"quantity": 3, "months": 6, "until_date": 1700000000, "channels": [5],
                      "countries_iso2": ["DE"], "only_new_subscribers": True}),
        ({"giveaway_results": {"channel": 5, "winners": [7], "is_refunded": False}},
         "giveaway_results", {"channel_id": 5, "winners": [7]}),
        ({"paid_stars_amount": 50}, "paid_media", {"stars_amount": 50}),
    ],
)  # fmt: skip
def test_media_without_a_file(one, fields, kind, data):
    message = one({**entry(), **fields})
    assert (message.media.type, message.media.data) == (kind, data)
    assert message.unsupported == ()


@pytest.mark.parametrize(
    ("action", "fields", "kind", "data"),
    [
        ("create_channel", {"title": "T"}, "channel_create", {"title": "T"}),
        ("create_group", {"title": "T", "members": ["A", None]}, "chat_create",
         {"title": "T", "members": ["A", None]}),
        ("set_messages_ttl", {"period": 60}, "set_messages_ttl", {"period": 60}),
        ("topic_edit", {"new_title": "N"}, "topic_edit", {"title": "N"}),
        ("phone_call", {"duration_seconds": 4, "discard_reason": "hangup"}, "phone_call",
         {"duration": 4, "reason": {"_": "phone_call_discard_reason_hangup"}}),
        ("group_call_scheduled", {"schedule_date": 1700000000}, "group_call_scheduled",
         {"schedule_date": 1700000000}),
        ("proximity_reached", {"from": "A", "from_id": "user1", "to": "B", "to_id": "user2",
                               "distance": 5}, "geo_proximity_reached",
         {"from": "A", "from_id": 1, "to": "B", "to_id": 2, "distance": 5}),
        ("requested_peer", {"button_id": 3, "peers": '["user5", "channel6"]'}, "requested_peer",
         {"button_id": 3, "peers": [5, -1_000_000_000_006]}),
        ("edit_chat_theme", {"emoticon": "x"}, "set_chat_theme",
         {"theme": {"_": "chat_theme", "emoticon": "x"}}),
        ("boost_apply", {"boosts": 2}, "boost_apply", {"boosts": 2}),
        ("fly_to_the_moon", {"altitude": 2**60}, "fly_to_the_moon", {"altitude": str(2**60)}),
        ("", {"information_text": "took a screenshot"}, "custom_action",
         {"message": "took a screenshot"}),
    ],
)  # fmt: skip
def test_service_actions(one, action, fields, kind, data):
    message = one(service(1, action, **fields))
    assert message.kind == "service"
    assert (message.action.type, message.action.data) == (kind, data)


def test_pins_and_the_like_answer_a_message(one):
    for action, key in [
        ("pin_message", "message_id"), ("score_in_game", "game_message_id"),
        ("send_payment", "invoice_message_id"),
    ]:  # fmt: skip
        message = one(service(5, action, **{key: 3}))
        assert (message.reply.msg_id, message.thread_id) == (3, 3)
        assert key not in message.action.data


def test_a_photo_of_the_chat(one):
    raw = {**photo(2), **service(2, "edit_group_photo")}
    message = one(raw)
    assert message.action.type == "chat_edit_photo"
    assert message.action.data["photo"]["kind"] == "photo"
    assert message.action.data["photo"]["width"] == 800


def test_two_texts_in_one_object(tmp_path):
    raw = (
        b'{"name":"The Mill","type":"private_group","id":5,"messages":[{"id":1,"type":"service",'
        b'"date_unixtime":"1700000000","actor_id":"user5","action":"send_webview_data",'
        b'"text":"the data","text":"","text_entities":[]}]}'
    )
    message = messages_of(write(tmp_path, raw))[1]
    assert (message.action.type, message.action.data) == (
        "web_view_data_sent", {"text": "the data"},
    )  # fmt: skip
