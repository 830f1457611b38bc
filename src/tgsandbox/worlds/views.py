"""Views of the valley as files: pictures by number, and JPEGs of an exact size."""

from __future__ import annotations

import base64
from functools import cache

from PIL import Image

from tgsandbox.worlds import jpeg, landscapes, tl_media
from tgsandbox.worlds.base import Content
from tgsandbox.worlds.files import Drawn

_ROUGH = 120


@cache
def glimpse(picture: int, width: int, height: int) -> str:
    """The stripped thumbnail of a picture."""
    return base64.b64encode(jpeg.stripped(draw(picture, width // 20, height // 20))).decode()


def draw(picture: int, width: int, height: int) -> Image.Image:
    """A view of the valley; small ones are drawn roughly, and quickly."""
    season = "suaw"[picture % 4]
    return landscapes.draw(picture, width, height, season, detailed=width > _ROUGH)


def view(world: str, key: str, size: Content, dc: int) -> Drawn:
    """The JPEG of one ``size`` of a photo or thumbnail; ``world`` tells its drawings apart."""
    shape = (size["width"], size["height"])

    def make() -> bytes:
        return jpeg.of_size(draw(tl_media.number(key), *shape), size["size"])

    name = f"{world}-{key.replace('/', '-')}-{shape[0]}x{shape[1]}"
    return Drawn(name, size["size"], dc, make)
