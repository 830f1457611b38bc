"""Plans: what an import is asked for, what it will do, and what it did."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import msgspec

from headrace.model.chat import Chat, Probe
from headrace.model.coverage import HISTORY, Failure, IdRange
from headrace.model.download import MediaPolicy
from headrace.model.refresh import Refresh
from headrace.model.values import Timestamp, Value


class Pace(StrEnum):
    """How hard Telegram is pressed before a limit is known."""

    GENTLE = "gentle"
    NORMAL = "normal"
    FAST = "fast"


class ImportOptions(Value, frozen=True, kw_only=True):
    """What the user asked for."""

    #: The newest N posts; an album counts as one and is never cut.
    limit: int | None = None
    #: Inclusive.
    since: Timestamp | None = None
    #: Exclusive.
    until: Timestamp | None = None
    pace: Pace = Pace.NORMAL
    media: MediaPolicy = MediaPolicy()
    #: Comments are read with the posts.
    comments: bool = True
    #: The newest N comments of each post.
    comments_limit: int | None = None
    #: Keep all messages of the discussion group, not only the comments.
    whole_group: bool = False
    #: Which stored messages are looked at again.
    refresh: Refresh = Refresh()
    #: Only what was posted after the newest id that was ever read; older holes stay.
    only_new: bool = False


class ImportPlan(Value, frozen=True, kw_only=True):
    """The ranges still to be read and how many lanes read them."""

    chat: Chat
    probe: Probe
    ranges: tuple[IdRange, ...]
    #: Ids that failed before and are asked for again, by id.
    retries: tuple[Failure, ...] = ()
    lanes: int = 1
    #: Expected messages in the ranges, by the chat's own density.
    messages: int = 0
    #: Expected history requests.
    requests: int = 0


class Lane(msgspec.Struct, kw_only=True):
    """A range being read from ``hi`` downward; ids below ``cursor`` down to ``lo`` are left.

    The one mutable noun: another lane may take the lower part by raising ``lo``
    while a page is on its way.
    """

    chat_id: int
    scope: str = HISTORY
    lo: int
    hi: int
    #: The next page holds ids below this.
    cursor: int

    @property
    def done(self) -> bool:
        """Nothing is left to read."""
        return self.cursor <= self.lo


class ImportReport(Value, frozen=True, kw_only=True, omit_defaults=False):
    """How an import ended; printed by ``import --json`` as it is."""

    chat: int
    title: str
    messages: dict[str, int]
    new: int
    edited: int
    deleted: int
    #: Stored messages that were looked at again.
    refreshed: int
    #: ``stored skipped failed absent wanted`` of the chat, their ``bytes``, and how many were
    #: ``fetched`` in this run.
    files: dict[str, int]
    #: Why files were skipped: ``kind too_large date protected``.
    left_out: dict[str, int]
    thumbnails: int
    avatars: int
    albums: int
    #: ``stored expected failed``: of all posts in the archive.
    comments: dict[str, int]
    elapsed_s: float
    requests: dict[str, int]
    complete: bool
    failures: list[dict[str, Any]]


class Reparsed(Value, frozen=True, kw_only=True, omit_defaults=False):
    """How reparsing ended, in messages; printed by ``reparse --json`` as it is."""

    looked_at: int = 0
    #: Of those, better understood now than before.
    made_good: int = 0
    #: Of those, still with something that is not understood.
    left: int = 0

    def __add__(self, other: Reparsed) -> Reparsed:
        return Reparsed(
            looked_at=self.looked_at + other.looked_at,
            made_good=self.made_good + other.made_good,
            left=self.left + other.left,
        )
