"""Queries: what a person seeks. Nothing in them is syntax but ``"a phrase"`` and ``-word``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from headrace.transform.words import Word, words_of

#: From so many letters on a word is sought as a beginning, too.
PREFIX = 4
#: What is behind these is not looked at.
_LONGEST = 1000
_MOST_TERMS = 16
_CHUNK = re.compile(r'(-?)(?:"([^"]*)"?|(\S+))')


class Term(NamedTuple):
    """A word with its forms, or several in a row."""

    words: tuple[str, ...]
    #: What the forms of the word share; nothing where it is meant to the letter.
    stem: str = ""
    is_prefix: bool = False

    @property
    def word(self) -> str:
        """The only or the first word."""
        return self.words[0]

    @property
    def is_phrase(self) -> bool:
        return len(self.words) > 1

    def fits(self, word: Word) -> bool:
        """Whether it is the word, a form of it, or begins with it; of a phrase: its first."""
        if self.is_phrase:
            return word.word == self.word
        is_form = bool(self.stem) and self.stem in (word.stem, word.word)
        begins = self.is_prefix and (
            word.word.startswith(self.word) or word.stem.startswith(self.word)
        )
        return is_form or begins or word.word == self.word


class Query(NamedTuple):
    """All of ``wanted`` and none of ``unwanted``; without anything wanted nothing is found."""

    wanted: tuple[Term, ...]
    unwanted: tuple[Term, ...] = ()


def parse_query(text: str) -> Query:
    """What a person typed; any text will do."""
    wanted: dict[Term, None] = {}
    unwanted: dict[Term, None] = {}
    for minus, quoted, bare in _CHUNK.findall(text[:_LONGEST]):
        term = _term(quoted or bare, to_the_letter=bool(quoted))
        if term is not None:
            (unwanted if minus else wanted)[term] = None
    return Query(tuple(wanted)[:_MOST_TERMS], tuple(unwanted)[:_MOST_TERMS])


def _term(text: str, *, to_the_letter: bool) -> Term | None:
    found = list(words_of(text))
    if not found:
        return None
    if len(found) > 1 or to_the_letter:
        return Term(tuple(one.word for one in found))
    word = found[0]
    return Term((word.word,), word.stem, len(word.word) >= PREFIX)


def marks_in(text: str, query: Query) -> list[tuple[int, int]]:
    """(start, end) in characters of what was sought, ascending, none in another."""
    words = list(words_of(text))
    found = sorted({one for term in query.wanted for one in _places(words, term)})
    marks: list[tuple[int, int]] = []
    for start, end in found:
        if marks and start < marks[-1][1]:
            marks[-1] = (marks[-1][0], max(end, marks[-1][1]))
        else:
            marks.append((start, end))
    return marks


def _places(words: Sequence[Word], term: Term) -> Iterator[tuple[int, int]]:
    length = len(term.words)
    for place, word in enumerate(words):
        if not term.fits(word):
            continue
        run = words[place : place + length]
        if not term.is_phrase or tuple(one.word for one in run) == term.words:
            yield word.start, run[-1].end
