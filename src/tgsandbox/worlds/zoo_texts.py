"""Texts: every entity, nested and overlapping ones, and texts as long as real ones."""

from __future__ import annotations

import random

from tgsandbox.worlds.base import Content
from tgsandbox.worlds.contents import mark, units
from tgsandbox.worlds.zoo_parts import ANNA, STRANGER, told

#: Telegram's limit, in UTF-16 code units.
LONGEST = 4096
_PAW_ID = "5368324170671202286"
_LINE = (
    "one @zoomill #otters $FLR /feed https://zoo.example a@zoo.example +79000000001 "
    "4111111111111111 bold italic under struck secret code 🐾 tomorrow in-new out?\n"
    "quote of one line\nlong\nquote\nprint('🦦')\nlast line, a link, Anna."
)
#: Length in characters, how many entities: as counted in channels (p50, p90, longest).
_SHAPES = ((324, 26), (688, 48), (2_488, 134), (4_093, 20), (35, 0), (126, 1))


def messages() -> list[Content]:
    return [*_all_kinds(), *_nested(), *_dates(), *_long(), *_shaped()]


def _all_kinds() -> list[Content]:
    plain = {
        "mention": "@zoomill",
        "hashtag": "#otters",
        "cashtag": "$FLR",
        "bot_command": "/feed",
        "url": "https://zoo.example",
        "email": "a@zoo.example",
        "phone_number": "+79000000001",
        "bank_card": "4111111111111111",
        "bold": "bold",
        "italic": "italic",
        "underline": "under",
        "strikethrough": "struck",
        "spoiler": "secret",
        "code": "code",
        "diff_insert": "in-new",
        "unknown": "last line",
    }
    found = [mark(_LINE, part, kind) for kind, part in plain.items()]
    found += [
        mark(_LINE, "🐾", "custom_emoji", document_id=_PAW_ID),
        mark(_LINE, "out?", "diff_replace", old_text="out!"),
        mark(_LINE, "one", "diff_delete"),
        mark(_LINE, "quote of one line", "blockquote"),
        mark(_LINE, "long\nquote", "blockquote", collapsed=True),
        mark(_LINE, "print('🦦')", "pre", language="python"),
        mark(_LINE, "a link", "text_link", url="https://zoo.example/?a=1&b=<2>"),
        mark(_LINE, "Anna", "text_mention", user_id=ANNA),
    ]
    return [told(_LINE, entities=found), told("x = 1", entities=[mark("x = 1", "x = 1", "pre")])]


def _nested() -> list[Content]:
    text = "deep 👩‍👩‍👧 words go here 🏳️‍🌈"
    deep = [
        mark(text, text, kind)
        for kind in ("blockquote", "bold", "italic", "underline", "strikethrough", "spoiler")
    ]
    crossed = [
        {"type": "bold", "offset": 0, "length": 16},
        {"type": "italic", "offset": 14, "length": 10},
        {"type": "text_link", "offset": 10, "length": 8, "url": "tg://user?id=1"},
        {"type": "code", "offset": 10, "length": 8},
    ]
    hostile = [
        {"type": "bold", "offset": 6, "length": 1},
        {"type": "italic", "offset": 3, "length": 0},
        {"type": "underline", "offset": -5, "length": 8},
        {"type": "spoiler", "offset": 20, "length": 2**31 - 1},
        {"type": "code", "offset": 2**31 - 1, "length": 1},
        {"type": "strikethrough", "offset": 5, "length": -2},
        {"type": "text_link", "offset": 0, "length": 4, "url": "javascript:alert(1)"},
        {"type": "text_link", "offset": 0, "length": 4, "url": "JaVa\tScript:alert(1)//\u202e"},
        {"type": "text_mention", "offset": 0, "length": 4, "user_id": STRANGER},
        {"type": "pre", "offset": 0, "length": 4, "language": '"><script>alert(1)</script>'},
    ]
    many = [{"type": "bold", "offset": 0, "length": 40 - place} for place in range(40)]
    return [
        told(text, entities=deep),
        told(text, entities=crossed),
        told(text, entities=hostile),
        told("x" * 40, entities=many),
        told(
            "🦦" * 20,
            entities=[{"type": "bold", "offset": 2 * place, "length": 2} for place in range(20)],
        ),
    ]


def _dates() -> list[Content]:
    text = "tomorrow"
    flags = ("relative", "short_time", "long_time", "short_date", "long_date", "day_of_week")
    shown = {"date": 1_767_225_600}
    return [
        told(text, entities=[mark(text, text, "date_time", **shown)]),
        *(
            told(text, entities=[mark(text, text, "date_time", **shown, **{flag: True})])
            for flag in flags
        ),
    ]


def _long() -> list[Content]:
    """The longest there are, one short of it, and one more."""
    wave = "🌊" * (LONGEST // 2)
    return [
        told("a" * (LONGEST - 1)),
        told("я" * LONGEST),
        told("z" * (LONGEST + 1)),
        told(wave, entities=[{"type": "bold", "offset": 0, "length": units(wave)}]),
        told(
            "👨‍👩‍👧‍👦" * 372 + "end?", entities=[{"type": "italic", "offset": 0, "length": LONGEST}]
        ),
        told("e\u0301" * 2_000),
    ]


def _shaped() -> list[Content]:
    return [_shape(random.Random(f"zoo {length}"), length, count) for length, count in _SHAPES]


def _shape(source: random.Random, length: int, count: int) -> Content:
    words = ["mill", "otter", "вода", "пруд", "🦦", "weir", "к утру", "fog", "42", "—"]
    text = ""
    while len(text) < length:
        text += source.choice(words) + source.choice(" \n ")
    text = text[:length]
    kinds = ["bold", "italic", "code", "hashtag", "blockquote"]
    entities: list[Content] = []
    for _ in range(count):
        start = source.randrange(length - 1)
        end = min(length, start + source.randrange(1, 12))
        place = {"offset": units(text[:start]), "length": units(text[start:end])}
        entities.append({"type": source.choice(kinds), **place})
    entities.sort(key=lambda entity: (entity["offset"], -entity["length"]))
    return told(text, entities=entities)
