"""Rich text: any text, any entities, always safe HTML with the text as it was."""

import sys

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.transform import strict_html
from tests.transform.texts import entities, spans, texts

from headrace.model.text import Entity
from headrace.transform.rich_text import Linking, to_html
from headrace.transform.spans import LAYERS, PLAIN, text_content

REL = strict_html.REL


def bold(offset, length, **more):
    return Entity(**{"type": "bold", "offset": offset, "length": length, **more})


def holds(text, found):
    """P1 to P4 and P7: it renders, is well-formed, keeps the text, is of allowed parts only."""
    page = strict_html.read(to_html(text, found))
    assert page.text == text_content(text)
    return page


@settings(max_examples=300)
@given(texts, spans)
def test_any_entities_give_safe_html_with_the_same_text(text, found):
    holds(text, found)


@pytest.mark.soak
@settings(max_examples=20_000, deadline=None, database=None)
@given(texts, spans)
def test_twenty_thousand_texts(text, found):
    holds(text, found)
    shuffled = to_html(text, [*reversed(found), *found])
    assert shuffled == to_html(text, found)


@settings(max_examples=400)
@given(texts, spans.flatmap(lambda found: st.tuples(st.just(found), st.permutations(found))))
def test_neither_order_nor_repetition_makes_a_difference(text, orders):
    found, other = orders
    assert to_html(text, found) == to_html(text, other) == to_html(text, found + other)


@settings(max_examples=200)
@given(texts, spans)
def test_nothing_is_lost_between_text_and_search(text, found):
    assert strict_html.read(to_html(text, found)).text == text_content(text)
    assert len(text_content(text)) == len(text)
    text_content(text).encode()


#: What a reader of Telegram sees on each character, said in another way than the renderer does.
EXPECTED = {
    "bold": ("strong", ()),
    "italic": ("em", ()),
    "underline": ("u", ()),
    "strikethrough": ("s", ()),
    "spoiler": ("span", (("class", "spoiler"),)),
    "code": ("code", ()),
    "hashtag": ("span", (("class", "hashtag"),)),
}


def expected(entity):
    if entity.type == "blockquote":
        return [("blockquote", (("class", "expandable"),) if entity.collapsed else ())]
    if entity.type == "pre":
        language = (("class", f"language-{entity.language}"),) if entity.language else ()
        return [("pre", ()), ("code", language)]
    if entity.type == "custom_emoji":
        return [("span", (("class", "custom-emoji"), ("data-document-id", entity.document_id)))]
    if entity.type == "text_mention":
        href = f"tg://user?id={entity.user_id}"
        return [("a", (("class", "text-mention"), ("href", href), ("rel", REL)))]
    if entity.type == "text_link":
        link = (("class", "text-link"), ("href", entity.url), ("rel", REL), ("title", entity.url))
        return [("a", link)]
    return [EXPECTED[entity.type]]


valid = st.builds(
    Entity,
    type=st.sampled_from(
        [*EXPECTED, "blockquote", "pre", "custom_emoji", "text_mention", "text_link"]
    ),
    offset=st.just(0),
    length=st.just(0),
    url=st.sampled_from(["https://mill.example/x?a=1&b=2", "tg://resolve?domain=miller"]),
    user_id=st.integers(min_value=1, max_value=2**53),
    language=st.sampled_from(["", "python", "c++"]),
    document_id=st.integers(min_value=1, max_value=2**63 - 1).map(str),
    collapsed=st.booleans(),
)
words = st.text(st.sampled_from("ab<&\n🏞я"), min_size=1, max_size=5)


@settings(max_examples=300)
@given(st.lists(st.tuples(words, valid | st.none()), max_size=6))
def test_valid_entities_mean_what_telegram_means(segments):
    """P6: one mark after the other, offsets counted in UTF-16 by the codec."""
    text, found, wanted = "", [], []
    for word, entity in segments:
        offset = len(text.encode("utf-16-le")) // 2
        text += word + " "
        around = ()
        if entity is not None:
            fields = {name: getattr(entity, name) for name in entity.__struct_fields__}
            fields |= {"offset": offset, "length": len(word.encode("utf-16-le")) // 2}
            found.append(Entity(**fields))
            around = tuple(expected(entity))
        wanted += [around] * len(word) + [()]
    assert holds(text, found).around == wanted


@settings(max_examples=100)
@given(texts, entities, entities)
def test_marks_of_different_layers_do_not_disturb_each_other(text, one, other):
    """A plain mark covers the same characters, whatever lies across it."""
    kinds = {layer.name.lower() for layer in PLAIN}
    if one.type not in kinds or other.type == one.type:
        return
    alone, both = holds(text, [one]), holds(text, [one, other])
    for before, after in zip(alone.around, both.around, strict=True):
        assert set(before) <= set(after)


def operations(text, found):
    """Lines of Python executed by the renderer."""
    count = 0

    def trace(frame, event, argument):
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        markup = to_html(text, found)
    finally:
        sys.settrace(before)
    return count, len(markup)


def nested(number):
    kinds = list(LAYERS)
    return [
        Entity(type=kinds[i % len(kinds)], offset=i, length=2 * (number - i), url="http://a.b")
        for i in range(number)
    ]


def crossing(number):
    kinds = list(LAYERS)
    return [
        Entity(type=kinds[i % len(kinds)], offset=i // 2, length=20, url="http://a.b")
        for i in range(number)
    ]


@pytest.mark.parametrize("made", [nested, crossing])
def test_ten_thousand_entities_cost_ten_times_a_thousand(made):
    text = "a🏞" * 10_000
    base, length = operations(text, [])
    small, large = operations(text, made(1_000)), operations(text, made(10_000))
    assert large[0] - base < 13 * (small[0] - base)
    assert large[1] - length < 13 * (small[1] - length) + 1000
    assert large[0] < 200 * 10_000 + base


@pytest.mark.parametrize(
    ("text", "found", "markup"),
    [
        ("a <b> & \"c\" 'd'", [], "a &lt;b&gt; &amp; &quot;c&quot; &#x27;d&#x27;"),
        ("a\r\nb", [], "a&#13;\nb"),
        ("bold", [bold(0, 4)], "<strong>bold</strong>"),
        ("🏞🏞", [bold(2, 2)], "🏞<strong>🏞</strong>"),
        ("a🏞b", [bold(2, 1)], "a<strong>🏞</strong>b"),
        ("a🏞b", [bold(0, 2)], "<strong>a🏞</strong>b"),
        ("abc", [bold(-1, 2), bold(2, 99)], "<strong>a</strong>b<strong>c</strong>"),
        ("abc", [bold(1, 0), bold(1, -1), bold(3, 1), bold(2**31, 1), bold(0, -(2**63))], "abc"),
        ("abcd", [bold(0, 2), bold(2, 2)], "<strong>abcd</strong>"),
        (
            "abcd",
            [bold(0, 3), Entity(type="italic", offset=1, length=3)],
            "<strong>a<em>bc</em></strong><em>d</em>",
        ),
        (
            "abc",
            [
                Entity(type="spoiler", offset=0, length=3),
                Entity(type="text_link", offset=1, length=1, url="http://a.b/"),
            ],
            (
                '<span class="spoiler">a<a class="text-link" href="http://a.b/" '
                f'title="http://a.b/" rel="{REL}">b</a>c</span>'
            ),
        ),
        (
            "x = 1",
            [Entity(type="pre", offset=0, length=5, language="python")],
            '<pre><code class="language-python">x = 1</code></pre>',
        ),
        (
            "\nx",
            [Entity(type="pre", offset=0, length=2, language="' onclick='x")],
            "<pre><code>\nx</code></pre>",
        ),
        (
            "q",
            [Entity(type="blockquote", offset=0, length=1, collapsed=True)],
            '<blockquote class="expandable">q</blockquote>',
        ),
        (
            "👍",
            [Entity(type="custom_emoji", offset=0, length=2, document_id="7")],
            '<span class="custom-emoji" data-document-id="7">👍</span>',
        ),
        (
            "now",
            [Entity(type="date_time", offset=0, length=3, date=0)],
            '<time datetime="1970-01-01T00:00:00Z">now</time>',
        ),
        (
            "abc",
            [
                Entity(type="diff_insert", offset=0, length=1),
                Entity(type="diff_replace", offset=1, length=1, old_text="<\r"),
                Entity(type="diff_delete", offset=2, length=1),
            ],
            '<ins>a</ins><ins title="&lt;&#13;">b</ins><del>c</del>',
        ),
        (
            "Ann",
            [Entity(type="text_mention", offset=0, length=3, user_id=7)],
            f'<a class="text-mention" href="tg://user?id=7" rel="{REL}">Ann</a>',
        ),
        (
            "go",
            [Entity(type="text_link", offset=0, length=2, url="javascript:alert(1)")],
            '<span class="text-link">go</span>',
        ),
    ],
)
def test_examples(text, found, markup):
    assert to_html(text, found) == markup
    holds(text, found)


def test_of_two_links_on_one_place_the_first_and_longest_wins():
    found = [
        Entity(type="url", offset=0, length=3),
        Entity(type="text_link", offset=0, length=3, url="http://target.example"),
        Entity(type="text_link", offset=2, length=4, url="http://late.example"),
    ]
    markup = to_html("a.bcdef", found)
    assert "target.example" in markup
    assert markup.count("<a ") == 1


def test_a_page_gives_emoji_their_pictures_and_hashtags_their_place():
    linking = Linking(
        emoji=lambda number: f'/media/{number}"&' if number == "7" else "",
        hashtag=lambda tag: f"/search?q={tag}&x" if tag == "#mill" else "",
    )
    emoji = Entity(type="custom_emoji", offset=0, length=1, document_id="7")
    assert to_html("x", [emoji], linking) == (
        '<span class="custom-emoji" data-document-id="7" data-emoji="/media/7&quot;&amp;">x</span>'
    )
    unknown = msgspec.structs.replace(emoji, document_id="8")
    assert "data-emoji" not in to_html("x", [unknown], linking)
    tags = [Entity(type="hashtag", offset=0, length=5), Entity(type="hashtag", offset=6, length=5)]
    assert to_html("#mill #weir", tags, linking) == (
        '<a class="hashtag" href="/search?q=#mill&amp;x">#mill</a> '
        '<span class="hashtag">#weir</span>'
    )
