"""How many messages the store alone saves per CPU-second, in pages of 100.

python -m benchmarks.store_micro [messages]
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from headrace.blobs.files import LocalFiles
from headrace.model.chat import Peer
from headrace.model.media import Photo, Size
from headrace.model.message import Message, Reaction, Replies, Reply
from headrace.model.page import Page, Saved
from headrace.model.text import Entity
from headrace.model.values import FileKey, PeerKind
from headrace.store.open import open_archive
from headrace.store.owner import owner_name
from headrace.store.store import ArchiveStore

_CHAT = -1001000000001
_PER_PAGE = 100
_IN_FLIGHT = 8
_TEXT = ("The river turns the mill and the mill grinds the corn. Река крутит мельницу. " * 5)[:300]
_ENTITIES = tuple(
    Entity(type=kind, offset=start, length=5)
    for kind, start in (("bold", 4), ("italic", 20), ("hashtag", 40))
)


def message(number: int) -> Message:
    """Reactions on 30 %, a photo on 25 %, a reply on 20 %, replies counted on all."""
    return Message(
        id=number,
        date=1_700_000_000 + number,
        text=f"{number} {_TEXT}",
        entities=_ENTITIES,
        post=True,
        views=1000 + number,
        forwards=number % 50,
        replies=Replies(count=number % 7, comments=True, chat=-1001000000002),
        reactions=(
            Reaction(type="emoji", emoji="❤", count=number % 90 + 1),
            Reaction(type="emoji", emoji="👍", count=number % 40 + 1),
        )
        if number % 10 < 3
        else (),
        media=_photo(number) if number % 4 == 0 else None,
        reply=Reply(msg_id=max(number - 3, 1)) if number % 5 == 0 else None,
        thread_id=max(number - 3, 1) if number % 5 == 0 else None,
    )


def pages(total: int) -> Iterator[Page]:
    """Newest to oldest, as a lane brings them."""
    peers = tuple(
        Peer(id=number, kind=PeerKind.USER, name=f"Peer {number}") for number in range(1, 6)
    )
    for hi in range(total, 0, -_PER_PAGE):
        lo = max(hi - _PER_PAGE + 1, 1)
        yield Page(
            chat_id=_CHAT,
            lo=lo,
            hi=hi,
            messages=tuple(message(number) for number in range(hi, lo - 1, -1)),
            peers=peers,
        )


async def measure(store: ArchiveStore, found: list[Page]) -> tuple[float, float, Saved]:
    """CPU and wall seconds for saving pages, some at a time."""
    lease = await store.acquire(f"chat:{_CHAT}", owner_name())
    waiting = iter(found)
    total = Saved()

    async def lane() -> None:
        nonlocal total
        for page in waiting:
            saved = await store.save_page(lease, page)
            total += saved

    wall, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(lane() for _ in range(_IN_FLIGHT)))
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    await store.release(lease)
    return cpu, wall, total


def _photo(number: int) -> Photo:
    return Photo(
        file=FileKey(f"photo/{5_000_000_000_000_000_000 + number}"),
        size=180_000,
        width=1280,
        height=960,
        date=1_700_000_000,
        sizes=(
            Size(type="m", size=20_000, width=320, height=240),
            Size(type="x", size=90_000, width=800, height=600),
            Size(type="y", size=180_000, width=1280, height=960),
        ),
        stripped=bytes(range(120)),
    )


async def main(total: int) -> None:
    found = list(pages(total))
    with tempfile.TemporaryDirectory() as folder:
        async with open_archive(LocalFiles(), Path(folder) / "archive") as store:
            for label in ("first import", "refresh, nothing new"):
                cpu, wall, saved = await measure(store, found)
                print(
                    f"{label}: {total / cpu:,.0f} messages per CPU-second,"
                    f" {total / wall:,.0f} per second ({saved.new} new)"
                )


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 50_000))
