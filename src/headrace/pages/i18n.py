"""Words, numbers, sizes and dates in English and in Russian.

The words lie in ``words/en.json`` and ``words/ru.json`` under the same keys. What depends on a
number has a form for each plural: ``one other`` in English, ``one few many`` in Russian.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import Any

from markupsafe import escape

LANGUAGES = ("en", "ru")
_NARROW_BLANK = "\u202f"
_KILO = 1000
_MINUTE, _HOUR = 60, 3600
_TEN, _HUNDRED = 10, 100
_TEENS = range(11, 15)
_FEW = range(2, 5)
#: A weight of a header; what cannot be read counts as the least.
_WEIGHT = re.compile(r";\s*q=([0-9.]{1,5})")


@dataclass(frozen=True, slots=True)
class Language:
    """One of ``LANGUAGES`` with its words."""

    code: str
    words: Mapping[str, str | Mapping[str, str]]

    def t(self, key: str, n: int | None = None, **values: Any) -> str:
        """The words of a key; ``{n}`` is the number, and chooses the plural.

        Where a value is markup the whole is, and the other values are escaped.

        Raises:
            KeyError: there are no such words.
        """
        pattern = self.words[key]
        if not isinstance(pattern, str):
            assert n is not None, key
            pattern = pattern[plural(self.code, n)]
        if n is not None:
            values["n"] = self.number(n)
        if any(hasattr(value, "__html__") for value in values.values()):
            return escape(pattern).format(**values)
        return pattern.format(**values) if values else pattern

    def beginning(self, *prefixes: str) -> dict[str, str | Mapping[str, str]]:
        """All words whose keys begin so, as they are: for scripts."""
        return {key: word for key, word in self.words.items() if key.startswith(prefixes)}

    def knows(self, key: str) -> bool:
        return key in self.words

    def number(self, value: int) -> str:
        """``12,403`` in English, in Russian with narrow blanks from five digits on."""
        grouped = f"{value:,}"
        if self.code == "en":
            return grouped
        return grouped.replace(",", _NARROW_BLANK) if abs(value) >= _KILO * _TEN else str(value)

    def short(self, value: int) -> str:
        """``1.2K``, ``3.4M``, as beside an eye."""
        amount, unit = float(value), ""
        for larger in ("K", "M", "B"):
            if amount < _KILO:
                break
            amount, unit = amount / _KILO, larger
        if not unit:
            return str(value)
        return f"{self._decimal(amount)}{self.t(f'short.{unit}')}"

    def size(self, value: int) -> str:
        """Bytes as people say them, in powers of a thousand."""
        amount, unit = float(value), "B"
        for larger in ("kB", "MB", "GB", "TB"):
            if amount < _KILO:
                break
            amount, unit = amount / _KILO, larger
        told = str(value) if unit == "B" else self._decimal(amount)
        return f"{told}\u00a0{self.t(f'size.{unit}')}"

    def _decimal(self, amount: float) -> str:
        told = f"{amount:.1f}" if amount < _HUNDRED else f"{amount:.0f}"
        told = told.removesuffix(".0")
        return told.replace(".", ",") if self.code == "ru" else told

    def month(self, month: str) -> str:
        """``2024-01`` as ``January 2024``."""
        year, number = month.split("-")
        return f"{self.t(f'month.{int(number)}')} {year}"

    def moment(self, when: int) -> str:
        """Day and minute in UTC."""
        date = at(when)
        if date is None:
            return str(when)
        return f"{self.day(when)}, {date:%H:%M}"

    def day(self, when: int) -> str:
        date = at(when)
        if date is None:
            return str(when)
        return self.t("date.day", day=date.day, month=self.t(f"of.{date.month}"), year=date.year)


def plural(code: str, n: int) -> str:
    """``one few many other``: the rules of CLDR for whole numbers."""
    n = abs(n)
    if code == "en":
        return "one" if n == 1 else "other"
    if n % _TEN == 1 and n % _HUNDRED not in _TEENS:
        return "one"
    return "few" if n % _TEN in _FEW and n % _HUNDRED not in _TEENS else "many"


def duration(seconds: float) -> str:
    """``3:07`` or ``1:02:03``."""
    whole = max(int(seconds), 0)
    hours, rest = divmod(whole, _HOUR)
    minutes, rest = divmod(rest, _MINUTE)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def at(when: int) -> datetime | None:
    """A moment in UTC; nothing where it lies beyond the calendar."""
    try:
        return datetime.fromtimestamp(when, UTC)
    except (OverflowError, OSError, ValueError):
        return None


@cache
def language(code: str) -> Language:
    """One of ``LANGUAGES``; any other is English."""
    code = code if code in LANGUAGES else "en"
    words = files(__package__).joinpath("words", f"{code}.json").read_text(encoding="utf-8")
    return Language(code, json.loads(words))


def preferred(accepted: str) -> str:
    """What an ``Accept-Language`` header likes best of ``LANGUAGES``."""
    best, most = "en", 0.0
    for part in accepted.split(","):
        code = part.split(";")[0].strip().lower().split("-")[0]
        weight = _WEIGHT.search(part)
        try:
            liked = float(weight[1]) if weight else 1.0
        except ValueError:
            liked = 0.0
        if code in LANGUAGES and liked > most:
            best, most = code, liked
    return best
