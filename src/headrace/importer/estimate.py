"""Estimates of files and bytes: what Telegram counts, times what a sample of it weighs."""

from __future__ import annotations

import asyncio
import math
import statistics
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Protocol

from headrace.model.chat import Chat
from headrace.model.download import FileKind, MediaPolicy, Protection, Tallies
from headrace.model.estimate import (
    COUNTED,
    KindEstimate,
    MediaEstimate,
    Room,
    Sample,
    TooMuch,
    Weighed,
)
from headrace.model.plan import ImportOptions

#: Above so many bytes somebody is asked first (decimal, as disks are sold).
MUCH = 20_000_000_000
#: Half the width of the interval that holds 95 of 100 means, in standard errors.
_Z = 1.96
#: What a file of a kind may weigh at most: photos are made small by Telegram itself, all else
#: may have the 4 GB that premium accounts send.
_LARGEST = {FileKind.PHOTO: 5_000_000}
_LARGEST_OF_ALL = 4_194_304_000
#: Bytes of a file of which nothing but its kind is known.
_GUESS = 5_000_000
#: The same by kind, to begin with, where none was seen and nobody is asked.
_USUAL = {
    FileKind.PHOTO: 150_000,
    FileKind.VIDEO: 10_000_000,
    FileKind.ROUND_VIDEO: 3_000_000,
    FileKind.VOICE: 200_000,
    FileKind.ANIMATION: 1_000_000,
}
#: Sizes in one answer.
_PAGE = 100
#: Places where samples are taken besides the newest: the middle and the oldest.
_PLACES = (0.5, 1.0)


class Counters(Protocol):
    """A source that can count files without reading messages."""

    async def count_media(self, chat: Chat) -> dict[FileKind, int]:
        """How many messages have a file of each kind; one request."""

    async def count_messages(self, chat: Chat) -> int:
        """How many messages there are; one request."""

    async def sample_media(
        self, chat: Chat, kind: FileKind, *, skip: int, since: int | None, until: int | None
    ) -> Sample:
        """Sizes of up to 100 files of a kind behind the ``skip`` newest; one request.

        Those of messages posted in [since, until) only, which it counts too.
        """


def bound_of(counts: Mapping[FileKind, int], policy: MediaPolicy) -> int:
    """More bytes than files in such numbers can have."""
    total = 0
    for kind, count in counts.items():
        if kind in policy.kinds:
            largest = _LARGEST.get(kind, _LARGEST_OF_ALL)
            total += count * min(largest, policy.max_size or largest)
    return total


def estimate_kind(
    count: int, sizes: Sequence[int], policy: MediaPolicy, stored: Tallies, share: float = 1.0
) -> KindEstimate:
    """What a sample of sizes says of ``count`` files of a kind, less what is stored.

    ``share``: which part of the chat is wanted, where that is a number of posts.
    """
    if not count:
        return KindEstimate()
    largest = policy.max_size
    if not sizes:
        # Nothing could be read: no more than a guess, and said so by its error.
        total = round(count * min(_GUESS, largest or _GUESS) * share)
        return KindEstimate(files=round(count * share), bytes=total, error=total)
    kept = [size if largest is None or size <= largest else 0 for size in sizes[:count]]
    wanted = sum(1 for size in kept if size or largest is None) / len(kept)
    return KindEstimate(
        files=max(round(count * wanted * share) - stored.stored, 0),
        bytes=max(round(statistics.fmean(kept) * count * share) - stored.bytes, 0),
        error=round(_error(kept, count) * share),
        sampled=len(kept),
    )


def _error(kept: list[int], count: int) -> float:
    """Of the sum, by the spread of the sample; none where everything was seen."""
    if len(kept) >= count:
        return 0.0
    if len(kept) == 1:
        return float(kept[0] * count)
    unseen = math.sqrt(1 - len(kept) / count)
    return _Z * statistics.stdev(kept) / math.sqrt(len(kept)) * unseen * count


async def estimate_media(
    source: Counters,
    chat: Chat,
    options: ImportOptions,
    stored: Mapping[FileKind, Tallies],
    counts: Mapping[FileKind, int],
    *,
    share: float = 1.0,
) -> MediaEstimate:
    """Up to three requests for each kind that is there and wanted, side by side."""
    policy = options.media
    kinds = [k for k in COUNTED if counts.get(k) and k in policy.kinds and _may(chat, policy)]
    found = await asyncio.gather(
        *(_samples(source, chat, kind, counts[kind], options) for kind in kinds)
    )
    estimates = {
        kind: estimate_kind(count, sizes, policy, stored.get(kind, Tallies()), share)
        for kind, (count, sizes) in zip(kinds, found, strict=True)
    }
    return MediaEstimate(kinds=estimates)


def share_of(options: ImportOptions, messages: int) -> float:
    """Which part of so many messages the newest N posts are, at most."""
    return 1.0 if options.limit is None else min(options.limit / max(messages, 1), 1.0)


def _may(chat: Chat, policy: MediaPolicy) -> bool:
    """Where the owner restricts saving, files stay where they are, unless told otherwise."""
    return not chat.noforwards or policy.of(chat).protected == Protection.ALL


async def _samples(
    source: Counters, chat: Chat, kind: FileKind, count: int, options: ImportOptions
) -> tuple[int, list[int]]:
    """How many files of a kind there are in the range, and sizes of some."""

    async def sample(skip: int) -> Sample:
        return await source.sample_media(
            chat, kind, skip=skip, since=options.since, until=options.until
        )

    first = await sample(0)
    # By date there may be fewer than the chat has.
    count = count if first.count is None else first.count
    skips = sorted({round((count - _PAGE) * place) for place in _PLACES})
    # Two that overlap would count some files twice.
    apart = [skip for skip in skips if skip >= _PAGE]
    others = await asyncio.gather(*(sample(skip) for skip in apart))
    return count, [size for one in (first, *others) for size in one.sizes]


async def weigh(
    source: Counters,
    chat: Chat,
    options: ImportOptions,
    counts: Mapping[FileKind, int],
    stored: Callable[[], Awaitable[Mapping[FileKind, Tallies]]],
    room: Room,
) -> Weighed:
    """Whether somebody is to be asked before so many bytes are fetched.

    Nobody is asked for anything where so many files cannot be too much, whatever they are;
    ``stored``, what is stored already, is not counted then.
    """
    least = min(MUCH, room.free)
    if bound_of(counts, options.media) <= least:
        return Weighed()
    messages = 0 if options.limit is None else await source.count_messages(chat)
    share = share_of(options, messages)
    found = await estimate_media(source, chat, options, await stored(), counts, share=share)
    if found.bytes <= least:
        return Weighed(estimate=found)
    question = TooMuch(estimate=found, room=room, is_over_the_disk=found.bytes > room.free)
    return Weighed(estimate=found, question=question)


def wanted_at_all(
    chat: Chat,
    counts: Mapping[FileKind, int],
    policy: MediaPolicy,
    estimate: MediaEstimate | None = None,
) -> tuple[int, int]:
    """About how many files of the whole chat a policy lets through, and bytes; stored ones, too.

    ``estimate``: what is known of their sizes, if anything was asked.
    """
    if not _may(chat, policy):
        return 0, 0
    seen = estimate.kinds if estimate else {}
    files = size = 0
    for kind in policy.kinds & counts.keys():
        one = seen.get(kind, KindEstimate())
        each = one.bytes / one.files if one.files else _USUAL.get(kind, _GUESS)
        files += counts[kind]
        size += round(counts[kind] * min(each, policy.max_size or each))
    return files, size
