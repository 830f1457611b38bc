"""Whether bytes are there to their end, by what they are; for files whose length nobody declares.

Pictures, stickers (animated and video) and MP4, by walking their structure. Of anything else
nobody can say, so it counts as cut off.
"""

from __future__ import annotations

import zlib

from headrace.transform.file_types import detect
from headrace.transform.pictures import ends_whole

#: A sticker unpacks to some hundred kilobytes.
_MAX_UNPACKED = 64 << 20
_STEP = 1 << 20


def is_whole(data: bytes) -> bool:
    """A picture, a sticker or an MP4 that is there to its end."""
    match detect(data).name:
        case "tgs":
            return _unpacks(data)
        case "webm":
            return _matroska_ends(data)
        case "mp4":
            return _boxes_end(data)
    return ends_whole(data)


def _unpacks(data: bytes) -> bool:
    """A gzip stream whose checksum at the end agrees."""
    unpacking = zlib.decompressobj(wbits=31)
    total = 0
    try:
        while not unpacking.eof and total <= _MAX_UNPACKED:
            piece = unpacking.decompress(data, _STEP)
            total += len(piece)
            data = unpacking.unconsumed_tail
            if not piece and not data:
                break
    except zlib.error:
        return False
    return unpacking.eof


def _matroska_ends(data: bytes) -> bool:
    """Elements up to the end, each with a length; streams that were written live have none."""
    at = 0
    while at < len(data):
        name, after = _number(data, at)
        size, start = _number(data, after)
        if name < 0 or size < 0:
            return False
        bits = 7 * (start - after)
        if (size & ((1 << bits) - 1)) == (1 << bits) - 1:
            return False
        at = start + (size & ((1 << bits) - 1))
    return at == len(data) > 0


def _number(data: bytes, at: int) -> tuple[int, int]:
    """A number of variable length with its marker, and where it ends; -1 where it is cut off."""
    if at >= len(data) or not data[at]:
        return -1, at
    length = 9 - data[at].bit_length()
    if at + length > len(data):
        return -1, at
    return int.from_bytes(data[at : at + length], "big"), at + length


def _boxes_end(data: bytes) -> bool:
    at = 0
    names: set[bytes] = set()
    while at + 8 <= len(data):
        size, names = int.from_bytes(data[at : at + 4], "big"), names | {data[at + 4 : at + 8]}
        if size == 1:
            size = int.from_bytes(data[at + 8 : at + 16], "big")
        if size < 8:  # noqa: PLR2004 - the head itself
            return False
        at += size
    return at == len(data) and {b"moov", b"mdat"} <= names
