"""``headrace show``: one message of an imported channel, for people and for programs."""

import asyncio

import pytest
from tests.builders import CHAT_ID, make_chat, make_message, make_page
from tests.e2e.oracle import expected

from headrace.blobs.files import LocalFiles
from headrace.store.open import open_archive


@pytest.fixture
def archive(headrace, tiny, tmp_path):
    """The channel of ``tiny`` and its group, stored."""
    for ref in ("@tinymill", "@tinymilltalk"):
        ran = headrace("import", ref, *tiny.options(), "--quiet")
        assert ran.code == 0, ran
    return tmp_path / "archive"


def test_a_message_is_shown_with_its_album_replies_and_what_it_answers(headrace, archive):
    album = headrace("show", "@tinymill/5")
    assert album.code == 0, album
    assert "Three views of the race." in album.out
    assert "Album, the other items:\n  6 · " in album.out
    thread = headrace("show", "https://t.me/tinymilltalk/18")
    assert "  answers 3 · Tiny Mill · Мельничка (@tinymill)" in thread.out
    assert "Replies:\n  19 · \u0412\u0435\u0440\u0430 " in thread.out
    assert "  ❤ 2" in thread.out.splitlines()
    assert "the gauge <https://mill.example/g?a=1&b=2>" in headrace("show", "@tinymill/2").out


def test_json_has_all_of_it_in_the_canonical_form(headrace, archive):
    found = headrace("show", "@tinymilltalk/18", "--json").json
    assert list(found) == [
        "chat",
        "id",
        "title",
        "username",
        "state",
        "message",
        "source",
        "first_seen_at",
        "last_seen_at",
        "deleted_at",
        "album",
        "layout",
        "reply_to",
        "replies",
        "authors",
        "versions",
        "counts",
    ]
    oracle = {(m["chat"], m["id"]): m for m in messages("tiny")}
    group = found["chat"]
    assert found["message"] == oracle[group, 18]
    assert found["reply_to"]["message"] == oracle[group, 3]
    assert [reply["message"] for reply in found["replies"]] == [oracle[group, 19]]
    assert {500001, 500002, 500003} <= {peer["id"] for peer in found["authors"]}
    ids = [
        item["message"]["id"] for item in headrace("show", "@tinymill/6", "--json").json["album"]
    ]
    assert ids == [5, 7]


def test_json_says_where_each_item_of_an_album_stands(headrace, archive):
    layout = headrace("show", "@tinymill/6", "--json").json["layout"]
    assert (layout["kind"], layout["width"], layout["edited_by_user"]) == ("media", 430, False)
    assert [tile["id"] for tile in layout["tiles"]] == [5, 6, 7]
    assert all(tile["width"] and tile["height"] for tile in layout["tiles"])
    assert headrace("show", "@tinymill/2", "--json").json["layout"] is None


def messages(world):
    return [line for line in expected(world) if line["type"] == "message"]


def test_what_is_not_stored_is_accounted_for(headrace, archive):
    ran = headrace("show", "@tinymill/10", "--json")
    assert ran.code == 6
    assert "never there, or deleted before headrace first looked" in ran.err
    assert ran.json["error"] == "MessageNotStored"
    assert "not read yet" in headrace("show", "@tinymill/99999").err
    assert headrace("show", "@elsewhere/1").code == 6
    nameless = headrace("show", "@tinymill")
    assert nameless.code == 2
    assert "@name/123" in nameless.err


def test_hostile_text_is_harmless_in_show_and_in_json(headrace, tmp_path):
    text = "a\x1b[31mred\x07\x9b2J\u202e\x7f"

    async def fill():
        async with open_archive(LocalFiles(), tmp_path / "archive") as store:
            lease = await store.acquire(f"chat:{CHAT_ID}", "here:1:1")
            await store.save_chat(lease, make_chat(title=text), [])
            await store.save_page(lease, make_page([make_message(1, text=text)]))
            await store.release(lease)

    asyncio.run(fill())
    for command in (("show", f"{CHAT_ID}/1"), ("chats",), ("status",)):
        ran = headrace(*command, "--json")
        assert ran.code == 0, ran
        assert not {"\x1b", "\x07", "\x9b", "\u202e", "\x7f"} & set(ran.out)
    assert headrace("show", f"{CHAT_ID}/1", "--json", "--quiet").json["message"]["text"] == text
