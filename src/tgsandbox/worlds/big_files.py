"""Bytes of the photos and documents of ``big:N``."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from tgsandbox.worlds import jpeg, tl_media
from tgsandbox.worlds.base import FileBytes
from tgsandbox.worlds.big_records import FIRST_PHOTO, BigRecords
from tgsandbox.worlds.files import Filling
from tgsandbox.worlds.locations import Locations
from tgsandbox.worlds.views import draw

_DRAWINGS = 8
_QUALITY = 55


class BigFiles:
    """Finds the bytes behind the keys that the messages name."""

    def __init__(self, records: BigRecords, locations: Locations) -> None:
        self._records = records
        self._locations = locations
        self._documents = {one["file"]: one["size"] for one in records.documents()}

    def find(self, key: str, size_type: str) -> FileBytes | None:
        if key in self._documents and not size_type:
            return Filling(key, self._documents[key], self._locations.dc(key))
        if not key.startswith("photo/"):
            return None
        media = self._records.photo_at(tl_media.number(key) - FIRST_PHOTO)
        for size in media["sizes"] if media else ():
            if size["type"] == size_type:
                shape = (size["width"], size["height"])
                return _Photo(key, shape, size["size"], self._locations.dc(key))
        return None

    def keys(self) -> Iterable[tuple[str, str]]:
        """None: there are too many, and each is made at once."""
        return ()


class _Photo:
    """One of a few drawings, told apart by the comment that fills it up."""

    def __init__(self, key: str, shape: tuple[int, int], size: int, dc: int) -> None:
        self.size = size
        self.dc = dc
        self._key = key
        self._shape = shape

    def read(self, offset: int, limit: int) -> bytes:
        return _filled(self._key, self._shape, self.size)[offset : offset + limit]


@lru_cache(maxsize=64)
def _filled(key: str, shape: tuple[int, int], size: int) -> bytes:
    drawing = _drawn(tl_media.number(key) % _DRAWINGS, shape)
    return jpeg.filled(drawing, size, f"{key} ".encode())


@lru_cache(maxsize=_DRAWINGS * 12)
def _drawn(number: int, shape: tuple[int, int]) -> bytes:
    return jpeg.encode(draw(number, *shape), _QUALITY)
