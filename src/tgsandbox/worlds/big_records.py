"""Messages of ``big:N`` by position: contents from templates, bytes by patching.

A position becomes an id, a date and a template by arithmetic alone, and the bytes of a
template are copied and patched in its holes: a message costs a few microseconds.
"""

from __future__ import annotations

import struct
from bisect import bisect_left
from collections.abc import Callable

from tgsandbox.worlds import big_templates as holes
from tgsandbox.worlds.base import Content
from tgsandbox.worlds.contents import thread_of
from tgsandbox.worlds.locations import Locations
from tgsandbox.worlds.tl import message_tl

#: Of so many ids one is missing.
_BLOCK = 30
_KEPT = _BLOCK - 1
_START = 1_420_070_400
_SPAN = 10 * 365 * 86_400
_LONGEST_PAUSE = 6 * 3600
#: What stands where in forty messages: a tenth of them albums, a quarter with photos.
_CELL = 40
_ALBUMS = {8: 3, 27: 2}
_PHOTOS = {2, 13, 19, 33, 37}
_REPLIES = {5, 16, 30}
_FORWARDS = {22, 35}
_EXTRAS = {11, 24, 39}
_PIN = 31
_PIN_EVERY = 8
_REPLY_BACK = 7
FIRST_PHOTO = 5_000_000_000_000
_ALBUM_BASE = 13_000_000_000_000_000
_EDIT_DELAY = 95
_FORWARD_AGE = 5_400

_INT = struct.Struct("<i")
_LONG = struct.Struct("<q")
_PHOTO_HEAD = struct.Struct("<qqB13s")


class _Template:
    """A content with holes, its bytes, and where the holes lie in them."""

    def __init__(self, content: Content, locations: Locations) -> None:
        self.content = content
        self.bytes = bytes(message_tl(content, holes.CHANNEL, locations))
        self.digits_at = self._find(holes.DIGITS.encode())
        self.id_at = self._place(holes.ID)
        self.date_at = self._place(holes.DATE)
        self.views_at = self._place(holes.VIEWS)
        self.edited_at = self._place(holes.EDITED)
        self.reply_at = self._place(holes.REPLY_TO)
        self.forward_date_at = self._place(holes.FORWARD_DATE)
        self.forward_post_at = self._place(holes.FORWARD_POST)
        self.photo_at = self._find(_LONG.pack(holes.PHOTO))
        self.photo_date_at = self._place(holes.PHOTO_DATE)
        self.album_at = self._find(_LONG.pack(holes.ALBUM))

    def _place(self, number: int) -> int:
        return self._find(_INT.pack(number))

    def _find(self, hole: bytes) -> int:
        """Where a hole lies; 0, which is the constructor's place, if it has none."""
        if hole not in self.bytes:
            return 0
        if self.bytes.count(hole) > 1:
            raise AssertionError("a hole of a template is not unique")
        return self.bytes.index(hole)


class BigRecords:
    """The `Records` of a world of any size."""

    def __init__(self, count: int, seed: int, locations: Locations) -> None:
        self._count = count
        self._seed = seed
        self._locations = locations
        self._pause = max(2, min(_LONGEST_PAUSE, _SPAN // max(count, 1)))
        self._contents = holes.banks(seed)
        self._banks = self._serialised()
        self._edition = locations.edition

    def __len__(self) -> int:
        return self._count

    def id_at(self, position: int) -> int:
        block, place = divmod(position, _KEPT)
        return block * _BLOCK + place + (place >= self._hole(block)) + 1

    def position(self, message_id: int) -> int:
        if message_id < 1:
            return 0
        block, place = divmod(message_id - 1, _BLOCK)
        return min(self._count, block * _KEPT + place - (self._hole(block) < place))

    def position_at(self, date: int) -> int:
        return bisect_left(range(self._count), date, key=self.date_at)

    def date_at(self, position: int) -> int:
        """Items of an album share the date of the first."""
        cell, place = divmod(position, _CELL)
        for start, length in _ALBUMS.items():
            if start < place < start + length:
                position = cell * _CELL + start
        return _START + position * self._pause + (position * 2_654_435_761 >> 7) % self._pause

    def at(self, position: int) -> Content:
        template = self._template(position)
        content = dict(template.content)
        number = self.id_at(position)
        date = self.date_at(position)
        content |= {"id": number, "date": date}
        if "text" in content:
            content["text"] = content["text"].replace(holes.DIGITS, f"{number:08}")
        if "views" in content:
            content["views"] = _views(position)
        if "edited" in content:
            content["edited"] = date + _EDIT_DELAY
        if "media" in content and template.photo_at:
            photo = f"photo/{FIRST_PHOTO + position}"
            content["media"] = {**content["media"], "file": photo, "date": date}
        if "grouped_id" in content:
            content["grouped_id"] = str(_album(position))
        if "reply" in content:
            content["reply"] = {**content["reply"], "msg_id": self.id_at(_answered(position))}
            content["thread_id"] = thread_of(content["reply"])
        if "forward" in content:
            content["forward"] = _forward(content["forward"], position, date)
        return content

    def wire(self, position: int) -> bytes:
        if self._edition != self._locations.edition:
            self._banks = self._serialised()
            self._edition = self._locations.edition
        template = self._template(position)
        buffer = bytearray(template.bytes)
        put: Callable[..., None] = _INT.pack_into
        number = self.id_at(position)
        date = self.date_at(position)
        put(buffer, template.id_at, number)
        put(buffer, template.date_at, date)
        if template.views_at:
            put(buffer, template.views_at, _views(position))
        if template.digits_at:
            buffer[template.digits_at : template.digits_at + 8] = b"%08d" % number
        if template.edited_at:
            put(buffer, template.edited_at, date + _EDIT_DELAY)
        if template.photo_at:
            self._put_photo(buffer, template, position, date)
        if template.reply_at:
            put(buffer, template.reply_at, self.id_at(_answered(position)))
        if template.forward_date_at:
            put(buffer, template.forward_date_at, date - _FORWARD_AGE)
            if template.forward_post_at:
                put(buffer, template.forward_post_at, position // 3 + 1)
        return bytes(buffer)

    def photo_at(self, position: int) -> Content | None:
        """The photo of a message, if it has one."""
        if not 0 <= position < self._count or not self._template(position).photo_at:
            return None
        media: Content = self.at(position)["media"]
        return media

    def documents(self) -> list[Content]:
        """All documents there are; messages share them."""
        media = [content["media"] for content in self._contents["extra"]]
        return [one for one in media if one["kind"] == "document"]

    def _put_photo(self, buffer: bytearray, template: _Template, position: int, date: int) -> None:
        number = FIRST_PHOTO + position
        locations = self._locations
        reference = locations.reference(number)
        head = (number, locations.access_hash(number), len(reference), reference)
        _PHOTO_HEAD.pack_into(buffer, template.photo_at, *head)
        _INT.pack_into(buffer, template.photo_date_at, date)
        if template.album_at:
            _LONG.pack_into(buffer, template.album_at, _album(position))

    def _serialised(self) -> dict[str, list[_Template]]:
        """The templates; documents in them carry references, so rotating makes them anew."""
        return {
            part: [_Template(content, self._locations) for content in bank]
            for part, bank in self._contents.items()
        }

    def _hole(self, block: int) -> int:
        """Which place of a block of ids is missing; never the very first id."""
        return 1 + (block * 2_654_435_761 + self._seed * 40_503 >> 9) % _KEPT

    def _template(self, position: int) -> _Template:
        cell, place = divmod(position, _CELL)
        bank = self._banks[_PARTS[place]]
        if place == _PIN and cell % _PIN_EVERY == 0:
            bank = self._banks["pin"]
        if position == 0:
            bank = self._banks["first"]
        return bank[(position * 2_246_822_519 + self._seed * 3_266_489 >> 11) % len(bank)]


def _part(place: int) -> str:
    for start, length in _ALBUMS.items():
        if start <= place < start + length:
            return "album" if place == start else "later"
    for part, places in (
        ("photo", _PHOTOS),
        ("reply", _REPLIES),
        ("forward", _FORWARDS),
        ("extra", _EXTRAS),
    ):
        if place in places:
            return part
    return "text"


_PARTS = [_part(place) for place in range(_CELL)]


def _views(position: int) -> int:
    return 900 + position * 48_271 % 19_997


def _album(position: int) -> int:
    cell, place = divmod(position, _CELL)
    return _ALBUM_BASE + cell * len(_ALBUMS) + (place >= max(_ALBUMS))


def _answered(position: int) -> int:
    return max(0, position - _REPLY_BACK)


def _forward(content: Content, position: int, date: int) -> Content:
    changed = {**content, "date": date - _FORWARD_AGE}
    if "post" in changed:
        changed["post"] = position // 3 + 1
    return changed
