# ruff: noqa: RUF001 -- the texts are in two languages
"""Texts with common and rare words in two languages, the same for the same number.

The words are those of the sandbox's prose, the often ones often; behind them a long tail of words
that are made of syllables, as names and slips are in real texts.
"""

from __future__ import annotations

import itertools
import random
import re

from tgsandbox.worlds import prose_en, prose_ru

_SYLLABLES = {
    "en": ("bar", "den", "fel", "gor", "hal", "kin", "lum", "mor", "nes", "pol", "rit", "sta"),
    "ru": ("бар", "ден", "фел", "гор", "хал", "кин", "лум", "мор", "нес", "пол", "рит", "ста"),
}
#: The higher, the more often the often ones.
_STEEPNESS = 2.5


class Words:
    """Writes texts of 8 to 40 words."""

    def __init__(self) -> None:
        self._banks = {
            "en": _bank(prose_en.THEMES, "en"),
            "ru": _bank(prose_ru.THEMES, "ru"),
        }

    def text(self, number: int) -> str:
        """The text of a message; two of three are Russian."""
        chance = random.Random(number)
        bank = self._banks["en" if number % 3 == 0 else "ru"]
        picked = [
            bank[int(len(bank) * chance.random() ** _STEEPNESS)]
            for _ in range(chance.randint(8, 40))
        ]
        return f"{' '.join(picked).capitalize()}. {number}"

    def common(self, count: int) -> list[str]:
        """The words that stand in most texts, of both languages."""
        return self._some(0, count)

    def middle(self, count: int) -> list[str]:
        """Words that stand in one text of some hundred."""
        return self._some(400, count)

    def rare(self, count: int) -> list[str]:
        """Words of the long tail."""
        return self._some(-count, count)

    def _some(self, place: int, count: int) -> list[str]:
        banks = self._banks.values()
        starts = (place if place >= 0 else len(bank) + place for bank in banks)
        found = [bank[at : at + count // 2] for bank, at in zip(banks, starts, strict=True)]
        return [word for words in found for word in words]


def _bank(themes: object, language: str) -> list[str]:
    """Words of the prose, the most frequent first, and 20,000 that are rare."""
    counts: dict[str, int] = {}
    for word in re.findall(r"[^\W\d_]+", str(themes).lower()):
        counts[word] = counts.get(word, 0) + 1
    often = sorted(counts, key=lambda one: (-counts[one], one))
    made = ("".join(one) for one in itertools.product(_SYLLABLES[language], repeat=4))
    return often + list(itertools.islice(made, 20_000))
