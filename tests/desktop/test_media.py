"""Files, polls and other media: each trap of the format, and what becomes of it."""

import pytest
from tests.desktop.exports import entry, photo

from headrace.model.media import Document, Photo, Poll, TodoList


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
