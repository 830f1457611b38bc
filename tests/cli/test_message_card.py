"""A message for people: every part has its line, and none of it acts on the terminal."""

import re

import pytest

from headrace.cli.media_line import media_lines
from headrace.cli.message_card import Card

NASTY = "\x1b]0;owned\x07\x1b[2J\x9b31m\r\x08\u202etxt.exe\x00"
ACTS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def view(message=None, **fields):
    entry = {"source": "telegram", "first_seen_at": 1, "last_seen_at": 1, "deleted_at": None}
    found = {
        "chat": -1001,
        "id": 1,
        "title": "The Mill",
        "username": "themill",
        "state": "stored",
        "message": {"id": 1, "date": 0, **(message or {})},
        **entry,
        "album": [],
        "reply_to": None,
        "replies": [],
        "authors": [],
        "versions": [],
        "counts": {},
    }
    return {**found, **fields}


def entry(number, **message):
    return {"message": {"id": number, "date": 0, **message}, "deleted_at": None}


def shown(*arguments, **fields):
    return "\n".join(Card(view(*arguments, **fields)).lines())


def test_the_head_says_who_when_and_what_became_of_it():
    card = shown(
        {"author": 7, "via_bot": 8, "signature": "Ann", "edited": 60, "pinned": True},
        authors=[{"id": 7, "name": "Vera", "username": "vera"}, {"id": 8, "username": "bot"}],
        state="deleted",
        deleted_at=120,
        source="desktop",
        username=None,
    )
    first, second = card.splitlines()[:2]
    assert first == (
        "The Mill (-1001) · message 1 · deleted at Telegram (noticed 1970-01-01 00:02:00 UTC)"
        " · from an export"
    )
    assert second == (
        "  Vera (@vera), signed Ann, via @bot, 1970-01-01 00:00:00 UTC, "
        "edited 1970-01-01 00:01:00 UTC, pinned"
    )


def test_a_hidden_edit_is_not_shown_and_nobody_known_is_a_number():
    card = shown({"author": 7, "edited": 60, "edit_hidden": True})
    assert "edited" not in card
    assert "  7, 1970" in card
    assert "deleted account 7" in shown({"author": 7}, authors=[{"id": 7, "deleted": True}])


@pytest.mark.parametrize(
    ("reply", "answered", "line"),
    [
        ({"msg_id": 5}, entry(5, text="five"), "answers 5 · 1970-01-01 00:00:00 UTC · five"),
        ({"msg_id": 5}, entry(5) | {"deleted_at": 9}, ", deleted since"),
        ({"msg_id": 5}, {"id": 5, "state": "never there"}, "answers 5 (never there)"),
        ({"story_id": 3}, None, "answers story 3"),
        ({"scheduled": True}, None, "answers a message elsewhere"),
        ({"quote": {"text": "a\nb"}}, None, "    > a\n    > b"),
    ],
)
def test_what_it_answers(reply, answered, line):
    assert line in shown({"reply": reply}, reply_to=answered)


def test_forward_buttons_counts_and_reactions():
    card = shown(
        {
            "forward": {"name": "A Friend", "date": 1, "post": 7, "signature": "Keeper"},
            "buttons": [[{"text": "Go", "url": "https://a.b"}, {"text": "No"}]],
            "reactions": [
                {"type": "emoji", "emoji": "❤", "count": 1200},
                {"type": "paid", "count": 1},
                {"type": "custom_emoji", "document_id": "9", "count": 2},
            ],
            "views": 1000,
            "forwards": 0,
            "replies": {"count": 2, "comments": True},
            "unsupported": [{"where": "media"}],
        }
    )
    for line in (
        "forwarded from A Friend, message 7, signed Keeper, 1970-01-01 00:00:01 UTC",
        "[ Go ] <https://a.b>  [ No ]",
        "❤ 1,200  ⭐ 1  emoji 9 2",
        "1,000 views, 0 forwards, 2 comments",
        "[not understood: media]",
    ):
        assert f"  {line}" in card.splitlines()


def test_an_action_names_people():
    data = {"users": [7, 8], "title": "x"}
    card = shown(
        {"action": {"type": "chat_add_user", "data": data}}, authors=[{"id": 7, "name": "V"}]
    )
    assert '  [chat add user: {"users": ["V", 8], "title": "x"}]' in card.splitlines()
    assert "  [pin message]" in shown({"action": {"type": "pin_message"}}).splitlines()


def test_album_replies_and_versions_are_listed_and_the_many_cut():
    card = shown(
        album=[entry(2, media={"kind": "photo", "file": "photo/1", "size": 5})],
        replies=[entry(i, text="word " * 40, author=7) for i in range(100)],
        versions=[{"text": "was", "replaced_at": 60}, {"version": -1, "text": "cut"}],
    )
    assert "  2 · 1970-01-01 00:00:00 UTC · [photo, 5 bytes]" in card
    assert "  … and 50 more: --json lists them" in card
    assert "  until 1970-01-01 00:01:00 UTC: was\n  in an export: cut" in card
    assert max(map(len, card.splitlines())) < 130


@pytest.mark.parametrize(
    ("media", "lines"),
    [
        ({"kind": "photo", "size": 0}, ["[photo, not there]"]),
        (
            {
                "kind": "document",
                "file": "document/1",
                "role": "audio",
                "size": 3 * 2**20,
                "duration": 125.5,
                "performer": "The Race",
                "title": "Stones",
                "name": "a.mp3",
                "ttl": 9,
                "spoiler": True,
            },
            ["[audio, 2:05, 3.0 MiB, “a.mp3”, “The Race - Stones”, spoiler, for 9 s]"],
        ),
        ({"kind": "web_page", "url": "http://a.b"}, ["[link: http://a.b]"]),
        (
            {
                "kind": "poll",
                "quiz": True,
                "closed": True,
                "total_voters": 3,
                "question": {"text": "Why?"},
                "answers": [{"text": "So", "voters": 3, "correct": True}, {"text": "No"}],
            },
            ["[quiz: Why?, 3 voters, closed]", "  · So - 3 ✓", "  · No"],
        ),
        (
            {
                "kind": "todo",
                "title": {"text": "Mill"},
                "items": [{"text": "a", "completed": 1}, {}],
            },
            ["[to do: Mill]", "  [x] a", "  [ ] "],
        ),
        ({"kind": "other", "type": "geo_live", "data": {"lat": 1}}, ['[geo live: {"lat": 1}]']),
        ({"kind": "of tomorrow"}, ["[unknown]"]),
    ],
)
def test_media(media, lines):
    assert media_lines(media) == lines


def test_dates_out_of_all_time_are_shown_as_they_are():
    assert "at 99999999999999" in shown({"date": 99999999999999})


def hostile(value):
    """The same structure with nasty text everywhere."""
    if isinstance(value, dict):
        return {key: hostile(one) for key, one in value.items()}
    if isinstance(value, list):
        return [hostile(one) for one in value]
    return value + NASTY if isinstance(value, str) else value


def test_nothing_hostile_reaches_the_terminal():
    part = {"kind": "photo", "file": "x", "size": 1}
    message = {
        "text": "text",
        "author": 7,
        "signature": "s",
        "forward": {"name": "n", "signature": "s"},
        "reply": {"quote": {"text": "q"}},
        "action": {"type": "a", "data": {"title": "t"}},
        "buttons": [[{"text": "b", "url": "u"}]],
        "reactions": [{"type": "t", "document_id": "9", "count": 2}],
        "unsupported": [{"where": "w"}],
    }
    webs = {"kind": "web_page", "url": "u", "title": "t", "description": "d", "photo": part}
    files = {"kind": "document", "role": "r", "mime": "m", "name": "n", "title": "t", "emoji": "e"}
    poll = {"kind": "poll", "question": {"text": "q"}, "answers": [{"text": "a"}]}
    todo = {"kind": "todo", "title": {"text": "q"}, "items": [{"text": "a"}]}
    other = {"kind": "other", "type": "t", "data": {"k": "v"}}
    for media in (webs, files, poll, todo, other):
        bad = hostile(message) | {"media": hostile(media) | {"kind": media["kind"]}}
        bad["entities"] = [
            {"type": "text_link", "offset": 0, "length": 4, "url": "http://a" + NASTY}
        ]
        found = view(
            bad,
            title=NASTY,
            username=NASTY,
            album=[entry(2, **bad)],
            replies=[entry(3, **bad)],
            reply_to=entry(4, **bad),
            authors=[{"id": 7, "name": NASTY, "username": NASTY}],
            versions=[{"text": NASTY, "media": bad["media"], "replaced_at": 1}],
            counts={f"reaction:{NASTY}": [[1, 2]]},
        )
        lines = Card(found).lines()
        assert not ACTS.search("".join(lines))
        # Whatever comes from outside stands behind a margin, so that it cannot pose as our words.
        assert [line for line in lines if line and not line.startswith("  ")][1:] == [
            "Album, the other items:",
            "Replies:",
            "Versions since 1970-01-01 00:00:01 UTC, when headrace first looked:",
            "Counts over time:",
        ]


def test_versions_are_said_to_begin_where_headrace_first_looked():
    first = "1970-01-01 00:00:01 UTC"
    old = {"version": 1, "text": "frist", "media": {"kind": "photo"}, "replaced_at": 60}
    card = shown({"text": "first", "edited": 50}, versions=[old]).splitlines()
    assert card[-2] == f"Versions since {first}, when headrace first looked:"
    assert card[-1].startswith("  until 1970-01-01 00:01:00 UTC: frist [photo")
    edited = shown({"text": "first", "edited": 50}).splitlines()
    assert edited[-1] == f"No other version since {first}, when headrace first looked"
    assert "headrace first looked" not in shown({"text": "first"})
    assert "headrace first looked" not in shown({"edited": 50, "edit_hidden": True})


def test_counts_that_moved_have_their_latest_values():
    points = [[60 * n, 1000 + n] for n in range(7)]
    card = shown(counts={"views": points[:2], "reaction:❤": points}).splitlines()
    assert card[-3] == "Counts over time:"
    assert card[-2] == (
        "  views: 1,000 from 1970-01-01 00:00:00 UTC, 1,001 from 1970-01-01 00:01:00 UTC"
    )
    assert card[-1].startswith("  ❤: …, 1,002 from ")
    assert card[-1].endswith("1,006 from 1970-01-01 00:06:00 UTC")
