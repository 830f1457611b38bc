"""Bytes for everything that messages name: photos, documents, thumbnails, emoji."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tgsandbox.worlds import tl_media
from tgsandbox.worlds.base import Content
from tgsandbox.worlds.bodies import Body
from tgsandbox.worlds.contents import document
from tgsandbox.worlds.memory import MemoryWorld
from tgsandbox.worlds.views import view

_EMOJI_BYTES = 6_000
#: Custom emoji come in three forms; which one, the id says.
_EMOJI_FORMS = ("application/x-tgsticker", "image/webp", "video/webm")


def add_files_of(
    world: MemoryWorld, messages: list[Content], lies: Mapping[str, str] | None = None
) -> None:
    """Put in every photo and document that the messages name.

    ``lies`` says by key which documents are something else than they state: a MIME type.
    """
    for found in files_in(messages):
        key = found["file"]
        dc = world.locations.dc(key)
        for size in [*found.get("sizes", []), *found.get("thumbs", [])]:
            world.add_file(key, size["type"], view(world.name, key, size, dc))
        for moving in moving_sizes(found):
            body = {"file": f"{key}-{moving['type']}", "size": moving["size"]}
            world.add_file(key, moving["type"], Body(body, dc, "video/mp4"))
        if found["kind"] == "document":
            world.add_file(key, "", Body(found, dc, (lies or {}).get(key)))


def add_emoji(world: MemoryWorld, known: Mapping[int, str]) -> None:
    """Let the world know of custom emoji: document id -> the emoji that stands in its place."""
    for number, symbol in known.items():
        place = {"emoji": symbol, "width": 100, "height": 100}
        mime = _EMOJI_FORMS[number % len(_EMOJI_FORMS)]
        content = document(number, 0, "custom_emoji", mime, _EMOJI_BYTES + number % 1000, **place)
        world.emoji[number] = content
        world.add_file(content["file"], "", Body(content, world.locations.dc(content["file"])))


def moving_sizes(media: Content) -> list[Content]:
    """The little films of a document or of a photo that moves, with ``type`` and ``size``."""
    films = media.get("extra", {}).get("video_thumbs", [])
    if media["kind"] == "photo" and media.get("video"):
        return [tl_media.VIDEO_VARIANT]
    return [one for one in films if one["_"] == "video_size"]


def files_in(value: Any) -> Iterator[Content]:
    """Every photo and document in content, at any depth."""
    if isinstance(value, list):
        for one in value:
            yield from files_in(one)
    elif isinstance(value, dict):
        if "file" in value:
            yield value
        yield from files_in(list(value.values()))
