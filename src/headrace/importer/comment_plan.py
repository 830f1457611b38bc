"""Plans for comments: what each of the two ways costs, in requests."""

from __future__ import annotations

import math
from collections.abc import Sequence

from headrace.importer.plan import PAGE_SIZE
from headrace.model.coverage import Covered, IdRange, subtract
from headrace.model.plan import ImportOptions
from headrace.model.thread import NEWEST, Thread
from headrace.model.values import Value


class CommentPlan(Value, frozen=True, kw_only=True):
    """The costs that are known before the group is looked at."""

    #: Posts that are asked for their comments one by one.
    threads: int
    #: Comments that they are asked for.
    comments: int
    #: Requests for them.
    thread_requests: int
    #: Requests to learn on which older posts there are new comments; a pass finds them anyway.
    recount_requests: int
    #: A pass over the group may be made.
    may_scan: bool
    #: It has to be, because all of the group is wanted.
    whole: bool
    #: One was begun, and is carried through, so that an interruption leaves no trace.
    is_begun: bool

    @property
    def by_threads(self) -> int:
        """Requests without a pass over the group."""
        return self.thread_requests + self.recount_requests

    @property
    def is_empty(self) -> bool:
        """Nothing is to be read."""
        return not (self.by_threads or self.whole or self.is_begun)

    def is_scanned(self, requests: int) -> bool:
        """A pass over the group is made, where it takes so many requests."""
        if self.is_empty or not self.may_scan:
            return False
        return self.whole or self.is_begun or requests <= self.by_threads


def plan_comments(
    threads: Sequence[Thread],
    options: ImportOptions,
    *,
    stale: int,
    is_begun: bool = False,
    whole: bool = False,
) -> CommentPlan:
    """Count what the wanted threads cost; ``stale``: older posts whose counts may have moved.

    With a limit for each post, every thread is read by itself: a pass would bring all of it.
    """
    limit = options.comments_limit
    asked = [wanted for one in threads if (wanted := to_ask(one, limit))]
    requests = sum(math.ceil(hole / PAGE_SIZE) for hole in asked)
    recount = math.ceil(stale / PAGE_SIZE)
    return CommentPlan(
        threads=len(asked),
        comments=sum(asked),
        thread_requests=requests,
        recount_requests=recount,
        may_scan=limit is None or whole,
        whole=whole,
        is_begun=is_begun,
    )


def commented_span(options: ImportOptions, wanted: Sequence[IdRange]) -> IdRange:
    """The posts whose comments are wanted: those that were asked for, or else all."""
    if options.limit is options.since is options.until is None:
        return IdRange(lo=1, hi=NEWEST)
    lows, highs = [one.lo for one in wanted], [one.hi for one in wanted]
    return IdRange(lo=min(lows, default=1), hi=max(highs, default=0))


def lacking(thread: Thread, limit: int | None) -> int:
    """How many comments of a thread are missing, with so many wanted of each at most."""
    return thread.hole if limit is None else max(min(thread.hole, limit - thread.stored), 0)


def to_ask(thread: Thread, limit: int | None) -> int:
    """How many are to be asked for by themselves; one where it is only told that there are newer.

    What is told may be deleted by now: nothing need be missing.
    """
    return lacking(thread, limit) or int(thread.is_behind)


def thread_ranges(covered: Sequence[Covered], thread: Thread) -> list[IdRange]:
    """What of a thread is still to be read, the newest first.

    Where its newest comment is known to be above what was read, up to that: it may be deleted by
    now, and is not to be asked for again and again.
    """
    known = [IdRange(lo=one.lo, hi=one.hi) for one in covered]
    top = NEWEST
    if known and thread.newest > known[-1].hi:
        top = thread.newest
    return list(reversed(subtract([IdRange(lo=1, hi=top)], known)))
