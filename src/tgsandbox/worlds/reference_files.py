"""Pictures of ``reference``: the valley in the posts, portraits of the people."""

from __future__ import annotations

from tgsandbox.worlds import avatars, jpeg, landscapes, people, tl_media
from tgsandbox.worlds.base import FileBytes
from tgsandbox.worlds.files import Drawn
from tgsandbox.worlds.ids import mix
from tgsandbox.worlds.locations import Locations
from tgsandbox.worlds.reference_posts import Picture

CHANNEL_PHOTO = 6_200_000_000_000
_PORTRAIT_SIDES = {"a": 160, "c": 640}
#: Bytes a pixel -> strength of the grain that makes a JPEG of good quality as large.
_GRAIN_PER_DENSITY = 44
_GRAIN_LIMITS = (8, 30)
_DENSE = 0.25


class ReferenceFiles:
    """Finds the bytes behind the keys of the world."""

    def __init__(self, seed: int, photos: dict[int, Picture], locations: Locations) -> None:
        self._seed = seed
        self._photos = photos
        self._locations = locations

    def find(self, key: str, size_type: str) -> FileBytes | None:
        kind, _, number = key.partition("/")
        if not number.isdecimal():
            return None
        if kind == "peer_photo":
            return self._portrait(key, int(number), size_type)
        picture = self._photos.get(int(number)) if kind == "photo" else None
        for name, width, height, length in picture.sizes if picture else ():
            if name == size_type:
                assert picture is not None
                return self._photo(key, picture, (width, height), length)
        return None

    def keys(self) -> list[tuple[str, str]]:
        """All files there are: keys and sizes."""
        portraits = [*range(people.FIRST_PHOTO, people.FIRST_PHOTO + people.COUNT), CHANNEL_PHOTO]
        return [
            *((f"peer_photo/{one}", kind) for one in portraits for kind in _PORTRAIT_SIDES),
            *(
                (f"photo/{one}", size[0])
                for one in self._photos
                for size in self._photos[one].sizes
            ),
        ]

    def _photo(self, key: str, picture: Picture, shape: tuple[int, int], length: int) -> Drawn:
        density = length / (shape[0] * shape[1])
        low, high = _GRAIN_LIMITS
        grain = max(low, min(high, round(density * _GRAIN_PER_DENSITY)))

        def make() -> bytes:
            view = landscapes.draw(picture.number, *shape, picture.season, grain=grain)
            return jpeg.of_size(view, length, first_quality=95 if density > _DENSE else 91)

        return Drawn(self._name(key, shape[0]), length, self._locations.dc(key), make)

    def _portrait(self, key: str, number: int, size_type: str) -> Drawn | None:
        side = _PORTRAIT_SIDES.get(size_type)
        known = 0 <= number - people.FIRST_PHOTO < people.COUNT or number == CHANNEL_PHOTO
        if side is None or not known:
            return None
        length = 40_000 + mix(number) % 10_000 if size_type == "c" else 7_000 + mix(number) % 900

        def make() -> bytes:
            if number == CHANNEL_PHOTO:
                portrait = landscapes.draw(avatars.EMBLEM, 640, 640, "u", grain=8)
            else:
                portrait = avatars.draw(tl_media.number(key) + self._seed * 1000)
            return jpeg.of_size(portrait.resize((side, side)), length)

        return Drawn(self._name(key, side), length, self._locations.dc(key), make)

    def _name(self, key: str, width: int) -> str:
        return f"reference-{self._seed}-{key.replace('/', '-')}-{width}"
