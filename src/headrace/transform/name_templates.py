"""Names of files for people by a template: ``{channel}/{date}_{id}_{name}.{ext}``."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from string import Formatter
from typing import NamedTuple

from headrace.errors import UsageError
from headrace.transform.filenames import clean_name, split_extension

#: What a template may name, with its meaning.
FIELDS = {
    "channel": "the channel's username, or else its title",
    "date": "the day of the message, 2024-01-31",
    "time": "its time in UTC, 23-59-59",
    "id": "the id of the message in its channel",
    "name": "the sender's name for the file, cleaned, without its extension",
    "ext": "the extension that fits the content",
    "kind": "photo, video, audio …",
}
DEFAULT = "{channel}/{date}_{id}_{name}.{ext}"
#: What stands between fields, and goes with an empty one.
_SEPARATORS = " _-."
_EXTENSION = ".{ext}"


class Named(NamedTuple):
    """What a name is made of; ``date`` in Unix seconds, ``ext`` without a dot."""

    channel: str
    date: int
    id: int
    name: str
    ext: str
    kind: str


class NameTemplate:
    """A template that has been checked; makes relative paths with ``/`` between folders."""

    def __init__(self, text: str = DEFAULT) -> None:
        """Raises ``UsageError``: a field is unknown, or it would leave the folder."""
        # The extension is always the last thing in a name.
        named = text.removesuffix(_EXTENSION)
        self._segments = [_parsed(segment, text) for segment in named.split("/")]

    def path(self, named: Named) -> str:
        """Each segment is a clean name; the last one ends with the extension, named or not."""
        values = _values(named)
        *folders, last = (_filled(segment, values) for segment in self._segments)
        if named.ext:
            last = f"{last.rstrip(_SEPARATORS) or named.id}.{named.ext}"
        return "/".join(clean_name(one, fallback="_") for one in (*folders, last))


_Part = tuple[str, str | None]


def _parsed(segment: str, whole: str) -> list[_Part]:
    """(literal, field behind it) of one segment."""
    try:
        parts = list(Formatter().parse(segment))
    except ValueError as error:
        raise _wrong(whole, str(error)) from error
    for _, field, options, conversion in parts:
        if field is not None and (field not in FIELDS or options or conversion):
            raise _wrong(whole, f"there is no {{{field}}}")
    if not re.search(r"[^ .]", segment):
        raise _wrong(whole, "every folder needs a name, and it starts and ends with one")
    return [(literal, field) for literal, field, _, _ in parts]


def _wrong(template: str, reason: str) -> UsageError:
    known = " ".join(f"{{{name}}}" for name in FIELDS)
    return UsageError(f"The name {template!r} does not work: {reason}.", hint=f"Fields: {known}")


def _filled(parts: list[_Part], values: dict[str, str]) -> str:
    text = ""
    for literal, field in parts:
        if text or literal.strip(_SEPARATORS):
            text += literal
        if field is not None:
            value = values[field]
            text = text + value if value else text.rstrip(_SEPARATORS)
    return text


def _values(named: Named) -> dict[str, str]:
    when = datetime.fromtimestamp(min(max(named.date, 0), _LATEST), UTC)
    stem, extension = split_extension(clean_name(named.name, fallback=""))
    has_own = extension.casefold() == f".{named.ext}".casefold()
    return {
        # A channel's title must not make folders.
        "channel": clean_name(named.channel, fallback="channel"),
        "date": f"{when:%Y-%m-%d}",
        "time": f"{when:%H-%M-%S}",
        "id": str(named.id),
        "name": stem if has_own or not named.ext else stem + extension,
        "ext": named.ext,
        "kind": clean_name(named.kind, fallback="file"),
    }


#: The end of the year 9999, the last that a calendar date can name.
_LATEST = 253_402_300_799
