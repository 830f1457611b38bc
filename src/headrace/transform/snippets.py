"""Snippets: the words around what was found, and what of them was sought."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from headrace.model.text import Styled
from headrace.transform.queries import Query, marks_in
from headrace.transform.spoilers import covered

#: Characters of a snippet, and how many of them stand before the first match.
LENGTH = 240
_BEFORE = 60
_CUT = "…"


class Snippet(NamedTuple):
    """Plain text on one line, spoilers covered; ``marks`` are (start, end) in characters."""

    text: str
    marks: tuple[tuple[int, int], ...]


def snippet(texts: Iterable[Styled], query: Query, length: int = LENGTH) -> Snippet:
    """The best of a message's texts for a query, cut at words; without a match its beginning."""
    best: tuple[Styled, list[tuple[int, int]]] = (Styled(), [])
    for one in texts:
        marks = marks_in(one.text, query)
        if not best[0].text or _distinct(one.text, marks) > _distinct(best[0].text, best[1]):
            best = (one, marks)
    chosen, marks = best
    text = covered(chosen.text, chosen.entities)
    start, end = _window(text, marks, length)
    before = _CUT if start else ""
    shift = len(before) - start
    kept = tuple((a + shift, b + shift) for a, b in marks if a >= start and b <= end)
    return Snippet(before + _one_line(text[start:end]) + (_CUT if end < len(text) else ""), kept)


def _distinct(text: str, marks: Sequence[tuple[int, int]]) -> int:
    return len({text[start:end].casefold() for start, end in marks})


def _window(text: str, marks: Sequence[tuple[int, int]], length: int) -> tuple[int, int]:
    if len(text) <= length:
        return 0, len(text)
    first = max((one[0] for one in marks[:1]), default=0)
    start = max(0, min(first - _BEFORE, len(text) - length))
    if start:
        blank = text.find(" ", start, max(first, start))
        start = blank + 1 if blank >= 0 else start
    end = min(start + length, len(text))
    if end < len(text):
        blank = text.rfind(" ", start + length // 2, end)
        end = blank if blank >= 0 else end
    return start, end


def _one_line(text: str) -> str:
    """Each line break a blank: the marks stay where they are."""
    return text.replace("\n", " ").replace("\r", " ").replace("\t", " ")
