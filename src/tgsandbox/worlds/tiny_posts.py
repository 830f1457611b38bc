# ruff: noqa: RUF001 -- the texts are in two languages
"""The posts of the channel @tinymill."""

from __future__ import annotations

from tgsandbox.worlds.base import Content
from tgsandbox.worlds.contents import emoji, hashtags, mark, photo, post, service, size
from tgsandbox.worlds.tiny_media import (
    CREATED,
    at,
    drawings,
    picture,
    song,
    sticker,
    video,
    voice,
    web_page,
)

CHANNEL = -1001000000101
GROUP = -1001000000102
WEIR = -1001000000201
OLD_MILLER = 500001
VERA = 500002
GONE = 500003
BOT = 500004
_LAST_VIEW = 2
_ALBUM = "13750000000000051"

_FORMATTED = (
    "The wheel turns: bold, italic, under, struck, secret.\n"
    "Уровень code 1,42 м 🌊 и ещё 👩‍🌾 эмодзи.\n"
    "quiet water\n"
    "level = 142\n"
    "the gauge at https://mill.example/gauge, @old_miller, Вера, mill@mill.example, "
    "+7 900 000-00-01, /start, $FLR, 4111 1111 1111 1111, star.\n"
    "#река #mill"
)
_STORY = (
    "The old ledger was found behind the flour chest. It begins in 1874.\n"
    "Старая книга нашлась за мучным ларём."
)


def welcome(title: str) -> list[Content]:
    """The two first messages of the lesser channels."""
    return [
        service(1, CREATED, "channel_create", {"title": title}, post=True),
        post(2, CREATED + 60, f"Welcome to {title}.", views=3, forwards=0),
    ]


def posts() -> list[Content]:
    """Everything of the channel, oldest first; id 10 was deleted."""
    return [*_beginning(), *_album(), *_answers(), *_attachments(), *_endings()]


def _beginning() -> list[Content]:
    portrait = photo(7101, at(3), [size("a", 160, 160, 8_200), size("c", 640, 640, 44_800)])
    return [
        service(1, CREATED, "channel_create", {"title": "Tiny Mill · Мельничка"}, post=True),
        post(
            2,
            at(2),
            _FORMATTED,
            entities=_marks(),
            views=41,
            forwards=0,
            reactions=[emoji("❤", 5)],
        ),
        service(3, at(3), "chat_edit_photo", {"photo": portrait}, post=True),
        post(
            4,
            at(4),
            "Morning over the pond. Утро над прудом.",
            entities=[mark("Morning over the pond.", "Morning", "bold")],
            media=picture(7004, 4, 1280, 960),
            signature="Old Miller",
            views=52,
            forwards=2,
            pinned=True,
            reactions=[
                emoji("👍", 11),
                {"type": "custom_emoji", "document_id": "5368324170671202286", "count": 2},
                {"type": "paid", "count": 1},
            ],
        ),
    ]


def _marks() -> list[Content]:
    simple = [
        ("bold", "bold"),
        ("italic", "italic"),
        ("under", "underline"),
        ("struck", "strikethrough"),
        ("secret", "spoiler"),
        ("code 1,42", "code"),
    ]
    quoted = mark(_FORMATTED, "quiet water", "blockquote", collapsed=True)
    later = [
        ("https://mill.example/gauge", "url"),
        ("@old_miller", "mention"),
        ("mill@mill.example", "email"),
        ("+7 900 000-00-01", "phone_number"),
        ("/start", "bot_command"),
        ("$FLR", "cashtag"),
        ("4111 1111 1111 1111", "bank_card"),
    ]
    found = [mark(_FORMATTED, part, kind) for part, kind in [*simple, *later]]
    found += [
        quoted,
        mark(_FORMATTED, "level = 142", "pre", language="toml"),
        mark(_FORMATTED, "gauge", "text_link", url="https://mill.example/g?a=1&b=2"),
        mark(_FORMATTED, "Вера", "text_mention", user_id=VERA),
        mark(_FORMATTED, "🌊", "custom_emoji", document_id="5368324170671202286"),
        *hashtags(_FORMATTED),
    ]
    return sorted(found, key=lambda entity: (entity["offset"], -entity["length"]))


def _album() -> list[Content]:
    shapes = [(1280, 960), (960, 1280), (1280, 720)]
    captions = ["Three views of the race.", "", ""]
    return [
        post(
            5 + place,
            at(5),
            captions[place],
            media=picture(7005 + place, 5, *shapes[place], spoiler=place == _LAST_VIEW),
            grouped_id=_ALBUM,
            views=48,
            forwards=1,
            reactions=[emoji("🔥", 4)] if place == 0 else [],
        )
        for place in range(3)
    ]


def _answers() -> list[Content]:
    quote = {"text": "over the pond", "offset": 8}
    repost = {"from": WEIR, "date": at(1), "post": 77, "signature": "Keeper"}
    return [
        post(
            8,
            at(8),
            "The same pond at noon.",
            reply={"msg_id": 4, "quote": quote},
            views=39,
            forwards=0,
        ),
        post(9, at(9), "Water is rising at the weir.", forward=repost, views=61, forwards=3),
    ]


def _attachments() -> list[Content]:
    address = {"type": "url", "offset": 0, "length": 28}
    return [
        post(11, at(11), "Drawings of the sluice.", media=drawings(), views=30, forwards=0),
        post(
            12,
            at(12),
            "https://mill.example/history",
            media=web_page(),
            views=33,
            forwards=0,
            entities=[address],
        ),
        post(13, at(13), media=video(), views=35, forwards=0),
        service(14, at(14), "pin_message", reply={"msg_id": 4}, post=True),
        post(15, at(15), media=voice(), views=20, forwards=0),
        post(16, at(16), media=sticker(), views=18, forwards=0, via_bot=BOT),
        post(17, at(17), media=song(), views=19, forwards=0),
    ]


def _endings() -> list[Content]:
    button = {"type": "url", "text": "The gauge", "url": "https://mill.example/gauge"}
    return [
        post(
            18,
            at(18),
            _STORY,
            edited=at(19) - 60,
            edit_hidden=True,
            silent=True,
            buttons=[[button], [{"type": "callback", "text": "Level", "data": "bGV2ZWw="}]],
            views=17,
            forwards=0,
        ),
        post(
            19,
            at(19),
            "From somebody who hides the name.",
            forward={"name": "A Friend", "date": at(2)},
            noforwards=True,
            ttl=86_400,
            restrictions=[{"platform": "ios", "reason": "terms", "text": "Not shown here."}],
            views=0,
            forwards=0,
        ),
        post(
            20,
            at(20),
            "Good night. Спокойной ночи 🌙",
            edited=at(20) + 5,
            views=12,
            forwards=0,
        ),
    ]
