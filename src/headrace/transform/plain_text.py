"""Plain text: a text with light marks, for where there is no HTML."""

from __future__ import annotations

import re
from collections.abc import Iterable

from headrace.model.text import Entity
from headrace.transform.links import target_of
from headrace.transform.spans import Closed, Layer, Opened, Span, marked, text_content

_AROUND = {
    Layer.BOLD: "**",
    Layer.ITALIC: "_",
    Layer.STRIKETHROUGH: "~~",
    Layer.CODE: "`",
    Layer.SPOILER: "||",
}
_QUOTED = "> "
_LINE = re.compile(r"[^\n]*\n|[^\n]+")


def to_plain(text: str, entities: Iterable[Entity] = ()) -> str:
    """The text with ``**bold**``, ``> quotes``, fenced code, and ``<targets>`` behind links.

    For reading, not for parsing back: the marks may stand in the text as well.
    """
    whole = text_content(text)
    out = _Lines()
    for mark in marked(whole, entities):
        match mark:
            case Opened(span):
                _open(out, span)
            case Closed(span):
                _close(out, span, whole)
            case _:
                out.write(mark)
    return out.text()


class _Lines:
    """Text as it grows; inside a quote every line begins with its sign."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._at_start = True
        self._break_due = False
        self.quoted = False

    def write(self, text: str) -> None:
        if self._break_due and not text.startswith("\n"):
            text = "\n" + text
        self._break_due = False
        for line in _LINE.findall(text):
            if self._at_start and self.quoted:
                self._parts.append(_QUOTED)
            self._parts.append(line)
            self._at_start = line.endswith("\n")

    def begin_block(self) -> None:
        """What comes next begins a line."""
        if self._break_due or not self._at_start:
            self._break_due = False
            self._parts.append("\n")
            self._at_start = True

    def end_block(self) -> None:
        """What comes next stands on a line of its own; nothing is added at the end."""
        self._break_due = not self._at_start

    def text(self) -> str:
        return "".join(self._parts)


def _open(out: _Lines, span: Span) -> None:
    if span.layer is Layer.BLOCKQUOTE:
        out.begin_block()
        out.quoted = True
    elif span.layer is Layer.PRE:
        out.begin_block()
        out.write(f"```{span.entity.language.strip()}\n")
    elif span.layer in _AROUND:
        out.write(_AROUND[span.layer])


def _close(out: _Lines, span: Span, whole: str) -> None:
    if span.layer is Layer.BLOCKQUOTE:
        out.quoted = False
        out.end_block()
    elif span.layer is Layer.PRE:
        out.begin_block()
        out.write("```")
        out.end_block()
    elif span.layer is Layer.LINK:
        shown = whole[span.start : span.end]
        target = target_of(span.entity, shown) if span.entity.type == "text_link" else ""
        if target and target != shown:
            out.write(f" <{target}>")
    elif span.layer in _AROUND:
        out.write(_AROUND[span.layer])
