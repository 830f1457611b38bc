"""Estimates: how many files a chat has, and how many bytes, before any of them is fetched."""

from __future__ import annotations

import math
from typing import Protocol

from headrace.model.download import FileKind
from headrace.model.values import Value

#: What Telegram counts for a chat; of other kinds nothing is known before the messages are read.
COUNTED = (
    FileKind.PHOTO,
    FileKind.VIDEO,
    FileKind.ROUND_VIDEO,
    FileKind.VOICE,
    FileKind.AUDIO,
    FileKind.ANIMATION,
    FileKind.FILE,
)


class Sample(Value, frozen=True, kw_only=True):
    """Sizes of some of a chat's files of one kind, in bytes, and how many messages have such."""

    #: None where the answer could not be read.
    count: int | None
    sizes: tuple[int, ...] = ()


class KindEstimate(Value, frozen=True, kw_only=True, omit_defaults=False):
    """Files of one kind that are still to be fetched."""

    files: int = 0
    bytes: int = 0
    #: Bytes by which it may be off, either way, in 95 of 100 cases; 0 where all were seen.
    error: int = 0
    #: Files whose size was seen.
    sampled: int = 0


class MediaEstimate(Value, frozen=True, kw_only=True, omit_defaults=False):
    """All kinds that Telegram counts."""

    kinds: dict[FileKind, KindEstimate]

    @property
    def files(self) -> int:
        return sum(one.files for one in self.kinds.values())

    @property
    def bytes(self) -> int:
        return sum(one.bytes for one in self.kinds.values())

    @property
    def error(self) -> int:
        """Of the sum: errors of independent samples add up like the sides of a right angle."""
        return round(math.hypot(*(one.error for one in self.kinds.values())))


class Room(Value, frozen=True, kw_only=True):
    """The disk of an archive, in bytes."""

    #: May be written before the reserve is touched.
    free: int
    reserve: int


class TooMuch(Value, frozen=True, kw_only=True):
    """A wish for more bytes than somebody would want without being asked."""

    estimate: MediaEstimate
    room: Room
    #: It may not fit beside the reserve; else it is only very much.
    is_over_the_disk: bool


class Weighed(Value, frozen=True, kw_only=True):
    """What came of weighing a wish for files."""

    #: None where so many files cannot be too much, whatever they are.
    estimate: MediaEstimate | None = None
    #: None where nobody needs to be asked.
    question: TooMuch | None = None


class Confirm(Protocol):
    """Asks whoever has given the order."""

    async def __call__(self, question: TooMuch) -> bool:
        """Whether to go on."""
