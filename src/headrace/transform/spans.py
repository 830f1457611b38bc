"""Spans: entities of any kind and order, made into one well-nested stream of marks and text.

Offsets are clamped to the text and widened to whole characters; what is empty then is dropped.
A character has at most one mark of each layer. Marks that carry nothing (bold, spoiler …) are
joined; of marks that carry something (links, quotes, code blocks, emoji) the one that begins
first wins, of those the longest, and one that overlaps it is dropped whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import IntEnum
from itertools import pairwise
from typing import NamedTuple

from headrace.model.text import Entity

_UNFIT = re.compile("[\x00\ud800-\udfff]")
_LAST_SINGLE_UNIT = "\uffff"


class Layer(IntEnum):
    """What marks a character, from the outermost to the innermost."""

    BLOCKQUOTE = 0
    PRE = 1
    SPOILER = 2
    LINK = 3
    DIFFERENCE = 4
    BOLD = 5
    ITALIC = 6
    UNDERLINE = 7
    STRIKETHROUGH = 8
    CODE = 9
    CUSTOM_EMOJI = 10


#: Marks that carry nothing beside their place.
PLAIN = frozenset(
    {
        Layer.SPOILER,
        Layer.BOLD,
        Layer.ITALIC,
        Layer.UNDERLINE,
        Layer.STRIKETHROUGH,
        Layer.CODE,
    }
)
#: Kinds that are links or shown like them; of two on one place the earlier in this list wins.
_LINKS = (
    "text_link",
    "text_mention",
    "url",
    "email",
    "phone_number",
    "mention",
    "hashtag",
    "cashtag",
    "bot_command",
    "bank_card",
    "date_time",
)
_DIFFERENCES = ("diff_replace", "diff_insert", "diff_delete")
#: By the type of an entity; types that are not here leave no mark.
LAYERS = {
    "blockquote": Layer.BLOCKQUOTE,
    "pre": Layer.PRE,
    "spoiler": Layer.SPOILER,
    "bold": Layer.BOLD,
    "italic": Layer.ITALIC,
    "underline": Layer.UNDERLINE,
    "strikethrough": Layer.STRIKETHROUGH,
    "code": Layer.CODE,
    "custom_emoji": Layer.CUSTOM_EMOJI,
    **dict.fromkeys(_LINKS, Layer.LINK),
    **dict.fromkeys(_DIFFERENCES, Layer.DIFFERENCE),
}
_RANKS = {kind: rank for rank, kind in enumerate(LAYERS)}


class Span(NamedTuple):
    """A mark on the characters from ``start`` to before ``end``; ``entity`` is what it carries."""

    layer: Layer
    start: int
    end: int
    entity: Entity


class Opened(NamedTuple):
    span: Span


class Closed(NamedTuple):
    span: Span


def text_content(text: str) -> str:
    """The text as every rendering shows it: U+0000 and lone surrogates become U+FFFD.

    This is what search looks at.
    """
    return _UNFIT.sub("\ufffd", text)


def marked(text: str, entities: Iterable[Entity]) -> Iterator[Opened | Closed | str]:
    """The pieces of the text between marks that open and close, well nested.

    The pieces joined are ``text_content(text)``, whatever the entities. O(n log n).
    """
    whole = text_content(text)
    layers = _layers(whole, entities)
    open_now: list[Span] = []
    for start, end in pairwise(_borders(whole, layers)):
        wanted = [span for spans in layers if (span := _at(spans, start))]
        same = 0
        while same < min(len(wanted), len(open_now)) and wanted[same] is open_now[same]:
            same += 1
        while len(open_now) > same:
            yield Closed(open_now.pop())
        for span in wanted[same:]:
            open_now.append(span)
            yield Opened(span)
        yield whole[start:end]
    while open_now:
        yield Closed(open_now.pop())


def _borders(whole: str, layers: Sequence[list[Span]]) -> list[int]:
    borders = {0, len(whole)}
    for spans in layers:
        for span in spans:
            borders.update((span.start, span.end))
    return sorted(borders)


def _at(spans: list[Span], position: int) -> Span | None:
    """The span at a position; spans lie descending, and those that have ended are dropped."""
    while spans and spans[-1].end <= position:
        spans.pop()
    return spans[-1] if spans and spans[-1].start <= position else None


def _layers(whole: str, entities: Iterable[Entity]) -> list[list[Span]]:
    """The spans of each layer, disjoint, the last one first."""
    found: list[list[Span]] = [[] for _ in Layer]
    place = _placing(whole)
    for entity in entities:
        layer = LAYERS.get(entity.type)
        if layer is None:
            continue
        start, end = place(entity.offset, entity.length)
        if start < end:
            found[layer].append(Span(layer, start, end, entity))
    return [
        (_joined(spans) if layer in PLAIN else _first_come(spans))[::-1]
        for layer, spans in zip(Layer, found, strict=True)
    ]


def _joined(spans: list[Span]) -> list[Span]:
    joined: list[Span] = []
    for span in sorted(spans, key=lambda span: span.start):
        if joined and span.start <= joined[-1].end:
            last = joined[-1]
            joined[-1] = last._replace(end=max(last.end, span.end))
        else:
            joined.append(span)
    return joined


def _first_come(spans: list[Span]) -> list[Span]:
    chosen: list[Span] = []
    for span in sorted(spans, key=_precedence):
        if not chosen or span.start >= chosen[-1].end:
            chosen.append(span)
    return chosen


def _precedence(span: Span) -> tuple[object, ...]:
    """A total order, so that the order of the entities makes no difference."""
    one = span.entity
    carried = (one.url, one.user_id, one.language, one.document_id, one.collapsed, one.date)
    return span.start, -span.end, _RANKS[one.type], repr(carried), one.old_text


def _placing(whole: str) -> Callable[[int, int], tuple[int, int]]:
    """From UTF-16 offset and length to a range of characters, clamped and widened to whole ones."""
    narrow = max(whole, default="") <= _LAST_SINGLE_UNIT
    starts: Sequence[int] = range(len(whole) + 1) if narrow else _unit_starts(whole)
    units = len(starts) - 1

    def place(offset: int, length: int) -> tuple[int, int]:
        first, last = max(offset, 0), min(offset + length, units)
        if first >= last:
            return 0, 0
        # The second unit of a character has the same start as the first: its end lies beyond.
        end = starts[last] + (starts[last] == starts[last - 1])
        return starts[first], end

    return place


def _unit_starts(whole: str) -> list[int]:
    """For each UTF-16 unit the index of its character, and the end."""
    starts = []
    for index, character in enumerate(whole):
        starts.append(index)
        if character > _LAST_SINGLE_UNIT:
            starts.append(index)
    return [*starts, len(whole)]
