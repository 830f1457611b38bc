"""Albums: which messages are one, of what kind it is, and its layout.

An item is what can be seen (a photo, a video, an animation), heard (music, voice) or read as a
file. Telegram mixes only photos with videos; a service message or a text in an album is no item
and goes with the files.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec

from headrace.model.album import Album, AlbumKind, AlbumLayout, Tile
from headrace.model.media import Document, Media, Photo
from headrace.model.message import Message
from headrace.transform.layout import BUBBLE, Frame, lay_out_album

_SORTS = {
    "video": AlbumKind.MEDIA,
    "animation": AlbumKind.MEDIA,
    "audio": AlbumKind.AUDIO,
    "voice": AlbumKind.AUDIO,
}


class Item(NamedTuple):
    """What of a message its album's layout depends on; unknown measures are zero."""

    id: int
    kind: AlbumKind
    width: int = 0
    height: int = 0


def group_albums(messages: Iterable[Message]) -> list[Album]:
    """The albums among messages of one chat, in the order of their first messages.

    The messages may come in any order, and be of any page; one that comes twice counts once.
    """
    found: dict[int, dict[int, Message]] = {}
    for message in messages:
        if message.grouped_id is not None:
            found.setdefault(message.grouped_id, {})[message.id] = message
    albums = [_album(grouped_id, members) for grouped_id, members in found.items()]
    return sorted(albums, key=lambda album: album.members[0].id)


def lay_out(album: Album, frame: Frame = BUBBLE) -> AlbumLayout:
    """The layout of an album's members, in their order."""
    return lay_out_items([item_of(one.id, one.media) for one in album.members], frame)


def lay_out_items(items: Sequence[Item], frame: Frame = BUBBLE) -> AlbumLayout:
    """What can be seen as a mosaic, in the order of the items; the rest has no measures."""
    seen = [item for item in items if item.kind is AlbumKind.MEDIA]
    mosaic = lay_out_album([(item.width, item.height) for item in seen], frame)
    places = dict(zip((item.id for item in seen), mosaic.tiles, strict=True))
    tiles = [msgspec.structs.replace(places.get(item.id, _IN_COLUMN), id=item.id) for item in items]
    return msgspec.structs.replace(
        mosaic,
        shape=mosaic.shape if seen else "column",
        kind=_kind(item.kind for item in items),
        tiles=tuple(tiles),
    )


def item_of(message_id: int, media: Media | None) -> Item:
    """A message as an item of its album."""
    match media:
        case Photo(width=width, height=height):
            return Item(message_id, AlbumKind.MEDIA, width, height)
        case Document(role=role, width=width, height=height):
            return Item(message_id, _SORTS.get(role, AlbumKind.DOCUMENTS), width, height)
    return Item(message_id, AlbumKind.DOCUMENTS)


_IN_COLUMN = Tile()


def _album(grouped_id: int, members: dict[int, Message]) -> Album:
    whole = tuple(members[number] for number in sorted(members))
    kind = _kind(item_of(one.id, one.media).kind for one in whole)
    return Album(grouped_id=grouped_id, kind=kind, members=whole)


def _kind(kinds: Iterable[AlbumKind]) -> AlbumKind:
    found = set(kinds)
    return found.pop() if len(found) == 1 else AlbumKind.MIXED
