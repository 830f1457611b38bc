"""What comments would cost: both ways in requests, before anything is read."""

from __future__ import annotations

import math
from collections.abc import Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass
from typing import Any

import msgspec

from headrace.errors import ChatNotFound, ChatPrivate
from headrace.importer.comment_plan import CommentPlan, commented_span, plan_comments
from headrace.importer.plan import expected_messages, plan_import
from headrace.importer.ports import Source, Store
from headrace.importer.post_sample import PostSample, newest_page, newest_posts, sample_posts
from headrace.model.coverage import HISTORY, Covered, IdRange, contains, subtract, without
from headrace.model.plan import ImportOptions, ImportPlan
from headrace.model.thread import NoThread, Thread
from headrace.model.values import PeerId, PeerKind

#: Posts that are asked for their copy before the whole group is taken.
_TRIES = 3


async def estimate_comments(
    source: Source,
    known: Store | None,
    plan: ImportPlan,
    span: IdRange | None,
    options: ImportOptions,
    now: int,
) -> dict[str, Any] | None:
    """The part of a plan that is about comments; nothing where there is no group.

    ``span``: the ids that are wanted by date, of which ``plan`` would read some. The
    ``comments`` of so many ``posts``; ``scan`` and ``threads`` are requests, ``way`` the cheaper
    of both, ``requests`` what it takes: for all ``groups`` together, and for each. Of posts that
    were not read yet, a sample stands for all. It asks six pages of posts at most, of which a
    look ahead may have brought the newest, one position for a limit, and three requests for each
    group of which there is something to read (two more where copies of posts are gone).
    """
    if plan.chat.kind is not PeerKind.CHANNEL or not options.comments or not plan.probe.count:
        return None
    return await _Estimate(source, known, plan, options, now).told(span)


@dataclass(frozen=True)
class _Estimate:
    source: Source
    known: Store | None
    plan: ImportPlan
    options: ImportOptions
    now: int

    async def told(self, by_date: IdRange | None) -> dict[str, Any] | None:
        chat = self.plan.chat
        wanted, sample = await self._sampled(by_date)
        span = commented_span(self.options, wanted)
        threads = await self._known_threads(span, sample.ranges)
        found = [one for _, page in sample.threads() for one in page]
        groups = {one.group for one in (*threads, *found) if one.group}
        if chat.linked_chat_id and (self.options.whole_group or not groups):
            groups.add(chat.linked_chat_id)
        each = [await self._group(one, threads, sample, span) for one in sorted(groups)]
        return _summed(each) if each else None

    async def _sampled(self, by_date: IdRange | None) -> tuple[list[IdRange], PostSample]:
        """What is wanted, and a sample of what of it was not read."""
        if by_date is None:
            return [], PostSample([], 0)
        source, plan, limit = self.source, self.plan, self.options.limit
        newest = None
        if limit is not None:
            newest = await newest_page(source, plan.chat, by_date)
            lo = await newest_posts(source, plan.chat, newest, by_date, limit)
            by_date = IdRange(lo=lo, hi=by_date.hi)
        others = subtract([IdRange(lo=1, hi=plan.probe.top_id)], plan.ranges)
        ranges = subtract([by_date], others)
        covered = await self._covered(plan.chat.id)
        sample = PostSample(ranges, expected_messages(plan.probe, ranges, covered))
        if newest is not None:
            sample.add(newest)
        await sample_posts(source, plan.chat, sample)
        return [by_date], sample

    async def _known_threads(self, span: IdRange, unread: Sequence[IdRange]) -> list[Thread]:
        """Those wanted that the archive has; what is to be read is in the sample."""
        found = await self.known.threads(self.plan.chat.id) if self.known else []
        return [
            one
            for one in found
            if span.lo <= one.post <= span.hi and not contains(unread, one.post)
        ]

    async def _group(
        self, group_id: PeerId, threads: Sequence[Thread], sample: PostSample, span: IdRange
    ) -> dict[str, Any]:
        plan = await self._planned(group_id, threads, sample)
        posts = sample.open_posts(group_id)
        if self.known:
            stored = await self.known.oldest_open(self.plan.chat.id, group_id, span, _TRIES)
            posts = sorted({*posts, *stored})
        scan = 0 if plan.is_empty else await self._scan_requests(group_id, plan, posts)
        is_scanned = scan is not None and plan.is_scanned(scan)
        return {
            "group": group_id,
            "posts": plan.threads,
            "comments": plan.comments,
            "scan": scan,
            "threads": plan.by_threads,
            "way": "scan" if is_scanned else "threads",
            "requests": scan if is_scanned else plan.by_threads,
        }

    async def _planned(
        self, group_id: PeerId, threads: Sequence[Thread], sample: PostSample
    ) -> CommentPlan:
        """The costs of one group: those known, and what the sample says of the rest."""
        known, name = self.known, self.source.name
        begun, whole = False, self.options.whole_group
        if known:
            begun = bool(await known.claims(group_id, HISTORY))
            was_read = bool(await known.coverage(group_id, HISTORY, name))
            whole = whole or (was_read and not await known.is_sifted(group_id))
        mine = [one for one in threads if one.group == group_id]
        stale = await self._stale_posts(group_id)
        plan = plan_comments(mine, self.options, stale=stale, is_begun=begun, whole=whole)
        posts = comments = requests = 0.0
        for weight, page in sample.threads():
            found = [one for one in page if one.group == group_id]
            seen = plan_comments(found, self.options, stale=0)
            posts += weight * seen.threads
            comments += weight * seen.comments
            requests += weight * seen.thread_requests
        return msgspec.structs.replace(
            plan,
            threads=plan.threads + math.ceil(posts),
            comments=plan.comments + math.ceil(comments),
            thread_requests=plan.thread_requests + math.ceil(requests),
        )

    async def _stale_posts(self, group_id: PeerId) -> int:
        """Older posts whose counts may have moved, without those that an import looks at anyway."""
        known, chat, policy = self.known, self.plan.chat, self.options.refresh
        if known is None or group_id != chat.linked_chat_id:
            return 0
        followed = bool(await self._covered(group_id))
        if not followed and not await known.is_read_by_threads(group_id):
            return 0
        stale = set(await known.stale_open(chat.id, self.now))
        if not policy.is_off:
            young = known.unseen(chat.id, self.now, policy.since(self.now))
            async with aclosing(young) as batches:
                async for batch in batches:
                    stale.difference_update(batch)
        # Where the group is followed by its ledger, a look at what is new in it is always due.
        return max(len(stale), int(followed))

    async def _scan_requests(
        self, group_id: PeerId, plan: CommentPlan, posts: Sequence[int]
    ) -> int | None:
        """Requests for one pass over the group; none where it may not be read."""
        source, channel = self.source, self.plan.chat
        with suppress(ChatPrivate, ChatNotFound):
            floor = await self._floor(plan, posts)
            group, _ = await source.discussion_group(channel, group_id, max(posts, default=0))
            if group.kind is PeerKind.CHANNEL or group.id != group_id:
                return None
            probe = await source.probe(group)
            wanted = [IdRange(lo=floor, hi=probe.top_id)] if floor <= probe.top_id else []
            covered = await self._covered(group_id)
            failures = await self.known.failures(group_id, HISTORY) if self.known else []
            if plan.whole and self.known:
                covered = without(covered, await self.known.left_out_span(group_id))
            return plan_import(group, probe, wanted, covered=covered, failures=failures).requests
        return None

    async def _floor(self, plan: CommentPlan, posts: Sequence[int]) -> int:
        """The copy of the oldest post: an import reads nothing of the group below it."""
        channel = self.plan.chat
        if plan.whole:
            return 1
        for post in posts[:_TRIES]:
            if self.known and (root := await self.known.root_of(channel.id, post)):
                return root
            if plan.by_threads <= 1:
                return 1
            with suppress(NoThread):
                return await self.source.root_of(channel, post)
        return 1

    async def _covered(self, chat_id: PeerId) -> list[Covered]:
        if self.known is None:
            return []
        return await self.known.coverage(chat_id, HISTORY, self.source.name)


def _summed(groups: list[dict[str, Any]]) -> dict[str, Any]:
    """All groups as one: ``way`` is ``both`` where they differ in it."""
    names = ("posts", "comments", "threads", "requests")
    scans = [one["scan"] for one in groups if one["scan"] is not None]
    ways = {one["way"] for one in groups if one["requests"]} or {"threads"}
    return {name: sum(one[name] for one in groups) for name in names} | {
        "scan": sum(scans) if scans else None,
        "way": ways.pop() if len(ways) == 1 else "both",
        "groups": groups,
    }
