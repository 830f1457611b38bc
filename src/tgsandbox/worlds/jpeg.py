"""JPEG bytes of an exact size, and stripped thumbnails."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image
from telethon import utils

_END = b"\xff\xd9"
_COMMENT = b"\xff\xfe"
#: Marker and length field of a segment; also the smallest filling there is.
_SEGMENT_HEAD = 4
_SEGMENT_LIMIT = 2 + 0xFFFF
_FILLING = b"drawn for the sandbox; "
#: Encodings are taken when they reach this share of the wanted size; the rest is filled.
_GOOD_SHARE = 0.9
_QUALITIES = (20, 97)
_STRIPPED_SIDE = 40


def of_size(picture: Image.Image, size: int, *, first_quality: int = 90) -> bytes:
    """The picture as a JPEG of exactly ``size`` bytes that decodes to its end marker."""
    low, high = _QUALITIES
    best = b""
    quality = first_quality
    while low <= high:
        encoded = encode(picture, quality)
        if len(encoded) <= size - _SEGMENT_HEAD:
            best = encoded
            low = quality + 1
            if len(encoded) >= size * _GOOD_SHARE:
                break
        else:
            high = quality - 1
        quality = _next_quality(quality, size / len(encoded), low, high)
    if not best:
        raise ValueError(f"The picture {picture.size} does not fit into {size} bytes.")
    return filled(best, size)


def _next_quality(quality: int, ratio: float, low: int, high: int) -> int:
    """A quality that comes near: around 85 a tenth more bytes cost about one step."""
    step = round((ratio - 1) * 9) or (1 if ratio > 1 else -1)
    return max(low, min(high, quality + step))


def encode(picture: Image.Image, quality: int) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=quality, progressive=True)
    return buffer.getvalue()


def filled(jpeg: bytes, size: int, text: bytes = _FILLING) -> bytes:
    """The same picture with comment segments before the end marker, ``size`` bytes long."""
    missing = size - len(jpeg)
    if missing == 0:
        return jpeg
    if missing < _SEGMENT_HEAD or not jpeg.endswith(_END):
        raise ValueError(f"{missing} bytes cannot be filled with comment segments.")
    segments = []
    while missing:
        take = min(missing, _SEGMENT_LIMIT)
        if 0 < missing - take < _SEGMENT_HEAD:
            take -= _SEGMENT_HEAD
        length = take - len(_COMMENT)
        comment = (text * (length // len(text) + 1))[: length - 2]
        segments.append(_COMMENT + length.to_bytes(2, "big") + comment)
        missing -= take
    return b"".join((jpeg[: -len(_END)], *segments, _END))


def stripped(picture: Image.Image) -> bytes:
    """The few hundred bytes that Telegram puts into a message as a first glimpse.

    They are the scan of a tiny JPEG whose header, the same for all, is known to clients.
    """
    small = picture.convert("RGB")
    small.thumbnail((_STRIPPED_SIDE, _STRIPPED_SIDE))
    buffer = io.BytesIO()
    small.save(buffer, "JPEG", qtables=_known_tables(), subsampling=2)
    scan = buffer.getvalue()
    start = scan.index(b"\xff\xda")
    start += 2 + int.from_bytes(scan[start + 2 : start + 4], "big")
    return bytes((1, small.height, small.width)) + scan[start : -len(_END)]


def _known_tables() -> Any:
    with Image.open(io.BytesIO(utils.stripped_photo_to_jpg(b"\x01\x10\x10"))) as known:
        return known.quantization  # type: ignore[attr-defined]
