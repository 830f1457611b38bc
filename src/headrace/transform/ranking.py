"""Ranking: which of some found messages fit a query best.

Rare words count more than common ones, the word itself more than a form of it, and a short text
more than a long one with the same words. How rare a word is follows from the texts at hand, so
that the order does not depend on the database.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from headrace.transform.queries import Query, Term

#: How fast more of the same word counts less, and how much the length of a text matters.
_SATURATION = 1.2
_LENGTH_SHARE = 0.75
_EXACT_BONUS = 0.5


class Candidate(NamedTuple):
    """A found message: a key that grows with its date, and its words with blanks between them."""

    place: int
    words: str


def best_first(query: Query, candidates: Sequence[Candidate]) -> list[int]:
    """Their places, the best first; of equals the newest."""
    if not candidates:
        return []
    counted = [[_count(f" {one.words} ", term) for term in query.wanted] for one in candidates]
    total = len(candidates)
    weights = [
        math.log(1 + (total - (n := sum(row[i] > 0 for row in counted)) + 0.5) / (n + 0.5))
        for i in range(len(query.wanted))
    ]
    mean = sum(len(one.words) for one in candidates) / total or 1
    scored = [
        (_score(row, weights, len(one.words) / mean), one.place)
        for one, row in zip(candidates, counted, strict=True)
    ]
    return [place for _, place in sorted(scored, reverse=True)]


def _score(counts: Sequence[float], weights: Sequence[float], length: float) -> float:
    damping = _SATURATION * (1 - _LENGTH_SHARE + _LENGTH_SHARE * length)
    return round(
        sum(
            weight * count / (count + damping)
            for count, weight in zip(counts, weights, strict=True)
        ),
        9,
    )


def _count(padded: str, term: Term) -> float:
    """How often a term stands in a text; at least once, as the text was found by it."""
    if term.is_phrase:
        return max(padded.count(f" {' '.join(term.words)} "), 1)
    exact = padded.count(f" {term.word} ")
    head = term.stem if term.stem and term.word.startswith(term.stem) else term.word
    return max(padded.count(f" {head}"), exact, 1) + _EXACT_BONUS * exact
