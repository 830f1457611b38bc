"""Texts and entities as nobody would write them."""

from __future__ import annotations

from hypothesis import strategies as st

from headrace.model.text import Entity
from headrace.transform.spans import LAYERS

KINDS = [*LAYERS, "unknown", "of tomorrow", "link", "difference"]
#: What one meets in texts and what breaks renderers.
PARTS = [
    "mill",
    " ",
    "\n",
    "\r\n",
    "\r",
    "\t",
    "\x00",
    "\x0c",
    "\x1b[2J",
    "<b>",
    "</a>",
    "<!--",
    "]]>",
    "&amp;",
    "&",
    '"',
    "'",
    "`",
    "🏞",
    "👨‍👩‍👧",
    "e\u0301",
    "🇳🇱",
    "мельница",
    "سد",
    "\u202e",
    "\ufeff",
    "\ud83d",
    "\udfde",
    "\uffff",
    "\U0010ffff",
    "https://mill.example/a?b=c&d",
    "me@mill.example",
    "@miller",
    "#water",
    "+31 20 123",
    "javascript:alert(1)",
]
URLS = [
    "https://mill.example",
    "javascript:alert(1)",
    "java\nscript:alert(1)",
    'http://a/"onmouseover="alert(1)',
    "data:text/html,<script>alert(1)</script>",
    "tg://resolve?domain=miller",
    "",
    "//evil.example",
    "mill.example:8080/x",
]

texts = st.lists(st.sampled_from(PARTS) | st.text(max_size=4), max_size=12).map("".join)
_near = st.integers(min_value=-3, max_value=40)
_far = st.integers() | st.sampled_from([2**31, -(2**31), 2**63 - 1, -(2**63), 2**100])
_offsets = st.one_of(_near, _near, _near, _far)
_odd = st.text(max_size=8)

entities = st.builds(
    Entity,
    type=st.sampled_from(KINDS),
    offset=_offsets,
    length=_offsets,
    url=st.sampled_from(URLS) | _odd,
    user_id=st.none() | st.integers(),
    language=st.sampled_from(["", "python", "c++", "x'><img src=x onerror=alert(1)>"]) | _odd,
    document_id=st.sampled_from(["", "5368324170671202286"]) | _odd,
    collapsed=st.booleans(),
    old_text=_odd,
    date=st.none() | st.integers(min_value=-(2**63), max_value=2**63),
)
spans = st.lists(entities, max_size=8)
