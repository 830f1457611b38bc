"""Rich text: a text and its entities as HTML that is safe wherever it stands.

Never raises, whatever the entities say. The text is kept to the letter (line breaks as such: the
style is ``white-space: pre-wrap``), so that what a browser shows is ``text_content``. The tags,
attributes and classes below are all there ever are; it goes into a ``div``, as quotes are blocks.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from headrace.model.text import Entity
from headrace.transform.links import target_of
from headrace.transform.spans import Closed, Layer, Opened, Span, marked, text_content

REL = "noopener noreferrer nofollow"

_LANGUAGE = re.compile(r"[A-Za-z0-9_+#.-]{1,40}")
_DOCUMENT_ID = re.compile(r"-?[0-9]{1,20}")
_SIMPLE = {
    Layer.SPOILER: ('<span class="spoiler">', "</span>"),
    Layer.BOLD: ("<strong>", "</strong>"),
    Layer.ITALIC: ("<em>", "</em>"),
    Layer.UNDERLINE: ("<u>", "</u>"),
    Layer.STRIKETHROUGH: ("<s>", "</s>"),
    Layer.CODE: ("<code>", "</code>"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Linking:
    """What a page can do for a text beyond the text itself; each gives nothing where it cannot."""

    #: The address of a custom emoji, by its document id.
    emoji: Callable[[str], str] = lambda _: ""
    #: Where a hashtag (with its ``#``) leads on the site.
    hashtag: Callable[[str], str] = lambda _: ""


_ALONE = Linking()


def to_html(text: str, entities: Iterable[Entity] = (), linking: Linking = _ALONE) -> str:
    """HTML of a text; what may not be linked keeps its text and a class.

    A link says where it leads in ``title`` wherever its text does not. With ``linking``, a custom
    emoji names its picture in ``data-emoji``, and hashtags are links.
    """
    whole = text_content(text)
    parts: list[str] = []
    ends: list[str] = []
    for mark in marked(whole, entities):
        match mark:
            case Opened(span):
                start, end = _tags(span, whole, linking)
                parts.append(start)
                ends.append(end)
            case Closed():
                parts.append(ends.pop())
            case _:
                parts.append(_escaped(mark))
    return "".join(parts)


def _tags(span: Span, whole: str, linking: Linking) -> tuple[str, str]:
    entity = span.entity
    match span.layer:
        case Layer.BLOCKQUOTE:
            kind = ' class="expandable"' if entity.collapsed else ""
            return f"<blockquote{kind}>", "</blockquote>"
        case Layer.PRE:
            # Parsers drop a line break right after <pre>, but not one after <pre><code>.
            known = _LANGUAGE.fullmatch(entity.language)
            kind = f' class="language-{known[0]}"' if known else ""
            return f"<pre><code{kind}>", "</code></pre>"
        case Layer.CUSTOM_EMOJI:
            return _emoji(entity, linking)
        case Layer.DIFFERENCE:
            return _difference(entity)
        case Layer.LINK:
            return _link(entity, whole[span.start : span.end], linking)
        case simple:
            return _SIMPLE[simple]


def _emoji(entity: Entity, linking: Linking) -> tuple[str, str]:
    known = _DOCUMENT_ID.fullmatch(entity.document_id)
    if known is None:
        return '<span class="custom-emoji">', "</span>"
    picture = linking.emoji(known[0])
    shown = f' data-emoji="{_escaped(picture)}"' if picture else ""
    return f'<span class="custom-emoji" data-document-id="{known[0]}"{shown}>', "</span>"


def _link(entity: Entity, shown: str, linking: Linking) -> tuple[str, str]:
    if entity.type == "date_time":
        return _time(entity.date or 0)
    kind = entity.type.replace("_", "-")
    if entity.type == "hashtag" and (place := linking.hashtag(shown)):
        return f'<a class="hashtag" href="{_escaped(place)}">', "</a>"
    target = target_of(entity, shown)
    if not target:
        return f'<span class="{kind}">', "</span>"
    title = f' title="{_escaped(target)}"' if entity.type == "text_link" else ""
    return f'<a class="{kind}" href="{_escaped(target)}"{title} rel="{REL}">', "</a>"


def _difference(entity: Entity) -> tuple[str, str]:
    """A suggested change; what it would replace stands in ``title``."""
    if entity.type == "diff_delete":
        return "<del>", "</del>"
    old = text_content(entity.old_text)
    return (f'<ins title="{_escaped(old)}">' if old else "<ins>"), "</ins>"


def _time(moment: int) -> tuple[str, str]:
    try:
        when = datetime.fromtimestamp(moment, UTC)
    except (OverflowError, OSError, ValueError):
        return '<span class="date-time">', "</span>"
    return f'<time datetime="{when:%Y-%m-%dT%H:%M:%SZ}">', "</time>"


def _escaped(text: str) -> str:
    """Escaped once; a bare carriage return would be read as a line feed."""
    return html.escape(text).replace("\r", "&#13;")
