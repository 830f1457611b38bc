"""Covered spoilers: all of what they hide, and nothing else."""

import pytest
from hypothesis import given
from tests.transform.texts import spans, texts

from headrace.model.text import Entity
from headrace.transform.spoilers import COVER, covered


def spoiler(offset, length):
    return Entity(type="spoiler", offset=offset, length=length)


@pytest.mark.parametrize(
    ("text", "entities", "expected"),
    [
        ("He did it.", [], "He did it."),
        ("He did it.", [Entity(type="bold", offset=0, length=2)], "He did it."),
        ("He did it.", [spoiler(0, 2)], "▒▒ did it."),
        ("A key\nof x", [spoiler(2, 6)], "A ▒▒▒\n▒▒ x"),
        ("🗝️ 🗝 key!", [spoiler(7, 3)], "🗝️ 🗝 ▒▒▒!"),
        ("abcdef", [spoiler(4, 99), spoiler(0, 2), spoiler(1, 2)], "▒▒▒d▒▒"),
        ("a\x00\ud800b", [spoiler(3, 1)], "a\x00\ud800▒"),
    ],
)
def test_letters_of_spoilers_are_covered(text, entities, expected):
    assert covered(text, entities) == expected


@given(texts, spans)
def test_any_text_keeps_its_length_and_all_that_is_not_hidden(text, entities):
    shown = covered(text, entities)
    assert len(shown) == len(text)
    assert all(b in (a, COVER) for a, b in zip(text, shown, strict=True))
    assert covered(text, [one for one in entities if one.type != "spoiler"]) == text
