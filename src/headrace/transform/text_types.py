"""What a text is: a page that could act, data, or just text."""

from __future__ import annotations

import codecs
import re

#: Elements whose presence makes a browser take a text for a page; wherever they stand.
_PAGE = re.compile(
    r"<(?:!doctype\s+html|html|head|body|script|iframe|style|title|img|table|form|object"
    r"|embed|meta|link|base)[\s/>]",
    re.IGNORECASE,
)
_SVG = re.compile(r"<(?:\w+:)?svg[\s/>]", re.IGNORECASE)
_MHTML = re.compile(r"\A(?:[\w-]+:[^\n]*\n)*?MIME-Version:", re.IGNORECASE)
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def text_type(head: bytes) -> str | None:  # noqa: PLR0911 - one for each type
    """``html``, ``svg``, ``xml``, ``mhtml``, ``script``, ``json`` or ``text``; else nothing.

    A text in which a page begins anywhere is a page.
    """
    text = _decoded(head)
    if text is None:
        # A browser would guess an encoding; a page in any that keeps ASCII is one for us, too.
        return _page(head.decode("latin-1"))
    stripped = text.lstrip()
    if not stripped:
        return "text" if text else None
    if found := _page(text):
        return found
    if stripped.startswith("<?xml"):
        return "xml"
    if stripped.startswith("#!"):
        return "script"
    if _MHTML.match(stripped):
        return "mhtml"
    return "json" if re.match(r'\{\s*["}]|\[\s*[\[{"\]\d]', stripped) else "text"


def _page(text: str) -> str | None:
    if _SVG.search(text):
        return "svg"
    return "html" if _PAGE.search(text) else None


def _decoded(head: bytes) -> str | None:
    """The text of a file's beginning, which may end within a character; nothing of bytes."""
    encoding = "utf-8"
    for mark, name in _MARKS:
        if head.startswith(mark):
            head, encoding = head[len(mark) :], name
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(head)
    except UnicodeDecodeError:
        return None
    return None if _CONTROLS.search(text) else text
