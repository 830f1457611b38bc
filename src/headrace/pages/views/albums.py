"""Albums: tiles in their mosaic, and what stands below it."""

from __future__ import annotations

from typing import NamedTuple

from headrace.model.reading import Entry, Post
from headrace.pages.geometry import tile_classes
from headrace.pages.views.media import media_view
from headrace.pages.views.scene import Scene

_VISUAL = ("photo", "video")


class TileView(NamedTuple):
    """A picture in its place."""

    id: int
    classes: str
    media: object


class AlbumView(NamedTuple):
    """``width`` and ``height`` only say the ratio of the mosaic; there may be none."""

    width: int
    height: int
    tiles: tuple[TileView, ...]
    #: (message id, view): one below the other.
    column: tuple[tuple[int, object], ...]


def album_view(scene: Scene, post: Post) -> AlbumView:
    """What has no place in the layout, or is no picture, stands in the column: nothing is lost."""
    layout = post.layout
    places = {tile.id: tile for tile in layout.tiles if tile.width} if layout else {}
    tiles, column = [], []
    for entry in post.entries:
        media = _media(scene, entry)
        if media is None:
            continue
        place = places.get(entry.message.id)
        if layout and place and getattr(media, "shape", "") in _VISUAL:
            tiles.append(TileView(entry.message.id, tile_classes(layout, place), media))
        else:
            column.append((entry.message.id, media))
    width, height = (layout.width, layout.height) if layout and tiles else (0, 0)
    return AlbumView(width, height, tuple(tiles), tuple(column))


def _media(scene: Scene, entry: Entry) -> object:
    media = entry.message.media
    return media_view(scene, media, entry.message) if media is not None else None
