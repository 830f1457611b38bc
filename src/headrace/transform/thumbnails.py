"""Thumbnails: a small picture of our own making from the bytes of any.

The bytes are hostile: only four formats are tried, the number of pixels is held against a limit
before any decoder sees the data, and whatever a decoder does ends in a value.
"""

from __future__ import annotations

import io

from PIL import Image

from headrace.model.values import Value
from headrace.transform.file_types import detect
from headrace.transform.pictures import claimed_size

#: The longer side, in pixels.
SIDE = 480
QUALITY = 80
MAX_PIXELS = 50_000_000
#: What decoding and scaling takes in the worst mode of each format, in bytes for a pixel
#: (measured at 49 million), and the most that one picture may take.
_COSTS = {"jpeg": 6, "gif": 6, "png": 9, "webp": 16}
_MAX_BYTES = 300_000_000
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
#: Scaling to within this factor of the aim by whole numbers costs little and shows nowhere.
_GAP = 2.0
_OPAQUE = 255
_ORIENTATION = 0x0112
#: What makes a picture upright, by its orientation in EXIF.
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class Thumbnail(Value, frozen=True, kw_only=True):
    """A JPEG, or a WebP where the picture is transparent; without any metadata."""

    data: bytes
    width: int
    height: int
    mime: str


class NoThumbnail(Value, frozen=True, kw_only=True):
    """Why there is none: ``not_a_picture``, ``too_many_pixels`` or ``corrupt``."""

    reason: str


def make_thumbnail(
    data: bytes, *, side: int = SIDE, quality: int = QUALITY, max_pixels: int = MAX_PIXELS
) -> Thumbnail | NoThumbnail:
    """A picture of at most ``side`` pixels on its longer side, upright; never a larger one.

    Of an animation the first frame. Raises nothing, whatever the bytes are. Keeps one core
    busy (without the interpreter's lock) and takes 300 MB at most: a JPEG may have 50 million
    pixels, a PNG 33, a WebP 18.
    """
    claimed = claimed_size(data)
    if claimed is None:
        return NoThumbnail(reason="not_a_picture")
    max_pixels = min(max_pixels, _MAX_BYTES // _COSTS[detect(data).name])
    if claimed[0] * claimed[1] > max_pixels:
        return NoThumbnail(reason="too_many_pixels")
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as picture:
            # A frame may be larger than the header says.
            if picture.width * picture.height > max_pixels:
                return NoThumbnail(reason="too_many_pixels")
            return _encoded(_scaled(picture, side), quality)
    except Exception:  # noqa: BLE001 - decoders of hostile data raise anything
        return NoThumbnail(reason="corrupt")


def _scaled(picture: Image.Image, side: int) -> Image.Image:
    picture.draft("RGB", (side, side))
    turn = _TURNS.get(_orientation(picture))
    plain = _plain(picture)
    plain.thumbnail((side, side), Image.Resampling.BICUBIC, reducing_gap=_GAP)
    upright = plain if turn is None else plain.transpose(turn)
    # What is left of the metadata would be written again.
    upright.info = {}
    return upright


def _orientation(picture: Image.Image) -> int:
    """How the picture is to be turned; broken metadata turn nothing."""
    try:
        found = picture.getexif().get(_ORIENTATION)
    except Exception:  # noqa: BLE001 - a picture is not lost for its metadata
        return 1
    return found if isinstance(found, int) else 1


def _plain(picture: Image.Image) -> Image.Image:
    """In a mode that can be scaled: grey, colour, or colour with transparency."""
    if picture.mode in ("L", "RGB", "RGBA"):
        has_key = "transparency" in picture.info
        return picture.convert("RGBA") if has_key else picture
    if picture.mode.startswith("I"):
        # Sixteen bits: the upper eight show.
        return picture.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    is_transparent = picture.mode in ("LA", "PA", "La", "RGBa") or "transparency" in picture.info
    return picture.convert("RGBA" if is_transparent else "RGB")


def _encoded(picture: Image.Image, quality: int) -> Thumbnail:
    if picture.mode == "RGBA" and _is_opaque(picture):
        picture = picture.convert("RGB")
    # No colour behind a transparent picture suits both a light and a dark page.
    kind = "WEBP" if picture.mode == "RGBA" else "JPEG"
    buffer = io.BytesIO()
    picture.save(buffer, kind, quality=quality)
    return Thumbnail(
        data=buffer.getvalue(),
        width=picture.width,
        height=picture.height,
        mime=f"image/{kind.lower()}",
    )


def _is_opaque(picture: Image.Image) -> bool:
    return picture.getchannel("A").getextrema() == (_OPAQUE, _OPAQUE)
