# ruff: noqa: RUF001 -- the texts are in two languages
"""Writes posts: sentences by theme and season, slots filled, formatting put on.

Every bank of sentences is used up before one comes again, so neighbours never look alike.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tgsandbox.worlds import prose_captions, prose_en, prose_ru
from tgsandbox.worlds.base import Content
from tgsandbox.worlds.contents import hashtags, mark

Written = tuple[str, list[Content]]
"""A text and its entities."""

_THEMES = {"en": prose_en.THEMES, "ru": prose_ru.THEMES}
_NAMES = {
    "en": [
        "Agnes",
        "Tobias",
        "Marta",
        "Old Hugh",
        "Wenzel",
        "the carter",
        "Lena",
        "Mr Ashby",
        "Cyril",
        "Judith",
    ],
    "ru": [
        "Семён",
        "Ефим",
        "Игнат",
        "Тихон",
        "Прохор",
        "Матвей",
        "Лука",
        "Захар",
        "дядя Коля",
        "сосед Фёдор",
    ],
}
_BIRD = {
    "en": [
        "kingfisher",
        "grey heron",
        "dipper",
        "wagtail",
        "barn owl",
        "swallow",
        "cuckoo",
        "nuthatch",
    ],
    "ru": ["трясогузка", "серая цапля", "оляпка", "сова", "крачка", "зарянка", "иволга", "кукушка"],
}
_BIRDS = {
    "en": ["siskins", "mallards", "wagtails", "jackdaws", "swallows", "fieldfares", "goldfinches"],
    "ru": ["кряквы", "трясогузки", "ласточки", "галки", "дрозды", "щеглы", "оляпки"],
}
_FEW = {"en": ["two", "three", "four"], "ru": ["2", "3", "4"]}
_ORDINALS = {"en": ["second", "third", "fourth"], "ru": ["второй", "третий", "четвёртый"]}
_TRENDS = {"en": ["falling", "steady", "rising slowly"], "ru": ["спад", "ровно", "подъём"]}
_DAYS = {
    "en": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
    "ru": [
        "в понедельник",
        "во вторник",
        "в среду",
        "в четверг",
        "в пятницу",
        "в субботу",
        "в воскресенье",
    ],
}
_SINCE = [
    "с понедельника",
    "со вторника",
    "со среды",
    "с четверга",
    "с пятницы",
    "с субботы",
    "с воскресенья",
]
#: Prices whose numerals take the same plural in Russian.
_PRICES = [35, 36, 37, 38, 39, 40, 45, 46, 47, 48, 49, 50]
_CAPTIONS = {"en": prose_captions.CAPTIONS_EN, "ru": prose_captions.CAPTIONS_RU}
_ALBUMS = {"en": prose_captions.ALBUM_CAPTIONS_EN, "ru": prose_captions.ALBUM_CAPTIONS_RU}
_REPOSTS = {"en": prose_captions.REPOSTS_EN, "ru": prose_captions.REPOSTS_RU}

#: Choices with their weights.
_LENGTHS = {0: 20, 1: 40, 2: 40}
_CLOSED = {True: 65, False: 35}
_FIRST_STYLES = {"": 50, "bold": 33, "text_link": 8, "blockquote": 5, "underline": 4}
_LAST_STYLES = {"": 60, "italic": 34, "spoiler": 3, "strikethrough": 1, "code": 2}
_LONG = 110


@dataclass
class Writer:
    """One author; the same numbers in, the same words out."""

    random: random.Random
    _bags: dict[int, list[str]] = field(default_factory=dict)

    def post(self, language: str, season: str) -> Written:
        """A post of one to five sentences, often formatted."""
        _, openings, middles, closings = _THEMES[language][self._theme(language, season)]
        first = self.say(openings, language)
        body = " ".join(self.say(middles, language) for _ in range(self._one_of(_LENGTHS)))
        last = self.say(closings, language) if self._one_of(_CLOSED) else ""
        gap = "\n\n" if len(body) > _LONG and self._one_of(_CLOSED) else " "
        text = first + (gap + body if body else "")
        if last:
            text += f"\n\n{last}" if last.startswith("#") else f" {last}"
        return text, self._formatting(text, first, last, language)

    def both(self, season: str) -> Written:
        """A post in both languages, English first."""
        english, marks = self.post("en", season)
        russian, _ = self.post("ru", season)
        return f"{english}\n\n— — —\n{russian}", [
            *[one for one in marks if one["type"] != "hashtag"],
            *hashtags(f"{english}\n\n— — —\n{russian}"),
        ]

    def caption(self, language: str, *, album: bool = False) -> str:
        return self.say((_ALBUMS if album else _CAPTIONS)[language], language)

    def repost(self, language: str) -> str:
        return self.say(_REPOSTS[language], language)

    def say(self, bank: Sequence[str], language: str) -> str:
        """The next sentence of a bank, with its slots filled."""
        bag = self._bags.setdefault(id(bank), [])
        if not bag:
            bag += self.random.sample(list(bank), len(bank))
        sentence = bag.pop()
        if "{" not in sentence:
            return sentence
        said = sentence.format_map(_Slots(self.random, language))
        return said[0].upper() + said[1:]

    def _theme(self, language: str, season: str) -> str:
        fitting = [name for name, theme in _THEMES[language].items() if season in theme[0]]
        return self.random.choice(fitting)

    def _formatting(self, text: str, first: str, last: str, language: str) -> list[Content]:
        marks: list[Content] = []
        style = self._one_of(_FIRST_STYLES)
        if style == "blockquote":
            marks.append(mark(text, first, style, collapsed=self._one_of(_CLOSED)))
        elif style == "text_link":
            word = max(first.split(), key=len).strip(".,:;?!")
            marks.append(mark(text, word, style, url=f"https://mill.example/{language}/gauge"))
        elif style:
            marks.append(mark(text, first, style))
        style = self._one_of(_LAST_STYLES)
        if style and last and not last.startswith("#"):
            marks.append(mark(text, last, style))
        return [*marks, *hashtags(text)]

    def _one_of(self, weights: dict[Any, int]) -> Any:
        return self.random.choices(list(weights), list(weights.values()))[0]


class _Slots:
    """Fills braces; every slot of a sentence gets its own value."""

    def __init__(self, source: random.Random, language: str) -> None:
        self._random = source
        self._language = language

    def __getitem__(self, slot: str) -> Any:
        match slot:
            case "name" | "name2":
                half = _NAMES[self._language]
                return self._random.choice(half[:5] if slot == "name" else half[5:])
            case "bird" | "birds" | "few" | "ordinal" | "trend":
                return self._random.choice(_WORDS[slot][self._language])
            case "weekday" | "weekday_since" | "weekday_cap":
                return self._weekday(slot)
            case _:
                return self._number(slot)

    def _weekday(self, slot: str) -> str:
        if slot == "weekday_since":
            return self._random.choice(_SINCE)
        day = self._random.choice(_DAYS[self._language])
        return day[0].upper() + day[1:] if slot == "weekday_cap" else day

    def _number(self, slot: str) -> str:
        match slot:
            case "level" | "level2":
                text = f"{self._random.randint(62, 238) / 100:.2f}"
                return text if self._language == "en" else text.replace(".", ",")
            case "time":
                hour, minute = self._random.randint(4, 22), self._random.choice((0, 10, 15, 30, 40))
                return f"{hour}:{minute:02}"
            case "price" | "price2":
                unit = "crowns" if self._language == "en" else "крон"
                return f"{self._random.choice(_PRICES)} {unit}"
            case "year":
                return str(self._random.randint(1861, 1958))
            case "kg":
                return str(self._random.randint(12, 48) * 10)
            case _:
                return str(self._random.randint(5, 19))


_WORDS = {"bird": _BIRD, "birds": _BIRDS, "few": _FEW, "ordinal": _ORDINALS, "trend": _TRENDS}
