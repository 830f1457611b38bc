"""Bytes behind the photos and documents of ``tiny``."""

from __future__ import annotations

import base64
from functools import cache
from typing import Any

from PIL import Image

from tgsandbox.worlds import jpeg, landscapes, tl_media
from tgsandbox.worlds.base import Content
from tgsandbox.worlds.files import Drawn, Filling
from tgsandbox.worlds.memory import MemoryWorld

_FAR_DOCUMENT = "document/8011"
_FAR_DC = 4
_ROUGH = 120
_PORTRAITS = ("7100", "7101")
_PORTRAIT_SIZES = (("a", 160, 8_200), ("c", 640, 44_800))


@cache
def glimpse(picture: int, width: int, height: int) -> str:
    """The stripped thumbnail of a picture."""
    return base64.b64encode(jpeg.stripped(draw(picture, width // 20, height // 20))).decode()


def draw(picture: int, width: int, height: int) -> Image.Image:
    """A view of the valley; small ones are drawn roughly, and quickly."""
    season = "suaw"[picture % 4]
    return landscapes.draw(picture, width, height, season, detailed=width > _ROUGH)


def add_files(world: MemoryWorld, messages: list[Content]) -> None:
    """Put in the files that the messages name."""
    world.locations.away[_FAR_DOCUMENT] = _FAR_DC
    for content in messages:
        for media in _medias(content):
            _add_media(world, media)
    for photo in _PORTRAITS:
        for kind, side, length in _PORTRAIT_SIZES:
            key = f"peer_photo/{photo}"
            world.add_file(key, kind, _jpeg(world, key, (side, side), length))


def _medias(content: Content) -> list[Content]:
    media = content.get("media", {})
    found = [media, media.get("photo"), media.get("document")]
    found.append(content.get("action", {}).get("data", {}).get("photo"))
    return [one for one in found if one and "file" in one]


def _add_media(world: MemoryWorld, media: Content) -> None:
    key = media["file"]
    for size in [*media.get("sizes", []), *media.get("thumbs", [])]:
        shape = (size["width"], size["height"])
        world.add_file(key, size["type"], _jpeg(world, key, shape, size["size"]))
    if media["kind"] == "document":
        world.add_file(key, "", Filling(key, media["size"], world.locations.dc(key)))


def _jpeg(world: MemoryWorld, key: str, shape: tuple[int, int], length: int) -> Any:
    picture = tl_media.number(key)

    def make() -> bytes:
        return jpeg.of_size(draw(picture, *shape), length)

    name = f"tiny-{key.replace('/', '-')}-{shape[0]}x{shape[1]}"
    return Drawn(name, length, world.locations.dc(key), make)
