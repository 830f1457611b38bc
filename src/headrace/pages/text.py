"""Text as markup: the one door through which what people wrote becomes HTML."""

from __future__ import annotations

import re
from collections.abc import Iterable

from markupsafe import Markup

from headrace.model.text import Entity
from headrace.transform.rich_text import Linking, to_html

#: Emoji and what joins, colours and numbers them; flags are pairs of letters.
_ONE = (
    "(?:[\U0001f1e6-\U0001f1ff]{2}"
    "|[0-9#*]\ufe0f?\u20e3"
    "|[\u00a9\u00ae\u203c-\u3299\U0001f000-\U0001faff]\ufe0f?[\U0001f3fb-\U0001f3ff]?"
    "(?:\u200d[\u2190-\u2bff\U0001f000-\U0001faff]\ufe0f?[\U0001f3fb-\U0001f3ff]?)*"
    "[\U000e0020-\U000e007f]*)"
)
_PICTURES = re.compile(f"{_ONE}{{1,3}}")
#: Signs of the text, unless what follows makes them pictures.
_IS_SIGN = re.compile("[\u203c-\u20e2\u20e4-\u21ff\u3000-\u3299](?!\ufe0f)")
_MOST = 60


def markup(text: str, entities: Iterable[Entity], linking: Linking) -> Markup:
    """A text and its entities; belongs into a block whose white space counts."""
    return Markup(to_html(text, entities, linking))  # noqa: S704 - this is the renderer


def emoji_only(text: str, entities: Iterable[Entity]) -> bool:
    """Up to three emoji and nothing else: Telegram shows them large."""
    bare = text.strip()
    if not bare or len(bare) > _MOST or any(one.type != "custom_emoji" for one in entities):
        return False
    return _PICTURES.fullmatch(bare) is not None and _IS_SIGN.search(bare) is None
