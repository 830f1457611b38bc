"""The world ``files``: a channel of photos and documents, for measuring downloads.

The channel is @millstore (-1004000000001), nothing else is served. ``files:2000x200k,8x100m``
says what it holds, oldest first: 2,000 files of 200 kB and 8 of 100 MB (``k``, ``m`` and ``g``
are decimal; a number alone is so many files of 200 kB). That is also what ``files`` holds.
Files of up to 1 MB are photos, complete JPEGs of exactly that size; larger ones are documents.
No two are alike, and no two parts of one are. A file is one post, with the ids 1, 2, 3 and so
on; every tenth has a caption.

Memory does not grow with the number or the size of the files: everything follows from a
post's position, and bytes are made when they are read, so that ``files:1x2g`` costs nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from tgsandbox.worlds import jpeg, tl_media
from tgsandbox.worlds.base import Content, FileBytes
from tgsandbox.worlds.contents import document, photo, post, size
from tgsandbox.worlds.files import Drawn, Filling
from tgsandbox.worlds.locations import Locations
from tgsandbox.worlds.memory import MemoryWorld
from tgsandbox.worlds.tl import message_tl
from tgsandbox.worlds.views import draw

CHANNEL = -1_004_000_000_001
USERNAME = "millstore"
DEFAULT = "2000x200k,8x100m"
ME: Content = {"id": 424242, "kind": "user", "name": "Sandbox Reader", "username": "sandbox_reader"}

_START = 1_420_070_400
_PAUSE = 60
_FIRST = 8_100_000_000_000
_CAPTION_EVERY = 10
_USUAL = 200_000
_UNITS = {"": 1, "k": 1_000, "m": 1_000_000, "g": 1_000_000_000}
_LARGEST_PHOTO = 1_000_000
#: The last one is dated within TL's 32 bits.
_MOST_FILES = 10_000_000
_LARGEST_FILE = 100_000_000_000
_GROUP = re.compile(r"(\d+)(?:x(\d{1,10})([kmg]?))?")
#: Width, height and the least bytes that any drawing of this shape fits into.
_SHAPES = ((1280, 960, 60_000), (800, 600, 32_000), (320, 240, 10_000))
_SMALLEST_PHOTO = _SHAPES[-1][2]
_DRAWINGS = 8
#: The comment that names a photo and makes it like no other.
_KEY_ROOM = 64


class Group(NamedTuple):
    """So many files of so many bytes."""

    files: int
    size: int


def build(spec: str, seed: int) -> MemoryWorld:
    """The world of a spec such as ``2000x200k,8x100m``; an impossible one is a ValueError."""
    world = MemoryWorld(name=f"files:{spec or DEFAULT}", seed=seed, me=ME)
    records = Records(groups(spec or DEFAULT), world.locations)
    world.add_chat(_channel(), records=records)
    world.find_files_with(_Files(records, world.locations))
    return world


def groups(spec: str) -> list[Group]:
    """What a spec says, in its order."""
    found = [_group(part) for part in spec.split(",")]
    if not 0 < sum(one.files for one in found) <= _MOST_FILES:
        raise ValueError(f"There can be 1 to {_MOST_FILES:,} files.")
    for one in found:
        if not _SMALLEST_PHOTO <= one.size <= _LARGEST_FILE:
            raise ValueError(f"A file of files:{spec} must have between 10k and 100g.")
    return found


def _group(part: str) -> Group:
    match = _GROUP.fullmatch(part)
    if match is None:
        raise ValueError(f"Write files:COUNTxSIZE, as in files:{DEFAULT}, not {part!r}.")
    count, length, unit = match.groups()
    return Group(int(count), int(length) * _UNITS[unit] if length else _USUAL)


class Records:
    """The posts, one a file."""

    def __init__(self, contained: list[Group], locations: Locations) -> None:
        self._groups = contained
        self._ends = list(accumulate(group.files for group in contained))
        self._locations = locations

    def __len__(self) -> int:
        return self._ends[-1]

    def position(self, message_id: int) -> int:
        return max(0, min(len(self), message_id - 1))

    def position_at(self, date: int) -> int:
        return max(0, min(len(self), -((_START - date) // _PAUSE)))

    def at(self, position: int) -> Content:
        date = _START + position * _PAUSE
        caption = f"Sack {position + 1}" if position % _CAPTION_EVERY == 0 else ""
        return post(position + 1, date, caption, media=self.media(position))

    def wire(self, position: int) -> bytes:
        return bytes(message_tl(self.at(position), CHANNEL, self._locations))

    def media(self, position: int) -> Content:
        """The photo or document of a post."""
        length = self._groups[bisect_right(self._ends, position)].size
        number, date = _FIRST + position, _START + position * _PAUSE
        if length <= _LARGEST_PHOTO:
            return photo(number, date, _sizes(length))
        name = f"sack {position + 1}.bin"
        return document(number, date, "file", "application/octet-stream", length, name=name)

    def samples(self, many: int) -> Iterator[int]:
        """Positions of the first so many files of each size."""
        for group, end in zip(self._groups, self._ends, strict=True):
            yield from range(end - group.files, end - group.files + min(many, group.files))

    def media_of(self, key: str) -> Content | None:
        """The photo or document that a key names."""
        position = tl_media.number(key) - _FIRST
        media = self.media(position) if 0 <= position < len(self) else None
        return media if media and media["file"] == key else None


def _sizes(length: int) -> list[Content]:
    """A small size where there is room for one, and the largest of ``length`` bytes."""
    width, height, least = next(shape for shape in _SHAPES if shape[2] <= length)
    largest = size("y", width, height, length)
    small_width, small_height, small = _SHAPES[-1]
    return [size("m", small_width, small_height, small), largest] if least > small else [largest]


class _Files:
    """Finds the bytes behind the keys that the posts name."""

    def __init__(self, records: Records, locations: Locations) -> None:
        self._records = records
        self._locations = locations

    def find(self, key: str, size_type: str) -> FileBytes | None:
        media = self._records.media_of(key)
        if media is None:
            return None
        if media["kind"] == "document":
            return _filling(key, media["size"], self._locations.dc(key)) if not size_type else None
        for one in media["sizes"]:
            if one["type"] == size_type:
                shape = (one["width"], one["height"])
                return _Photo(key, shape, one["size"], self._locations.dc(key))
        return None

    def keys(self) -> Iterator[tuple[str, str]]:
        """A few photos of each size: with them, all drawings there are have been drawn."""
        for position in self._records.samples(_DRAWINGS):
            media = self._records.media(position)
            yield from ((media["file"], one["type"]) for one in media.get("sizes", ()))


class _Photo:
    """One of a few drawings, told apart by the comment that fills it up."""

    def __init__(self, key: str, shape: tuple[int, int], length: int, dc: int) -> None:
        self.size = length
        self.dc = dc
        self._key = key
        self._shape = shape

    def read(self, offset: int, limit: int) -> bytes:
        return _filled(self._key, self._shape, self.size)[offset : offset + limit]


@lru_cache(maxsize=64)
def _filling(key: str, length: int, dc: int) -> Filling:
    return Filling(key, length, dc)


@lru_cache(maxsize=64)
def _filled(key: str, shape: tuple[int, int], length: int) -> bytes:
    drawing = _drawing(tl_media.number(key) % _DRAWINGS, shape)
    return jpeg.filled(drawing, length, f"{key} ".encode())


@lru_cache(maxsize=_DRAWINGS * len(_SHAPES))
def _drawing(number: int, shape: tuple[int, int]) -> bytes:
    """A drawing that is kept on disk, so that no reader has to wait for it twice."""
    width, height = shape
    length = -_KEY_ROOM + next(
        least for *known, least in _SHAPES if (width, height) == tuple(known)
    )

    def make() -> bytes:
        return jpeg.of_size(draw(number, width, height), length)

    return Drawn(f"files-{number}-{width}", length, 0, make).read(0, length)


def _channel() -> Content:
    return {
        "id": CHANNEL,
        "kind": "channel",
        "title": "The Mill Store · Мельничный амбар",
        "username": USERNAME,
        "description": "Sacks, and nothing but sacks.",
        "created": _START,
        "subscribers": 12,
    }
