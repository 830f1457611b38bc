"""Bytes behind the files of ``zoo``, some of which are not what they are said to be."""

from __future__ import annotations

from tgsandbox.worlds.base import Content
from tgsandbox.worlds.memory import MemoryWorld
from tgsandbox.worlds.named_files import add_emoji, add_files_of
from tgsandbox.worlds.tiny_files import add_portraits

#: Documents that lie about their MIME type -> what they are.
LIES = {
    "document/2303": "application/vnd.microsoft.portable-executable",
    "document/2406": "text/html",
    "document/2501": "image/svg+xml",
    "document/6001": "text/html",
    "document/9002": "application/zip",
}
PORTRAITS = ("7301", "7302", "7303", "7304", "7305")
#: One more emoji is named in the world, and unknown to the server.
_EMOJI = {5368324170671202286: "🐾", 5312536423851630001: "🦦"}


def add_files(world: MemoryWorld, messages: list[Content]) -> None:
    """Put in all that the messages name, the portraits and the emoji."""
    add_files_of(world, messages, LIES)
    add_portraits(world, PORTRAITS)
    add_emoji(world, _EMOJI)
