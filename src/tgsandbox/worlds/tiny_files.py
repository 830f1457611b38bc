"""Bytes behind the photos and documents of ``tiny``."""

from __future__ import annotations

from tgsandbox.worlds.base import Content
from tgsandbox.worlds.contents import size
from tgsandbox.worlds.memory import MemoryWorld
from tgsandbox.worlds.named_files import add_emoji, add_files_of
from tgsandbox.worlds.views import view

_FAR_DOCUMENT = "document/8011"
_FAR_DC = 4
_PORTRAITS = ("7100", "7101")
_EMOJI = {5368324170671202286: "🌊"}
PORTRAIT_SIZES = (size("a", 160, 160, 8_200), size("c", 640, 640, 44_800))


def add_files(world: MemoryWorld, messages: list[Content]) -> None:
    """Put in the files that the messages name, and the portraits."""
    world.locations.away[_FAR_DOCUMENT] = _FAR_DC
    add_files_of(world, messages)
    add_portraits(world, _PORTRAITS)
    add_emoji(world, _EMOJI)


def add_portraits(world: MemoryWorld, photos: tuple[str, ...]) -> None:
    """Put in photos that people and chats show of themselves."""
    for photo in photos:
        key = f"peer_photo/{photo}"
        for one in PORTRAIT_SIZES:
            world.add_file(key, one["type"], view(world.name, key, one, world.locations.dc(key)))
