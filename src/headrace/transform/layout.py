"""The mosaic of an album, as Telegram Desktop arranges it, from the sizes of its items alone.

The rules are Telegram's own for all that it lets people send. Beyond them are ours: an unknown
size counts as a square, a side is at most 20 times the other (Telegram's own limit for photos),
a rule that would leave an item nothing gives way to rows, and more than ten items are several
mosaics one below the other.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import msgspec

from headrace.model.album import AlbumKind, AlbumLayout, Tile
from headrace.transform.layout_rows import MAX_RATIO as _WIDEST
from headrace.transform.layout_rows import in_rows
from headrace.transform.layout_rows import rounded as _r

#: The largest mosaic of Telegram's rules.
MAX_ITEMS = 10
_WIDE, _NARROW = 1.2, 0.8
_MAX_SIDES = 20
_TWO, _THREE, _FOUR = 2, 3, 4

#: (x, y, width, height, sides)
Cell = tuple[int, int, int, int, str]


class Frame(NamedTuple):
    """How much room there is, in pixels; as in Telegram's message bubble unless said otherwise."""

    width: int = 430
    min_width: int = 100
    spacing: int = 4


BUBBLE = Frame()


def lay_out_album(sizes: Sequence[tuple[int, int]], frame: Frame = BUBBLE) -> AlbumLayout:
    """The mosaic of items of these sizes (width, height; zero or less is unknown), in order.

    Every item gets a tile of at least a pixel; tiles do not overlap. The mosaic is at most as
    wide as the frame, and only narrower where Telegram's is.
    """
    if not sizes:
        return AlbumLayout(kind=AlbumKind.MEDIA, shape="none")
    if len(sizes) <= MAX_ITEMS:
        return _mosaic(sizes, frame)
    return _stacked([_mosaic(part, frame) for part in _parts(sizes)], frame)


def _ratio(width: int, height: int) -> float:
    if width <= 0 or height <= 0:
        return 1.0
    if width > height * _MAX_SIDES:
        return float(_MAX_SIDES)
    if height > width * _MAX_SIDES:
        return 1 / _MAX_SIDES
    return width / height


def _mosaic(sizes: Sequence[tuple[int, int]], frame: Frame) -> AlbumLayout:
    ratios = [_ratio(*size) for size in sizes]
    shape, cells = _one(*sizes[0], frame) if len(sizes) == 1 else _by_rule(ratios, frame)
    if any(cell[2] < 1 or cell[3] < 1 for cell in cells):
        shape, cells = in_rows(ratios, _average(ratios), *frame)
    return AlbumLayout(
        kind=AlbumKind.MEDIA,
        shape=shape,
        width=max(x + width for x, _, width, _, _ in cells),
        height=max(y + height for _, y, _, height, _ in cells),
        tiles=tuple(
            Tile(x=x, y=y, width=width, height=height, sides=sides)
            for x, y, width, height, sides in cells
        ),
    )


def _one(width: int, height: int, frame: Frame) -> tuple[str, list[Cell]]:
    if width <= 0 or height <= 0:
        width = height = 1
    least, most = frame.width // _MAX_SIDES, frame.width * _MAX_SIDES
    high = min(max(height * frame.width // width, least), most)
    return "one", [(0, 0, frame.width, high, "LTRB")]


def _by_rule(ratios: Sequence[float], frame: Frame) -> tuple[str, list[Cell]]:
    count = len(ratios)
    if count > _FOUR or max(ratios) > _WIDEST:
        return in_rows(ratios, _average(ratios), *frame)
    if count == _TWO:
        return _two(ratios, frame)
    return _three(ratios, frame) if count == _THREE else _four(ratios, frame)


def _average(ratios: Sequence[float]) -> float:
    # Telegram's sum starts at one.
    total = 1.0
    for ratio in ratios:
        total += ratio
    return total / len(ratios)


def _two(ratios: Sequence[float], frame: Frame) -> tuple[str, list[Cell]]:
    room, _, s = frame
    r1, r2 = ratios
    both_wide = r1 > _WIDE and r2 > _WIDE
    if both_wide and _average(ratios) > 1.4 and r2 - r1 < 0.2:  # noqa: PLR2004 - Telegram's numbers
        high = _r(min(room / r1, room / r2, (room - s) / 2))
        return "two_top_bottom", [(0, 0, room, high, "LTR"), (0, high + s, room, high, "LRB")]
    if both_wide or all(_NARROW <= ratio <= _WIDE for ratio in ratios):
        wide = (room - s) // 2
        high = _r(min(wide / r1, wide / r2, room))
        return "two_equal", [(0, 0, wide, high, "LTB"), (wide + s, 0, wide, high, "TRB")]
    share = max(0.4 * (room - s), (room - s) / r1 / (1 / r1 + 1 / r2))
    second = min(_r(share), room - s - _r(1.5 * frame.min_width))
    first = room - second - s
    high = min(room, _r(min(first / r1, second / r2)))
    return "two_left_right", [(0, 0, first, high, "LTB"), (first + s, 0, second, high, "TRB")]


def _three(ratios: Sequence[float], frame: Frame) -> tuple[str, list[Cell]]:
    room, narrowest, s = frame
    r1, r2, r3 = ratios
    if r1 < _NARROW:
        low = _r(min((room - s) / 2, r2 * (room - s) / (r3 + r2)))
        high = room - low - s
        right = max(narrowest, _r(min((room - s) / 2, low * r3, high * r2)))
        left = min(_r(room * r1), room - s - right)
        return "three_left", [
            (0, 0, left, room, "LTB"),
            (left + s, 0, right, high, "TR"),
            (left + s, high + s, right, low, "RB"),
        ]
    top = _r(min(room / r1, 0.66 * (room - s)))
    left = (room - s) // 2
    low = min(room - top - s, _r(min(left / r2, left / r3)))
    return "three_top", [
        (0, 0, room, top, "LTR"),
        (0, top + s, left, low, "LB"),
        (left + s, top + s, room - left - s, low, "RB"),
    ]


def _four(ratios: Sequence[float], frame: Frame) -> tuple[str, list[Cell]]:
    room, narrowest, s = frame
    r1, r2, r3, r4 = ratios
    if r1 > _WIDE:
        top = _r(min(room / r1, 0.66 * (room - s)))
        high = _r((room - 2 * s) / (r2 + r3 + r4))
        left = max(narrowest, _r(min(0.4 * (room - 2 * s), high * r2)))
        right = _r(max(narrowest, 0.33 * (room - 2 * s), high * r4))
        middle = room - left - right - 2 * s
        low = min(room - top - s, high)
        return "four_top", [
            (0, 0, room, top, "LTR"),
            (0, top + s, left, low, "LB"),
            (left + s, top + s, middle, low, "B"),
            (left + s + middle + s, top + s, right, low, "RB"),
        ]
    left = _r(min(room * r1, 0.6 * (room - s)))
    wide = _r((room - 2 * s) / (1 / r2 + 1 / r3 + 1 / r4))
    first, second = _r(wide / r2), _r(wide / r3)
    third = room - first - second - 2 * s
    right = max(narrowest, min(room - left - s, wide))
    return "four_left", [
        (0, 0, left, room, "LTB"),
        (left + s, 0, right, first, "TR"),
        (left + s, first + s, right, second, "R"),
        (left + s, first + second + 2 * s, right, third, "RB"),
    ]


def _parts(sizes: Sequence[tuple[int, int]]) -> Iterator[Sequence[tuple[int, int]]]:
    """As few as can be, their lengths as alike as can be: none is left with one item."""
    count = math.ceil(len(sizes) / MAX_ITEMS)
    borders = [len(sizes) * place // count for place in range(count + 1)]
    for start, end in itertools.pairwise(borders):
        yield sizes[start:end]


def _stacked(parts: Sequence[AlbumLayout], frame: Frame) -> AlbumLayout:
    tiles: list[Tile] = []
    y = 0
    for part in parts:
        outer = "LR" + "T" * (part is parts[0]) + "B" * (part is parts[-1])
        for tile in part.tiles:
            sides = "".join(side for side in tile.sides if side in outer)
            tiles.append(msgspec.structs.replace(tile, y=tile.y + y, sides=sides))
        y += part.height + frame.spacing
    return AlbumLayout(
        kind=AlbumKind.MEDIA,
        shape="/".join(part.shape for part in parts),
        width=max(part.width for part in parts),
        height=y - frame.spacing,
        tiles=tuple(tiles),
    )
