# ruff: noqa: RUF001 -- the texts are in two languages
"""What the messages of ``big:N`` are made from: a few hundred contents with holes.

A hole holds a number that occurs nowhere else in the serialised message, so that its place
in the bytes can be found, and the number of the message at hand be put there.
"""

from __future__ import annotations

import random
from functools import cache

from tgsandbox.worlds.base import Content
from tgsandbox.worlds.contents import document, emoji, message, photo, post, service, size, units
from tgsandbox.worlds.prose import Writer
from tgsandbox.worlds.views import glimpse

CHANNEL = -1_002_000_000_001
_ORIGINS = [-1_002_000_000_101 - place for place in range(6)]
_HIDDEN = "Somebody from the hills"
_AUTHORS = ["A. Miller", "В. Запрудина", "The night shift"]
PEERS: list[Content] = [
    {"id": marked, "kind": "channel", "name": name, "username": username}
    for marked, (name, username) in zip(
        _ORIGINS,
        [
            ("River Service", "riverservice"),
            ("Долина сегодня", "valleytoday"),
            ("Old Mills", "oldmills"),
            ("Рыба и вода", "fishandwater"),
            ("Birds of the Race", "racebirds"),
            ("Погода в горах", "hillweather"),
        ],
        strict=True,
    )
]

#: The numbers in the holes.
ID = 0x5A17B0C1
DATE = 0x4B3C2D17
VIEWS = 0x3D5E6F13
EDITED = 0x4C5D6E19
FORWARD_DATE = 0x41526317
FORWARD_POST = 0x3142531B
REPLY_TO = 0x2F31433D
PHOTO = 0x1122334455667723
PHOTO_DATE = 0x45362719
ALBUM = 0x1928374655647382
DIGITS = "90817263"

_MARK = "№ "
_FACES = ["🌊", "👩‍🌾", "🦆", "🍞", "❄️", "🌾", "🔧", "🐟"]
_REACTIONS = ["👍", "❤", "🔥", "🥰", "👏", "💯", "🤔"]
_BANKS = {"text": 160, "photo": 48, "album": 32, "reply": 40, "forward": 32, "extra": 24}


@cache
def banks(seed: int) -> dict[str, list[Content]]:
    """The templates by their part in the channel; nobody may change them."""
    made: dict[str, list[Content]] = {}
    for part, count in _BANKS.items():
        source = random.Random(f"big {seed} {part}")
        writer = Writer(source)
        made[part] = [_template(part, number, source, writer) for number in range(count)]
    made["later"] = [_later(content) for content in made["album"]]
    made["pin"] = [service(ID, DATE, "pin_message", reply={"msg_id": REPLY_TO}, post=True)]
    made["first"] = [
        service(ID, DATE, "channel_create", {"title": "The Long Race"}, post=True),
    ]
    return made


def _template(part: str, number: int, source: random.Random, writer: Writer) -> Content:
    text, entities = _text(part, number, source, writer)
    content = post(
        ID,
        DATE,
        text,
        entities=entities,
        views=VIEWS,
        forwards=source.randrange(40),
        signature=source.choice(_AUTHORS) if source.random() < _SIGNED else "",
        edited=EDITED if source.random() < _EDITED else None,
        reactions=_reactions(source) if source.random() < _REACTED else [],
    )
    match part:
        case "photo":
            content["media"] = _photo(source)
        case "album":
            content |= {"media": _photo(source), "grouped_id": str(ALBUM)}
        case "reply":
            content = message(**{"message_id": ID, **_without_id(content), "reply": _reply(source)})
        case "forward":
            content["forward"] = _forward(source)
        case "extra":
            content["media"] = _extra(number, text)
    return content


_SIGNED, _EDITED, _REACTED, _QUOTED, _FROM_HIDDEN = 0.15, 0.2, 0.38, 0.3, 0.2


def _without_id(content: Content) -> Content:
    return {key: value for key, value in content.items() if key != "id"}


def _later(first: Content) -> Content:
    """A later item of an album: the picture alone."""
    kept = ("id", "date", "post", "views", "forwards", "grouped_id", "media", "signature")
    return {key: first[key] for key in kept if key in first}


def _text(
    part: str, number: int, source: random.Random, writer: Writer
) -> tuple[str, list[Content]]:
    """A post that ends in its number; photos have shorter ones."""
    language = source.choice(("ru", "en"))
    head = f"{source.choice(_FACES)} " if number % 3 == 0 else ""
    if part in {"photo", "album"}:
        body = writer.caption(language)
        entities: list[Content] = []
    else:
        body, entities = writer.post(language, source.choice("wsua"))
        for _ in range(1 + number % 3):
            more, _marks = writer.post(language, source.choice("wsua"))
            body = f"{body}\n\n{more.partition('#')[0].strip()}"
    for entity in entities:
        entity["offset"] += units(head)
    tail = f" {_MARK}{DIGITS}"
    text = f"{head}{body}{tail}"
    place = {"offset": units(text) - units(DIGITS), "length": units(DIGITS)}
    if number % 5 == 0:
        entities = [*entities, {"type": "code", **place}]
    return text, entities


def _photo(source: random.Random) -> Content:
    width, height = source.choice([(1280, 960), (960, 1280), (1280, 720), (1280, 853)])
    sizes = []
    for kind, side in (("m", 320), ("x", 800), ("y", 1280)):
        shape = (width * side // 1280, height * side // 1280)
        # Enough for the plain pictures of the sandbox at their lowest quality.
        length = side * side // 9 + source.randrange(side * side // 12)
        sizes.append(size(kind, *shape, length))
    stripped = glimpse(source.randrange(8), width, height)
    return photo(PHOTO, PHOTO_DATE, sizes, stripped=stripped)


def _reactions(source: random.Random) -> list[Content]:
    kinds = source.sample(_REACTIONS, source.choice((1, 1, 2, 3)))
    counts = sorted((source.randint(1, 60) for _ in kinds), reverse=True)
    return [emoji(kind, count) for kind, count in zip(kinds, counts, strict=True)]


def _reply(source: random.Random) -> Content:
    reply: Content = {"msg_id": REPLY_TO}
    if source.random() < _QUOTED:
        reply["quote"] = {"text": "the wheel makes three turns", "offset": 4}
    return reply


def _forward(source: random.Random) -> Content:
    if source.random() < _FROM_HIDDEN:
        return {"name": _HIDDEN, "date": FORWARD_DATE}
    origin = source.choice(_ORIGINS)
    return {"from": origin, "date": FORWARD_DATE, "post": FORWARD_POST}


def _extra(number: int, text: str) -> Content:
    """A web page or a document; these are the same in every message of the template."""
    if number % 2:
        return {
            "kind": "web_page",
            "url": f"https://mill.example/book/{number}",
            "display_url": f"mill.example/book/{number}",
            "page_type": "article",
            "site_name": "The gauge book",
            "title": f"Page {number}",
            "description": text.partition(".")[0].partition(_MARK)[0],
        }
    return document(
        80_000 + number,
        1_420_070_400,
        "file",
        "text/csv",
        4_000 + number,
        name=f"gauge {number}.csv",
    )
