"""An archive as large as a site may have to show, written through the store's own methods.

A channel of ten years in Russian and English, its albums, files and polls, and a discussion
group that has 3 of 10 of all messages. Everything is derived from the number of messages.

Takes a JSON object on standard input: ``archive``, ``messages``. Prints one JSON line: what there
is to ask for, and how long it took.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from itertools import islice
from pathlib import Path

from benchmarks.site_texts import Words
from headrace.blobs.files import LocalFiles
from headrace.model.chat import Chat, Peer
from headrace.model.download import Stored
from headrace.model.media import Document, Photo, Poll, PollAnswer, Size
from headrace.model.message import Action, Forward, Message, Reaction, Replies, Reply
from headrace.model.page import Page
from headrace.model.text import Styled
from headrace.model.values import FileKey, PeerKind
from headrace.store.open import open_archive
from headrace.store.owner import owner_name

CHANNEL, GROUP = -1_001_000_000_001, -1_001_000_000_002
NAME = "volume"
_PER_PAGE, _IN_FLIGHT = 200, 8
#: Ten years, up to the end of 2025.
_SINCE, _UNTIL = 1_451_606_400, 1_767_225_600
_PEOPLE = 20_000
#: Comments under a post that has some; under every 500th of these there are more.
_USUAL, _MANY = 14, 500
#: The newest posts, whose files are stored.
_FRESH = 3_000
_EMOJI = ("❤", "👍", "🔥", "😁")


def photo(number: int) -> Photo:
    """A photo with three sizes."""
    sizes = (("m", 20_000, 320, 240), ("x", 90_000, 800, 600), ("y", 180_000, 1280, 960))
    return Photo(
        file=FileKey(f"photo/{5 * 10**18 + number}"),
        size=180_000,
        width=1280,
        height=960,
        sizes=tuple(Size(type=t, size=s, width=w, height=h) for t, s, w, h in sizes),
        stripped=bytes(range(120)),
    )


def media_of(number: int) -> Photo | Document | Poll | None:
    """A photo on a quarter of the posts, a voice message on one of 100, now and then a poll."""
    if number % 4 == 0:
        return photo(number)
    if number % 100 == 51:
        key = FileKey(f"document/{6 * 10**18 + number}")
        return Document(file=key, role="voice", mime="audio/ogg", size=40_000, duration=12)
    if number % 100 == 73:
        answers = tuple(PollAnswer(option=bytes([n]), text=f"option {n}") for n in range(3))
        return Poll(id=str(number), question=Styled(text="Which?"), answers=answers)
    return None


def post(number: int, of: int, words: Words) -> Message:
    """A post of the channel. Every tenth run of 20 begins with an album of four photos."""
    album = number // 200 + 10**15 if number % 200 < 4 else None
    is_open = number % 2 == 1 and album is None
    return Message(
        id=number,
        date=_SINCE + (_UNTIL - _SINCE) * number // of,
        kind="service" if number % 1000 == 999 else "",
        action=Action(type="pin_message") if number % 1000 == 999 else None,
        text=words.text(number) if album is None or number % 200 == 0 else "",
        post=True,
        author=CHANNEL,
        grouped_id=album,
        views=1000 + number % 9000,
        forwards=number % 50,
        forward=Forward(from_id=CHANNEL - 7, post=5, date=_SINCE) if number % 20 == 7 else None,
        reply=Reply(msg_id=max(number - 3, 1)) if number % 20 == 9 else None,
        replies=Replies(count=number % 9, comments=True, chat=GROUP) if is_open else None,
        reactions=tuple(
            Reaction(type="emoji", emoji=one, count=number % 90 + 1) for one in _EMOJI[: number % 3]
        ),
        media=photo(number) if album is not None else media_of(number),
    )


def discussion(comments: int, posts: int, words: Words):
    """Messages of the group, ascending: copies of the newest posts, the comments after each."""
    threads, left = [], comments
    for place, number in enumerate(range(posts - (posts + 1) % 2, 0, -2)):
        size = min(_MANY if place % 500 == 1 else _USUAL, left)
        threads.append((number, size))
        left -= size
        if not left:
            break
    chance, number = random.Random(7), 0
    for original, size in reversed(threads):
        number += 1
        root, date = number, _SINCE + (_UNTIL - _SINCE) * original // posts
        copy = Forward(from_id=CHANNEL, saved_from=CHANNEL, saved_from_msg_id=original, date=date)
        yield Message(id=root, date=date, author=CHANNEL, text=words.text(original), forward=copy)
        for place in range(size):
            number += 1
            answered = number - chance.randint(1, place) if place and place % 3 == 0 else root
            yield Message(
                id=number,
                date=date + place * 7,
                author=1 + chance.randrange(_PEOPLE),
                text=words.text(-number),
                reply=Reply(msg_id=answered, top_id=root if answered != root else None),
                thread_id=root,
                media=photo(-number) if number % 50 == 0 else None,
            )


def batched(found, size):
    """Tuples of so many, the last one of the rest."""
    waiting = iter(found)
    return iter(lambda: tuple(islice(waiting, size)), ())


async def write(store, chat, found, save):
    """Save messages of a chat, newest first, some pages at a time."""
    lease = await store.acquire(f"chat:{chat.id}", owner_name())
    await store.save_chat(lease, chat, [])
    waiting = batched(found, _PER_PAGE)

    async def lane() -> None:
        for messages in waiting:
            people = {one.author for one in messages if one.author and one.author > 0}
            page = Page(
                chat_id=chat.id,
                lo=messages[-1].id,
                hi=messages[0].id,
                messages=messages,
                peers=tuple(
                    Peer(id=one, kind=PeerKind.USER, name=f"Reader {one}") for one in people
                ),
            )
            await save(lease, page)

    await asyncio.gather(*(lane() for _ in range(_IN_FLIGHT)))
    await store.release(lease)


async def fetch(store, keys):
    """These files are stored."""
    lease = await store.acquire(f"chat:{CHANNEL}", owner_name())
    for some in batched(keys, 64):
        await asyncio.gather(
            *(
                store.file_stored(
                    lease,
                    Stored(
                        key=key,
                        sha256=f"{number:064x}",
                        size=180_000,
                        mime="image/jpeg",
                        extension=".jpg",
                    ),
                )
                for number, key in ((int(key.rpartition("/")[2]), key) for key in some)
            )
        )
    await store.release(lease)


async def build(folder: Path, messages: int) -> dict[str, float]:
    """Write the archive; the seconds it took, and what there is to ask for."""
    comments = messages * 3 // 10
    posts = messages - comments - comments // (_USUAL + 1)
    words = Words()
    async with open_archive(LocalFiles(), folder) as store:
        began = time.perf_counter()
        channel = Chat(
            id=CHANNEL, kind=PeerKind.CHANNEL, title="Volume", username=NAME, linked_chat_id=GROUP
        )
        found = (post(number, posts, words) for number in range(posts, 0, -1))
        await write(store, channel, found, store.save_page)
        group = Chat(id=GROUP, kind=PeerKind.SUPERGROUP, title="Talk", linked_chat_id=CHANNEL)
        talk = list(discussion(comments, posts, words))
        await write(store, group, reversed(talk), store.save_page)
        fresh = range(max(posts - _FRESH, 1), posts + 1)
        media = (post(number, posts, words).media for number in fresh)
        await fetch(store, [one.file for one in media if isinstance(one, Photo)])
        seconds = time.perf_counter() - began
    return {
        "posts": posts,
        "stored": posts + len(talk),
        "write_s": seconds,
        "long_thread": posts - (posts + 1) % 2 - 2,
    }


async def follow(folder: Path) -> dict[str, float]:
    """Let the search follow; the seconds it took."""
    async with open_archive(LocalFiles(), folder) as store:
        began = time.perf_counter()
        while await store.index_more(500):
            pass
        return {"index_s": time.perf_counter() - began}


def main() -> None:
    job = json.load(sys.stdin)
    folder = Path(job["archive"])
    found = asyncio.run(build(folder, job["messages"]))
    print(json.dumps(found | asyncio.run(follow(folder))))


if __name__ == "__main__":
    main()
