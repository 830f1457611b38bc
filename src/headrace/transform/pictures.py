"""Pictures as bytes: how many pixels they claim, and whether they are there to their end.

Both by walking the structure of JPEG, PNG, WebP and GIF; nothing is decoded.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator

_SOI, _EOI, _SOS = 0xD8, 0xD9, 0xDA
#: Markers without a length: padding, TEM, RST0 to RST7, SOI, EOI.
_BARE = frozenset((0x01, *range(0xD0, 0xDA)))
#: Start of frame: all of C0 to CF but tables and arithmetic conditioning.
_SOF = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_RESTARTS = range(0xD0, 0xD8)
_PNG = b"\x89PNG\r\n\x1a\n"
_GIF = (b"GIF87a", b"GIF89a")
_WEBP_HEADS = (b"VP8 ", b"VP8L", b"VP8X")


def claimed_size(data: bytes) -> tuple[int, int] | None:
    """Width and height as the header says; nothing where there is no such header."""
    if data.startswith(_PNG) and data[12:16] == b"IHDR":
        return _whole(data[16:24], "big")
    if data.startswith(_GIF):
        return _whole(data[6:10], "little")
    if _is_webp(data):
        return _webp_size(data)
    if data.startswith(b"\xff\xd8"):
        sizes = [_sof_size(data, at) for marker, at, _ in _segments(data) if marker in _SOF]
        return max(sizes, key=lambda size: size[0] * size[1], default=None)
    return None


def ends_whole(data: bytes) -> bool:
    """A JPEG, PNG, WebP or GIF that is there to its end marker; false for anything else.

    For pictures of which nobody says how long they are. Bytes behind the end do not matter.
    """
    if data.startswith(b"\xff\xd8"):
        return _jpeg_ends(data)
    if data.startswith(_PNG):
        return _png_ends(data)
    if _is_webp(data):
        return _webp_ends(data)
    return data.startswith(_GIF) and _gif_ends(data)


def _whole(measures: bytes, order: str) -> tuple[int, int] | None:
    half = len(measures) // 2
    if half not in (2, 4) or len(measures) % 2:
        return None
    big = order == "big"
    width, height = (
        int.from_bytes(part, "big" if big else "little")
        for part in (measures[:half], measures[half:])
    )
    return width, height


def _segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """(marker, start and end of what follows it) of a JPEG, scans left out; ends at a cut."""
    at = 0
    while 0 <= at < len(data) - 1:
        if data[at] != 0xFF:  # noqa: PLR2004 - what starts a marker
            return
        marker = data[at + 1]
        if marker == 0xFF:  # noqa: PLR2004 - padding
            at += 1
            continue
        start = at + 2
        end = start if marker in _BARE else start + int.from_bytes(data[start : start + 2], "big")
        if end > len(data) or (marker not in _BARE and end < start + 2):
            return
        yield marker, start, end
        if marker == _EOI:
            return
        at = _behind_scan(data, end) if marker == _SOS else end


def _behind_scan(data: bytes, at: int) -> int:
    """Where the next marker after entropy-coded data stands; -1 at the end of the data."""
    while (at := data.find(b"\xff", at)) >= 0 and at + 1 < len(data):
        if data[at + 1] != 0 and data[at + 1] not in _RESTARTS:
            return at
        at += 2
    return -1


def _sof_size(data: bytes, at: int) -> tuple[int, int]:
    height = int.from_bytes(data[at + 3 : at + 5], "big")
    return int.from_bytes(data[at + 5 : at + 7], "big"), height


def _jpeg_ends(data: bytes) -> bool:
    markers = [marker for marker, _, _ in _segments(data)]
    return _SOS in markers and markers[-1] == _EOI


def _png_ends(data: bytes) -> bool:
    at, has_data = len(_PNG), False
    while at + 12 <= len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        kind, end = data[at + 4 : at + 8], at + 12 + length
        if end > len(data):
            return False
        if zlib.crc32(data[at + 4 : end - 4]) != int.from_bytes(data[end - 4 : end], "big"):
            return False
        has_data |= kind == b"IDAT"
        if kind == b"IEND":
            return has_data
        at = end
    return False


def _is_webp(data: bytes) -> bool:
    return data.startswith(b"RIFF") and data[8:12] == b"WEBP"


def _webp_size(data: bytes) -> tuple[int, int] | None:
    kind, body = data[12:16], data[20:30]
    if len(body) < 10 or kind not in _WEBP_HEADS:  # noqa: PLR2004 - the longest of the headers
        return None
    if kind == b"VP8X":
        return int.from_bytes(body[4:7], "little") + 1, int.from_bytes(body[7:10], "little") + 1
    if kind == b"VP8L":
        bits = int.from_bytes(body[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    both = int.from_bytes(body[6:10], "little")
    return both & 0x3FFF, both >> 16 & 0x3FFF


def _webp_ends(data: bytes) -> bool:
    end = 8 + int.from_bytes(data[4:8], "little")
    if end > len(data):
        return False
    at = 12
    has_picture = False
    while at + 8 <= end:
        has_picture |= data[at : at + 4] in (b"VP8 ", b"VP8L", b"ANMF")
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        at += 8 + length + length % 2
    return has_picture and at in (end, end + 1)


def _gif_ends(data: bytes) -> bool:
    at = 13 + _color_table(data[10:11])
    has_picture = False
    while at < len(data):
        kind = data[at]
        if kind == 0x3B:  # noqa: PLR2004 - the trailer
            return has_picture
        if kind == 0x2C:  # noqa: PLR2004 - a picture
            has_picture = True
            at += 10 + _color_table(data[at + 9 : at + 10]) + 1
        elif kind == 0x21:  # noqa: PLR2004 - an extension
            at += 2
        else:
            return False
        while at < len(data) and data[at]:
            at += 1 + data[at]
        at += 1
    return False


def _color_table(packed: bytes) -> int:
    return 3 << (packed[0] & 7) + 1 if packed and packed[0] & 0x80 else 0
