"""Polls, quizzes and to-do lists."""

from __future__ import annotations

from tgsandbox.worlds.base import Content
from tgsandbox.worlds.zoo_parts import (
    ANNA,
    BORIS,
    GHOST,
    ORIGIN,
    STRANGER,
    date,
    encoded,
    file,
    other,
    picture,
    styled,
    told,
)

_GEO: Content = {"_": "geo_point", "lat": 51.5, "long": -0.125}
_BOLD: Content = {"type": "bold", "offset": 0, "length": 4}
_PAW: Content = {
    "type": "custom_emoji",
    "offset": 5,
    "length": 2,
    "document_id": "5368324170671202286",
}


def messages() -> list[Content]:
    return [*_polls(), *_quizzes(), *_lists()]


def _answer(option: bytes, text: str, **fields: object) -> Content:
    return {"option": encoded(option), "text": text, **fields}


def _polls() -> list[Content]:
    shown = [
        _answer(b"\x02", "Both 🐾", entities=[_BOLD, _PAW], voters=3, recent=[ANNA, ORIGIN]),
        _answer(b"\x00", "Otters", voters=40, chosen=True, recent=[BORIS]),
        _answer(b"\x01\x00\xff", "Beavers", voters=0),
    ]
    media = [
        _answer(b"a", "This", media=picture(130), added_by=ANNA, date=date(3), voters=1),
        _answer(b"b", "That", media=other("geo", geo=_GEO), added_by=ORIGIN, date=date(4)),
    ]
    plain = [_answer(b"0", "Да"), _answer(b"1", "Нет")]
    every: Content = {
        "open_answers": True,
        "revoting_disabled": True,
        "shuffle": True,
        "hide_results": True,
        "subscribers_only": True,
        "countries": ["FR"],
    }
    stray = {"option": encoded(b"gone"), "voters": 2, "recent": [GHOST]}
    question = styled("Who? 🐾", _BOLD, _PAW)
    public = {
        "public": True,
        "multiple": True,
        "total_voters": 43,
        "recent": [BORIS, ANNA, STRANGER],
    }
    return [
        told(media=_poll(1, question, shown, **public)),
        told(media=_poll(2, styled("Before any vote"), plain)),
        told(media=_poll(3, styled("Closed"), plain, closed=True, total_voters=0)),
        told(media=_poll(4, styled("Open"), media, **every, media=picture(131), total_voters=1)),
        told(media=_poll(5, styled("Strayed"), shown, other_results=[stray], total_voters=45)),
        told(media=_poll(6, styled("Minimal"), plain, min=True, total_voters=5)),
        told(media=_poll(7, {}, [], closed=True)),
    ]


def _poll(number: int, question: Content, answers: list[Content], **fields: object) -> Content:
    poll_id = str(5_400_000_000_000_000_000 + number)
    head = {"kind": "poll", "id": poll_id, "question": question, "answers": answers, **fields}
    return {key: value for key, value in head.items() if value not in ({}, [])}


def _quizzes() -> list[Content]:
    told_by = [
        _answer(b"1", "Four", voters=9, correct=True, chosen=True),
        _answer(b"0", "Three", voters=1),
    ]
    why = styled("They do.", {"type": "italic", "offset": 0, "length": 4})
    timed = {"close_period": 600, "close_date": date(900)}
    clip = file(4001, "video", "video/mp4", width=64, height=64, duration=1)
    return [
        told(media=_poll(11, styled("Paws?"), told_by, quiz=True, solution=why, total_voters=10)),
        told(
            media=_poll(
                12,
                styled("Tails?"),
                told_by,
                quiz=True,
                solution=styled("One."),
                solution_media=clip,
                closed=True,
                total_voters=10,
                **timed,
            )
        ),
    ]


def _lists() -> list[Content]:
    items: list[Content] = [
        {"id": 1, "text": "Feed the otters", "completed_by": ANNA, "completed": date(7)},
        {
            "id": 7,
            "text": "Count them",
            "entities": [{"type": "strikethrough", "offset": 0, "length": 5}],
        },
        {"id": 3, "text": "Закрыть ворота", "completed_by": ORIGIN, "completed": date(8)},
    ]
    title = styled("Evening 🌙", {"type": "underline", "offset": 0, "length": 7})
    strays = [{"id": 9, "completed_by": BORIS, "completed": date(9)}]
    shared = {"others_can_append": True, "others_can_complete": True}
    return [
        told(media={"kind": "todo", "title": title, "items": items, **shared}),
        told(
            media={
                "kind": "todo",
                "title": styled("Strayed"),
                "items": items[1:2],
                "other_completions": strays,
            }
        ),
        told(media={"kind": "todo", "title": styled("Untouched"), "items": items[1:2]}),
    ]
