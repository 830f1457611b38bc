"""Words: how a text is cut into what can be sought, the same for texts and for queries.

A word is letters and digits of any script, in lower case, without accents on Latin letters, and
with the Russian yo written as ye. Signs of scripts that put no blanks between words are words
each. A word in Cyrillic or Latin letters has a stem, which its forms share.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from snowballstemmer.english_stemmer import EnglishStemmer
from snowballstemmer.russian_stemmer import RussianStemmer

#: What is longer is no word that anybody seeks to its end.
_LONGEST = 64
#: Forms whose stems are remembered; a stem costs 30 microseconds.
_REMEMBERED = 1 << 17

_SIGN = "[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f]"
_LETTER = rf"(?:(?!{_SIGN})[^\W_])"
#: Accents, and what is not seen: soft hyphens, joiners.
_WITHIN = "[\u0300-\u036f\u0483-\u0487\u00ad\u200b-\u200d\u2060\ufeff]"
_WORD = re.compile(rf"{_SIGN}|{_LETTER}(?:{_LETTER}|{_WITHIN}|['\u2019\u02bc](?={_LETTER}))*")
_LATIN_ACCENT = re.compile("(?<=[a-z])[\u0300-\u036f]+")
_NO_LETTER = re.compile(r"[\W_]+")
_CYRILLIC = re.compile("[\u0430-\u044f]")


class Word(NamedTuple):
    """A word and where it stands in the text, in characters."""

    start: int
    end: int
    word: str
    stem: str


def words_of(text: str) -> Iterator[Word]:
    """The words of a text, in their order."""
    for found in _WORD.finditer(text):
        word, stem = _known(found[0])
        if word:
            yield Word(found.start(), found.end(), word, stem)


@lru_cache(maxsize=_REMEMBERED)
def _known(written: str) -> tuple[str, str]:
    word = _plain(written)[:_LONGEST]
    return word, _stem(word)


def _plain(written: str) -> str:
    if written.isascii():
        return _NO_LETTER.sub("", written.lower())
    folded = unicodedata.normalize("NFKC", written).casefold()
    bare = _LATIN_ACCENT.sub("", unicodedata.normalize("NFD", folded))
    whole = unicodedata.normalize("NFC", bare)
    return _NO_LETTER.sub("", whole.replace("\u0451", "\u0435"))


def _stem(word: str) -> str:
    # A stemmer keeps the word that it is at work on: it cannot be shared between threads.
    if _CYRILLIC.search(word):
        return str(RussianStemmer().stemWord(word))
    return str(EnglishStemmer().stemWord(word)) if word.isascii() and word.isalpha() else word
