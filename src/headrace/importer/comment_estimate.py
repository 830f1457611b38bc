"""What comments would cost: both ways in requests, before anything is read."""

from __future__ import annotations

import math
from collections.abc import Sequence
from contextlib import aclosing, suppress
from typing import Any, Protocol

import msgspec

from headrace.errors import ChatNotFound, ChatPrivate
from headrace.importer.comment_plan import CommentPlan, lacking, plan_comments
from headrace.importer.plan import PAGE_SIZE, plan_import
from headrace.importer.ports import Source
from headrace.model.chat import Chat, Probe
from headrace.model.coverage import HISTORY, Covered, IdRange
from headrace.model.page import Page
from headrace.model.plan import ImportOptions, Lane
from headrace.model.thread import Thread
from headrace.model.values import PeerId


class Known(Protocol):
    """What an archive tells of earlier imports."""

    async def threads(self, channel_id: PeerId) -> list[Thread]: ...

    async def coverage(self, chat_id: PeerId, scope: str, source: str) -> list[Covered]: ...

    async def is_read_by_threads(self, chat_id: PeerId) -> bool: ...

    async def count_open(self, channel_id: PeerId, seen_by: int) -> int: ...


async def estimate_comments(
    source: Source, known: Known | None, chat: Chat, options: ImportOptions, probe: Probe, now: int
) -> dict[str, Any] | None:
    """The part of a plan that is about comments; nothing where there is no group.

    ``comments`` of so many ``posts``; ``scan`` and ``threads`` are requests, ``way`` the cheaper
    of both. Of posts that were not read yet, the newest hundred stand for all.
    """
    group_id = chat.linked_chat_id
    if group_id is None or not options.comments or not probe.count:
        return None
    newest = await _newest(source, chat, probe)
    threads = await known.threads(chat.id) if known else []
    covered = await known.coverage(group_id, HISTORY, source.name) if known else []
    was_read = bool(covered or (known and await known.is_read_by_threads(group_id)))
    stale = await known.count_open(chat.id, now) if known and was_read else 0
    mine = [one for one in threads if one.group == group_id]
    plan = plan_comments(mine, options, stale=stale, whole=options.whole_group)
    if known is None or not await known.coverage(chat.id, HISTORY, source.name):
        plan = _scaled(_sampled(newest), options, probe.count / max(len(newest.messages), 1))
    scan = await _scan_requests(source, chat, group_id, newest, covered)
    is_scanned = scan is not None and plan.may_scan and (plan.whole or scan <= plan.by_threads)
    return {
        "group": group_id,
        "posts": plan.threads,
        "comments": plan.comments,
        "scan": scan,
        "threads": plan.by_threads,
        "way": "scan" if is_scanned and not plan.is_empty else "threads",
    }


async def _newest(source: Source, chat: Chat, probe: Probe) -> Page:
    """The newest page, which the probe has brought along."""
    lane = Lane(chat_id=chat.id, lo=1, hi=probe.top_id, cursor=probe.top_id + 1)
    async with aclosing(source.pages(chat, lane)) as pages:
        async for page in pages:
            return page
    return Page(chat_id=chat.id, lo=1, hi=0)


def _sampled(newest: Page) -> list[Thread]:
    return [
        Thread(post=one.id, group=one.replies.chat or 0, expected=one.replies.count)
        for one in newest.messages
        if one.replies is not None and one.replies.comments and one.replies.count
    ]


def _scaled(threads: Sequence[Thread], options: ImportOptions, share: float) -> CommentPlan:
    plan = plan_comments(threads, options, stale=0, whole=options.whole_group)
    if options.limit is not None:
        share = min(share, max(options.limit / PAGE_SIZE, 1))
    posts = sum(1 for one in threads if lacking(one, options.comments_limit))
    return msgspec.structs.replace(
        plan,
        threads=math.ceil(posts * share),
        comments=math.ceil(plan.comments * share),
        thread_requests=math.ceil(plan.thread_requests * share),
    )


async def _scan_requests(
    source: Source, chat: Chat, group_id: PeerId, newest: Page, covered: Sequence[Covered]
) -> int | None:
    """Requests for one pass over the group; none where it may not be read."""
    post = max((one.id for one in newest.messages), default=0)
    with suppress(ChatPrivate, ChatNotFound):
        group, _ = await source.discussion_group(chat, group_id, post)
        probe = await source.probe(group)
        whole = [IdRange(lo=1, hi=probe.top_id)] if probe.top_id else []
        return plan_import(group, probe, whole, covered=covered).requests
    return None
