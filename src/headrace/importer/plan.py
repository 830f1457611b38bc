"""Plans: from what is wanted and what is covered to the ranges that are still to be read."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from headrace.model.chat import Chat, Probe
from headrace.model.coverage import Covered, Failure, IdRange, subtract
from headrace.model.plan import ImportOptions, ImportPlan, Pace

#: Messages that Telegram gives at most for one request.
PAGE_SIZE = 100

#: Bytes of a file in one answer, and how many such requests are on their way at once.
FILE_PART, FILE_REQUESTS = 1 << 20, 16
#: History requests in flight: one connection at 100 ms round trip carries 8,000 messages/s with 8.
LANES = {Pace.GENTLE: 1, Pace.NORMAL: 4, Pace.FAST: 8}


def plan_import(
    chat: Chat,
    probe: Probe,
    wanted: Iterable[IdRange],
    *,
    covered: Sequence[Covered] = (),
    failures: Sequence[Failure] = (),
    pace: Pace = Pace.NORMAL,
) -> ImportPlan:
    """Plan the import of ``wanted`` less what is covered, newest ranges first.

    An import, a resume and the catching up with new posts are the same plan over another ledger.
    """
    asked = list(wanted)
    ranges = subtract(asked, [IdRange(lo=c.lo, hi=c.hi) for c in covered])
    messages = expected_messages(probe, ranges, covered)
    retries = tuple(f for f in failures if any(w.lo <= f.hi and f.lo <= w.hi for w in asked))
    return ImportPlan(
        chat=chat,
        probe=probe,
        ranges=tuple(reversed(ranges)),
        retries=retries,
        lanes=LANES[pace],
        messages=messages,
        requests=expected_requests(messages, ranges, retries),
    )


def described(plan: ImportPlan, options: ImportOptions) -> dict[str, Any]:
    """A plan as ``plan --json`` prints it."""
    messages = plan.messages if options.limit is None else min(plan.messages, options.limit)
    return {
        "chat": plan.chat.id,
        "title": plan.chat.title,
        "count": plan.probe.count,
        "top": plan.probe.top_id,
        "messages": messages,
        "requests": plan.requests if messages == plan.messages else -(-messages // PAGE_SIZE),
        "lanes": plan.lanes,
        "ranges": [[r.lo, r.hi] for r in plan.ranges],
        "retries": len(plan.retries),
    }


def requests_of(plan: Mapping[str, Any]) -> tuple[int, int]:
    """What a whole plan asks Telegram for: pages of messages, and parts of files."""
    comments = plan["comments"]
    pages = plan["requests"] + (comments["requests"] if comments else 0)
    files = sum(one["files"] for one in plan["files"].values())
    return pages, files + plan["bytes"] // FILE_PART


def travel_seconds(pages: int, parts: int, *, lanes: int, round_trip: float) -> float:
    """How long so many requests take if nothing but the way to Telegram holds them up.

    ``round_trip``: seconds from a request to its answer. Files arrive beside the messages.
    """
    return max(pages / lanes, parts / FILE_REQUESTS) * round_trip


def expected_messages(probe: Probe, ranges: Sequence[IdRange], covered: Sequence[Covered]) -> int:
    """How many messages the ranges hold, by the server's count of what is not stored yet.

    Exact when the ranges are all that is left of the chat; else by the density of that rest.
    """
    in_ranges = sum(map(len, ranges))
    rest = subtract(
        [IdRange(lo=1, hi=probe.top_id)] if probe.top_id else [],
        [IdRange(lo=c.lo, hi=c.hi) for c in covered],
    )
    in_rest = sum(map(len, rest))
    if not in_ranges or not in_rest:
        return 0
    left = max(probe.count - sum(c.stored + c.left_out for c in covered), 0)
    return min(round(left * in_ranges / in_rest), in_ranges)


def expected_requests(messages: int, ranges: Sequence[IdRange], retries: Sequence[Failure]) -> int:
    """History requests: full pages, at least one for each range, and what is asked by id."""
    by_id = sum(f.hi - f.lo + 1 for f in retries)
    return max(math.ceil(messages / PAGE_SIZE), len(ranges)) + math.ceil(by_id / PAGE_SIZE)
