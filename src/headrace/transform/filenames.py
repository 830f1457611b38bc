"""File names: ours on the disk, and clean ones for people made of what senders wrote.

A sender's name is hostile input. A clean name is one segment of a path on any file system of
Windows, macOS and Linux, at most 200 bytes of UTF-8, and looks like what it is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from headrace.transform.file_types import FileType

#: Most file systems take 255; what is put before and behind a name needs room.
MAX_BYTES = 200
_MAX_EXTENSION = 16
_SHA256 = re.compile(r"[0-9a-f]{64}")
#: Not allowed in a name on Windows; a slash nowhere.
_FORBIDDEN = re.compile(r'[<>:"/\\|?*]')
#: Joiners: they hold emoji together, and many scripts need them between letters of their own.
_JOINERS = "\u200c\u200d"
_BASIC = 0x80
#: Characters with no place in a name: controls, formats (bidi, zero width), surrogates, private,
#: unassigned; separators of lines count as blanks.
_DROPPED = frozenset(("Cc", "Cf", "Cs", "Co", "Cn"))
_BLANKS = frozenset(("Zs", "Zl", "Zp"))
#: Devices of Windows, with any extension.
_DEVICES = re.compile(
    r"(?:con|prn|aux|nul|conin\$|conout\$|clock\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3])(?=\s*(?:\.|$))",
    re.IGNORECASE,
)


def stored_name(sha256: str, kind: FileType) -> str:
    """Where a file lies under ``media/``: ``ab/abcd….jpg``, of its content and its type alone."""
    if not _SHA256.fullmatch(sha256):
        raise ValueError(f"{sha256!r} is no SHA-256 in hex")
    return f"{sha256[:2]}/{sha256}.{kind.extension}"


def clean_name(name: str, *, fallback: str = "file", max_bytes: int = MAX_BYTES) -> str:
    """A name that is safe to show and to write; cleaning it again changes nothing.

    A long name loses the end of its stem and keeps its extension; one of which nothing is left
    becomes ``fallback``.
    """
    text = unicodedata.normalize("NFC", _legible(unicodedata.normalize("NFC", name)))
    text = _trimmed(_FORBIDDEN.sub("_", text))
    if _DEVICES.match(text) or text.startswith("-"):
        text = f"_{text}"
    return _cut(text, max_bytes) or fallback


def split_extension(name: str) -> tuple[str, str]:
    """(stem, extension with its dot), the extension empty where there is none that looks like one.

    ``archive.tar.gz`` is ``archive.tar`` and ``.gz``.
    """
    stem, dot, extension = name.rpartition(".")
    if not stem or not extension.isalnum() or len(extension.encode()) > _MAX_EXTENSION:
        return name, ""
    return stem, dot + extension


class Names:
    """The names of one folder: no two the same, the second ``a.jpg`` becomes ``a (2).jpg``.

    Names that differ in case or in the form of their accents are the same to some file systems.
    """

    def __init__(self, taken: Iterable[str] = ()) -> None:
        """``taken``: what lies there already."""
        self._taken = {_key(name) for name in taken}
        self._numbers: dict[str, int] = {}

    def take(self, name: str, *, beside: str = "") -> str:
        """The name, or the next one that is free; so is what has ``beside`` behind it."""
        key = _key(name)
        number, unique = self._numbers.get(key, 1), name
        while _key(unique) in self._taken or (beside and _key(unique + beside) in self._taken):
            number += 1
            unique = _numbered(name, number)
        self._numbers[key] = number
        self._taken.add(_key(unique))
        if beside:
            self._taken.add(_key(unique + beside))
        return unique


def distinct(names: Iterable[str]) -> list[str]:
    """Names of one folder, in order, no two the same; depends only on names and their order."""
    folder = Names()
    return [folder.take(name) for name in names]


def _key(name: str) -> str:
    return unicodedata.normalize("NFD", unicodedata.normalize("NFD", name).casefold())


def _numbered(name: str, number: int) -> str:
    stem, extension = split_extension(name)
    mark = f" ({number})"
    room = max(MAX_BYTES - len((mark + extension).encode()), 0)
    return _shortened(stem, room).rstrip(" .") + mark + extension


def _legible(name: str) -> str:
    kept = []
    for place, one in enumerate(name):
        category = unicodedata.category(one)
        if category in _BLANKS or one in "\t\n\r":
            kept.append(" ")
        elif category not in _DROPPED or (one in _JOINERS and _joins(name, place)):
            kept.append(one)
    return "".join(kept)


def _joins(name: str, place: int) -> bool:
    """Between two characters beyond ASCII that are seen; elsewhere it only hides a difference."""
    neighbours = name[place - 1 : place] + name[place + 1 : place + 2]
    return len(neighbours) == 2 and all(  # noqa: PLR2004 - one on each side
        ord(one) >= _BASIC and unicodedata.category(one)[0] not in "CZ" for one in neighbours
    )


def _trimmed(text: str) -> str:
    """Without blanks in rows, hidden files, and the ends that Windows takes off."""
    return re.sub(" +", " ", text).strip(" .")


def _cut(text: str, max_bytes: int) -> str:
    if len(text.encode()) <= max_bytes:
        return text
    stem, extension = split_extension(text)
    return _shortened(stem, max_bytes - len(extension.encode())).rstrip(" .") + extension


def _shortened(text: str, max_bytes: int) -> str:
    """The beginning that fits, never half a character, nor one that waits for a joined one."""
    return text.encode()[:max_bytes].decode(errors="ignore").rstrip(_JOINERS)
