"""Foreign text for a terminal: what would act on it, or mislead the eye, is shown instead."""

from __future__ import annotations

import re

#: Controls of both ranges but tab and line feed, surrogates, line separators, and what turns the
#: direction of writing; joiners stay, as emoji and many scripts need them.
ACTING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029\u202a-\u202e\u2066-\u2069]"
)
_PICTURES = 0x2400
_DELETE, _DELETE_PICTURE = 0x7F, 0x2421
_BLANK = 0x20


def visible(text: str) -> str:
    """The text with its line breaks, harmless: ESC becomes ␛, U+202E becomes ``<U+202E>``."""
    return ACTING.sub(_shown, text.replace("\r\n", "\n"))


def visible_line(text: str) -> str:
    """The text on one line: a name must not look like two lines."""
    return visible(text.replace("\n", " ").replace("\t", " "))


def _shown(found: re.Match[str]) -> str:
    code = ord(found[0])
    if code < _BLANK:
        return chr(_PICTURES + code)
    return chr(_DELETE_PICTURE) if code == _DELETE else f"<U+{code:04X}>"
