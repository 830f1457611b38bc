"""Two sources of one message: what an export adds to what others said."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from headrace.model.media import Document, Media, Photo

_MEASURES = ("size", "width", "height")


class Said(NamedTuple):
    """What of a message its author can change."""

    text: str
    media: Media | None


def is_repeated(export: Said, telegram: Iterable[Said]) -> bool:
    """Telegram said the same at some time, or the export says nothing at all.

    Formatting and file keys do not count: an export loses the one and makes up the other.
    """
    if not export.text and _file(export.media) is None:
        return True
    return any(
        export.text == one.text and _may_be_same(export.media, one.media) for one in telegram
    )


def lacks_file(later: Said, earlier: Said) -> bool:
    """Of two exports with one edit date, only the earlier has the file (settings of the export)."""
    has_lost = _file(later.media) is None and _file(earlier.media) is not None
    return has_lost and later.text == earlier.text


def _may_be_same(export: Media | None, telegram: Media | None) -> bool:
    """Only a file can be lost; its measures tell files apart as far as both know them."""
    mine = _file(export)
    if mine is None:
        return True
    theirs = _file(telegram)
    if theirs is None or type(mine) is not type(theirs):
        return False
    measures = ((getattr(mine, name), getattr(theirs, name)) for name in _MEASURES)
    return all(one == other or not one or not other for one, other in measures)


def _file(media: Media | None) -> Photo | Document | None:
    """A photo or document whose bytes are to be had."""
    if isinstance(media, Photo | Document) and media.file and not media.absent:
        return media
    return None
