"""The world ``big:N``: a channel of N messages that are made as they are asked for.

The channel is @longrace (-1002000000001), nothing else is served. Of every thirty ids one is
missing, so the newest of N messages has about the id N * 30 / 29. Memory does not grow with
N: everything follows from a message's position.

Photos are real pictures of exact size, no two alike; they are made when they are read.
"""

from __future__ import annotations

from tgsandbox.worlds.base import Content
from tgsandbox.worlds.big_files import BigFiles
from tgsandbox.worlds.big_records import BigRecords
from tgsandbox.worlds.big_templates import CHANNEL, PEERS
from tgsandbox.worlds.memory import MemoryWorld

ME: Content = {"id": 424242, "kind": "user", "name": "Sandbox Reader", "username": "sandbox_reader"}


def build(size: str, seed: int) -> MemoryWorld:
    """The world of ``size`` messages."""
    if not size.isdecimal():
        raise ValueError(f"The size in big:N must be a number, not {size!r}.")
    world = MemoryWorld(name=f"big:{size}", seed=seed, me=ME)
    records = BigRecords(int(size), seed, world.locations)
    world.add_peers(PEERS)
    world.add_chat(_channel(), records=records)
    world.find_files_with(BigFiles(records, world.locations))
    return world


def _channel() -> Content:
    return {
        "id": CHANNEL,
        "kind": "channel",
        "title": "The Long Race · Длинный лоток",
        "username": "longrace",
        "description": "Every reading of the gauge since anybody can remember.",
        "created": 1_420_070_400,
        "subscribers": 204_817,
    }
