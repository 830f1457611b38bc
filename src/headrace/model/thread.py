"""Threads: the comments of a post, as Telegram counts them and as they are stored."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

import msgspec

from headrace.model.values import PeerId, Value

#: No message id is larger.
NEWEST = 2**31 - 1


class NoThread(Exception):
    """A post has no comments of its own: a word between readers, that no person gets to see."""


class Missing(StrEnum):
    """Why comments that Telegram counts are not stored."""

    #: It counts them and shows them to nobody any more.
    DELETED = "deleted"
    #: The copy of the post in the group was deleted, and with it the way to them.
    ROOT_DELETED = "root_deleted"
    #: The account may not read the group, and the channel does not show them either.
    FORBIDDEN = "forbidden"
    #: More than the limit that the user has set.
    LIMIT = "limit"
    #: Something of them could not be read by this version.
    FAILED = "failed"


#: What another run may find otherwise.
_TRY_AGAIN = (Missing.FORBIDDEN, Missing.FAILED, Missing.LIMIT)


class ThreadRead(NamedTuple):
    """How the comments of one post were asked for by themselves."""

    #: What Telegram counted then.
    expected: int
    #: How many of them it did not give.
    missing: int
    #: A value of ``Missing``, or nothing where none is missing.
    reason: str

    @property
    def has_failed(self) -> bool:
        """They may be there, and could not be had."""
        return self.reason in (Missing.FORBIDDEN, Missing.FAILED)


class Stretch(NamedTuple):
    """A part of the comments of a post: from one id in the group to another."""

    channel_id: PeerId
    post_id: int
    lo: int
    hi: int


class Thread(Value, frozen=True, kw_only=True):
    """A post with comments; an album is one."""

    post: int
    #: The discussion group, 0 where nobody says.
    group: PeerId
    #: What Telegram counts; comments that were deleted in the archive's time are not in it.
    expected: int = 0
    stored: int = 0
    #: The ids of the newest comment that Telegram tells of, and of the newest that was read.
    newest: int = 0
    known: int = 0
    read: ThreadRead | None = None

    @property
    def is_behind(self) -> bool:
        """There are newer comments than were read, though deletions may have hidden it in counts.

        Only of a thread that was read by itself, or of which something is stored.
        """
        is_gone = self.read is not None and self.read.reason == Missing.ROOT_DELETED
        return 0 < self.known < self.newest and not is_gone

    @property
    def hole(self) -> int:
        """How many comments may still be had: counted, not stored, and not known to be lost."""
        lacking = max(self.expected - self.stored, 0)
        if self.read is None or self.read.reason in _TRY_AGAIN:
            return lacking
        if self.read.reason == Missing.ROOT_DELETED:
            return 0 if self.read.expected == self.expected else lacking
        return max(lacking - self.read.missing, 0)

    @property
    def missing(self) -> dict[str, int]:
        """Comments that are counted and not stored, by reason."""
        gap = max(self.expected - self.stored, 0)
        known = gap - self.hole
        found = {}
        if self.read is not None and self.read.reason:
            if self.read.reason in _TRY_AGAIN:
                return {self.read.reason: gap} if gap else {}
            found = {self.read.reason: known} if known else {}
        return found | ({"not_read": self.hole} if self.hole else {})

    def joined(self, other: Thread) -> Thread:
        """The same with another post of the album."""
        first, second = (self, other) if self.expected >= other.expected else (other, self)
        return msgspec.structs.replace(
            first,
            group=first.group or second.group,
            stored=first.stored + second.stored,
            newest=max(first.newest, second.newest),
            known=max(first.known, second.known),
            read=first.read or second.read,
        )
