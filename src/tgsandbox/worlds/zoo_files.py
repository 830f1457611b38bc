"""Bytes behind the files of ``zoo``, wherever in a message they are named."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tgsandbox.worlds import jpeg, tl_media
from tgsandbox.worlds.base import Content
from tgsandbox.worlds.files import Drawn, Filling
from tgsandbox.worlds.memory import MemoryWorld
from tgsandbox.worlds.tiny_files import draw


def add_files(world: MemoryWorld, messages: list[Content]) -> None:
    """Put in every photo and document that the messages name."""
    for found in _files(messages):
        key = found["file"]
        for size in [*found.get("sizes", []), *found.get("thumbs", [])]:
            shape = (size["width"], size["height"])
            world.add_file(key, size["type"], _jpeg(world, key, shape, size["size"]))
        if found["kind"] == "document":
            world.add_file(key, "", Filling(key, found["size"], world.locations.dc(key)))


def _files(value: Any) -> Iterator[Content]:
    if isinstance(value, list):
        for one in value:
            yield from _files(one)
    elif isinstance(value, dict):
        if "file" in value:
            yield value
        yield from _files(list(value.values()))


def _jpeg(world: MemoryWorld, key: str, shape: tuple[int, int], length: int) -> Drawn:
    def make() -> bytes:
        return jpeg.of_size(draw(tl_media.number(key), *shape), length)

    name = f"zoo-{key.replace('/', '-')}-{shape[0]}x{shape[1]}"
    return Drawn(name, length, world.locations.dc(key), make)
