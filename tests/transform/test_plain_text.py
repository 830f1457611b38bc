"""Plain text with light marks, and foreign text made harmless for a terminal."""

import re

import pytest
from hypothesis import given, settings
from tests.transform.texts import spans, texts

from headrace.model.text import Entity
from headrace.transform.plain_text import to_plain
from headrace.transform.visible import visible, visible_line


@pytest.mark.parametrize(
    ("text", "found", "plain"),
    [
        ("a b", [("bold", 0, 1), ("italic", 2, 1)], "**a** _b_"),
        ("abcd", [("strikethrough", 0, 1), ("code", 1, 1), ("spoiler", 2, 2)], "~~a~~`b`||cd||"),
        ("ab\ncd", [("blockquote", 0, 5)], "> ab\n> cd"),
        ("x\nab\ny", [("blockquote", 2, 3)], "x\n> ab\ny"),
        ("xaby", [("blockquote", 1, 2)], "x\n> ab\ny"),
        ("x = 1", [("pre", 0, 5)], "```\nx = 1\n```"),
        ("x = 1\ny", [("pre", 0, 5)], "```\nx = 1\n```\ny"),
        ("", [("bold", 0, 1)], ""),
    ],
)
def test_marks(text, found, plain):
    entities = [Entity(type=kind, offset=o, length=n) for kind, o, n in found]
    assert to_plain(text, entities) == plain


def test_links_say_where_they_lead():
    link = Entity(type="text_link", offset=0, length=4, url="https://mill.example")
    assert to_plain("mill!", [link]) == "mill <https://mill.example>!"
    bare = Entity(type="url", offset=0, length=12)
    assert to_plain("mill.example", [bare]) == "mill.example"
    hostile = Entity(type="text_link", offset=0, length=4, url="javascript:alert(1)")
    assert to_plain("mill", [hostile]) == "mill"


@settings(max_examples=200)
@given(texts, spans)
def test_any_text_is_harmless_in_a_terminal(text, found):
    shown = visible(to_plain(text, found))
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", shown)
    assert "\n" not in visible_line(text)
    shown.encode()


def test_what_acts_is_shown():
    assert visible("\x1b[2J\x07\x7f\x9b\u202egpj") == "␛[2J␇␡<U+009B><U+202E>gpj"
    assert visible("a\r\nb\rc\td") == "a\nb␍c\td"
    assert visible_line("a\nb\tc") == "a b c"
    assert visible("👨‍👩‍👧") == "👨‍👩‍👧"
