"""Geometry: places of album tiles as classes.

The policy of the site allows no style in the pages themselves, and a script would place the tiles
only after the first paint. So there is one class for each 400th of a side, in one stylesheet that
never changes: ``gl12`` begins at 3 % of the width, ``gw200`` is half as wide.
"""

from __future__ import annotations

from headrace.model.album import AlbumLayout, Tile

STEPS = 400
_SIDES = {"gl": "left", "gt": "top", "gw": "width", "gh": "height"}
_PERCENT = 100 / STEPS

STYLESHEET = "".join(
    f".{prefix}{step}{{{side}:{step * _PERCENT:g}%}}"
    for prefix, side in _SIDES.items()
    for step in range(STEPS + 1)
)


def tile_classes(layout: AlbumLayout, tile: Tile) -> str:
    """The classes of a tile; edges are rounded, not extents, so that neighbours stay in line."""
    left, right = _steps(tile.x, tile.width, layout.width)
    top, bottom = _steps(tile.y, tile.height, layout.height)
    return f"gl{left} gt{top} gw{right - left} gh{bottom - top}"


def _steps(start: int, length: int, whole: int) -> tuple[int, int]:
    whole = max(whole, 1)
    first = round(min(max(start, 0), whole) / whole * STEPS)
    last = round(min(max(start + length, 0), whole) / whole * STEPS)
    return first, max(first, last)
