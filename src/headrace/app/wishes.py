"""Wishes of the site as orders: with the settings where they say nothing."""

from __future__ import annotations

import time

from headrace.app.archive import find_chat
from headrace.desktop.opening import looks_like_path
from headrace.errors import UsageError
from headrace.jobs.resources import resource_of
from headrace.model.download import MediaPolicy
from headrace.model.job import JobKind, JobRequest
from headrace.model.plan import ImportOptions
from headrace.model.refresh import Refresh, parse_refresh
from headrace.settings import Settings
from headrace.store.store import ArchiveStore
from headrace.telegram.refs import Reference, parse_reference
from headrace.transform.media_policy import parse_kinds, parse_protection
from headrace.transform.moments import parse_moment, parse_size
from headrace.web.wishes import ImportWish

#: No time and no size that means anything is beyond.
_MOST = 2**53


def request_of(settings: Settings, wish: ImportWish, kind: JobKind) -> JobRequest:
    """A wish as a request.

    Raises:
        UsageError: something in it is of no known form.
    """
    if not looks_like_path(wish.channel):
        parse_reference(wish.channel)
    try:
        options = _options(settings, wish)
    except ValueError as error:
        raise UsageError(f"{error}.") from None
    return JobRequest(kind=kind, ref=wish.channel, of_export=wish.chat, options=options)


async def resources_of(store: ArchiveStore, ref: str) -> list[str]:
    """What a job on a channel may hold, likeliest first."""
    if looks_like_path(ref):
        return [f"ref:{ref}"]
    parsed = parse_reference(ref)
    known = await find_chat(store, parsed)
    chats = [*([] if known is None else [known.id]), *parsed.chat_ids]
    return [*map(resource_of, chats), *_by_name(parsed)]


def _by_name(parsed: Reference) -> list[str]:
    if parsed.username:
        return [f"ref:@{parsed.username.lower()}"]
    return [f"ref:+{parsed.invite}"] if parsed.invite else []


def _options(settings: Settings, wish: ImportWish) -> ImportOptions:
    now = time.time()
    since = None if wish.since is None else _bounded(parse_moment(wish.since, now), wish.since)
    until = None if wish.until is None else _bounded(parse_moment(wish.until, now), wish.until)
    if since is not None and until is not None and since >= until:
        raise ValueError(f"since {wish.since} is not before until {wish.until}")
    comments = wish.include_discussion_comments
    return ImportOptions(
        limit=wish.message_limit,
        since=since,
        until=until,
        pace=wish.pace or settings.pace,
        media=_policy(settings, wish).within(since, until),
        comments=settings.comments == "all" if comments is None else comments,
        comments_limit=wish.comments_limit or settings.comments_limit,
        whole_group=settings.whole_group if wish.whole_group is None else wish.whole_group,
        refresh=settings.looks_again if wish.refresh is None else _refresh(wish.refresh),
    )


def _policy(settings: Settings, wish: ImportWish) -> MediaPolicy:
    largest = wish.max_size or settings.max_size
    protection = wish.protected or settings.protected
    return MediaPolicy(
        kinds=parse_kinds(wish.media or settings.media),
        max_size=_bounded(parse_size(largest), largest) if largest else None,
        protected=parse_protection(protection) if protection else None,
    )


def _refresh(text: str) -> Refresh:
    refresh = parse_refresh(text)
    _bounded(refresh.seconds or 0, text)
    return refresh


def _bounded(value: int, text: str) -> int:
    if not -_MOST <= value <= _MOST:
        raise ValueError(f"{text!r} is out of all bounds")
    return value
