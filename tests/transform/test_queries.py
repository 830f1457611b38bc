"""What is typed into the search field, and what of a text it means."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrace.model.text import Entity, Styled
from headrace.transform.queries import Query, Term, marks_in, parse_query
from headrace.transform.snippets import snippet
from headrace.transform.words import words_of


def words(text):
    return [one.word for one in words_of(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ёлка, ель; МЕЛЬНИЦА!", ["елка", "ель", "мельница"]),
        ("Café Zürich é e\u0301", ["cafe", "zurich", "e", "e"]),
        ("йод \u0438\u0306ж", ["йод", "йж"]),
        ("don\u2019t won't 'quoted'", ["dont", "wont", "quoted"]),
        (
            "@the_mill https://x.org/a-b?c=1",
            ["the", "mill", "https", "x", "org", "a", "b", "c", "1"],
        ),
        ("水车 mill水", ["水", "车", "mill", "水"]),
        ("co\u00adoperate", ["cooperate"]),
        ("\ue000 \ue001c1 _ — 🎉", ["c1"]),
    ],
)
def test_words(text, expected):
    assert words(text) == expected


def test_forms_share_a_stem():
    for forms in (
        "читает читали читать",
        "мельница мельницы мельницей",
        "mills mill",
        "run runs running",
    ):
        assert len({one.stem for one in words_of(forms)}) == 1, forms


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Query(())),
        ('- "" AND', Query((Term(("and",), "and"),))),
        ("мир", Query((Term(("мир",), "мир"),))),
        ("Мельницы", Query((Term(("мельницы",), "мельниц", is_prefix=True),))),
        (
            '"Old Mill" -water',
            Query((Term(("old", "mill")),), (Term(("water",), "water", is_prefix=True),)),
        ),
        ("a-b", Query((Term(("a", "b")),))),
        ('-"a b" c', Query((Term(("c",), "c"),), (Term(("a", "b")),))),
        ('"open end', Query((Term(("open", "end")),))),
    ],
)
def test_queries(text, expected):
    assert parse_query(text) == expected


def test_what_is_marked():
    text = "Старая мельница. Мельницы мелют; старой мельнице сто лет."
    marks = marks_in(text, parse_query('мельниц "сто лет"'))
    assert [text[a:b] for a, b in marks] == ["мельница", "Мельницы", "мельнице", "сто лет"]


def styled(*texts):
    return [Styled(text=text) for text in texts]


def test_a_snippet_shows_the_best_text_around_the_match():
    long = "begin " * 100 + "the old mill stands" + " end" * 100
    found = snippet(styled("nothing here", long), parse_query("mill"))
    assert found.text.startswith("…")
    assert found.text.endswith("…")
    assert [found.text[a:b] for a, b in found.marks] == ["mill"]
    assert len(found.text) <= 242
    assert snippet(styled("nothing here"), parse_query("mill")) == ("nothing here", ())
    assert snippet([], parse_query("mill")) == ("", ())


def test_a_snippet_covers_spoilers_and_marks_what_was_sought_in_them():
    hidden = Entity(type="spoiler", offset=3, length=10)
    one = Styled(text="🗝 the miller did it", entities=(hidden,))
    found = snippet([one], parse_query("miller did"))
    assert found.text == "🗝 ▒▒▒ ▒▒▒▒▒▒ did it"
    assert [found.text[a:b] for a, b in found.marks] == ["▒▒▒▒▒▒", "did"]


@given(st.text(max_size=300), st.text(max_size=30))
def test_any_text_and_any_query(text, typed):
    query = parse_query(typed)
    found = snippet(styled(text), query, 40)
    places = [place for mark in found.marks for place in mark]
    assert places == sorted(places)
    assert all(0 <= place <= len(found.text) for place in places)
    for one in words_of(text):
        assert text[one.start : one.end].strip() == text[one.start : one.end]
        assert " " not in one.word
        assert one.word
