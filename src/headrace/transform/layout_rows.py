"""The mosaic of many or very wide items: rows, chosen by trying all divisions."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence

#: An item wider than this makes any album one of rows.
MAX_RATIO = 2.0
_IN_ROW = 3
#: Of very tall items a middle row of three takes one more.
_TALL, _IN_TALL_ROW = 0.85, 4
_WIDE, _WIDEST, _NARROWEST = 1.1, 2.75, 0.6667
_PENALTY = 1.5

Cell = tuple[int, int, int, int, str]


def rounded(value: float) -> int:
    """To the nearest integer, halves away from zero, of a number that is not negative."""
    whole = math.floor(value)
    return whole + (value - whole >= 0.5)  # noqa: PLR2004 - the half


def in_rows(
    ratios: Sequence[float], average: float, width: int, min_width: int, spacing: int
) -> tuple[str, list[Cell]]:
    """The division whose height comes next to four thirds of the width; two items at least."""
    low, high = (1.0, _WIDEST) if average > _WIDE else (_NARROWEST, 1.0)
    cropped = [min(max(ratio, low), high) for ratio in ratios]
    wanted = width * 4 // 3
    best: tuple[float, list[int], list[float]] | None = None
    for counts in _divisions(len(cropped), average):
        heights = _heights(cropped, counts, width, spacing)
        cost = abs(sum(heights) + spacing * (len(counts) - 1) - wanted)
        if min(heights) < min_width:
            cost *= _PENALTY
        if any(upper > lower for upper, lower in itertools.pairwise(counts)):
            cost *= _PENALTY
        if best is None or cost < best[0]:
            best = (cost, counts, heights)
    if best is None:
        raise ValueError(f"{len(ratios)} items do not fit into rows")
    _, counts, heights = best
    return "rows:" + "+".join(map(str, counts)), _placed(cropped, counts, heights, width, spacing)


def _divisions(count: int, average: float) -> Iterator[list[int]]:
    """Numbers of items by row, in the order in which Telegram tries them."""
    for a in range(1, count):
        if a <= _IN_ROW and count - a <= _IN_ROW:
            yield [a, count - a]
    middle = _IN_TALL_ROW if average < _TALL else _IN_ROW
    for a in range(1, min(_IN_ROW, count - 2) + 1):
        for b in range(1, min(middle, count - a - 1) + 1):
            if count - a - b <= _IN_ROW:
                yield [a, b, count - a - b]
    for a in range(1, min(_IN_ROW, count - 3) + 1):
        for b in range(1, min(_IN_ROW, count - a - 2) + 1):
            for c in range(1, min(_IN_ROW, count - a - b - 1) + 1):
                if count - a - b - c <= _IN_ROW:
                    yield [a, b, c, count - a - b - c]


def _heights(
    ratios: Sequence[float], counts: Sequence[int], width: int, spacing: int
) -> list[float]:
    heights = []
    start = 0
    for count in counts:
        total = 0.0
        for ratio in ratios[start : start + count]:
            total += ratio
        heights.append((width - (count - 1) * spacing) / total)
        start += count
    return heights


def _placed(
    ratios: Sequence[float],
    counts: Sequence[int],
    heights: Sequence[float],
    width: int,
    spacing: int,
) -> list[Cell]:
    cells: list[Cell] = []
    y = 0
    for row, (count, height) in enumerate(zip(counts, heights, strict=True)):
        x, high = 0, rounded(height)
        vertical = "T" * (row == 0) + "B" * (row == len(counts) - 1)
        for column in range(count):
            is_last = column == count - 1
            wide = width - x if is_last else rounded(ratios[len(cells)] * height)
            touched = "L" * (column == 0) + "R" * is_last + vertical
            sides = "".join(side for side in "LTRB" if side in touched)
            cells.append((x, y, wide, high, sides))
            x += wide + spacing
        y += high + spacing
    return cells
