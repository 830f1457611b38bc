"""What an archive holds of a chat, and the proof of it by the ledger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple, Protocol

from headrace.model.chat import Chat
from headrace.model.coverage import (
    DESKTOP,
    HISTORY,
    TELEGRAM,
    Covered,
    Failure,
    IdRange,
    subtract,
)
from headrace.model.proof import Holdings, Verdict
from headrace.model.thread import Thread
from headrace.model.values import PeerId, PeerKind


class Ledger(Protocol):
    """What the proof reads; nothing is written."""

    async def chats(self) -> list[Chat]: ...

    async def coverage(self, chat_id: int, scope: str, source: str) -> list[Covered]: ...

    async def failures(self, chat_id: int, scope: str, source: str) -> list[Failure]: ...

    async def histories(
        self, chat_ids: Collection[int], source: str
    ) -> dict[int, tuple[list[Covered], list[Failure]]]: ...

    async def verify_ledger(self, chat_id: int, scope: str, source: str) -> list[Verdict]: ...

    async def holdings(self, chat: Chat) -> Holdings: ...

    async def threads(self, channel_id: int) -> list[Thread]: ...

    async def count_before_linking(self, channel_id: int) -> int: ...

    async def discussion_of(self, group_id: int) -> int | None: ...

    async def is_read_by_threads(self, chat_id: int) -> bool: ...


async def status_of(ledger: Ledger, chat: Chat) -> dict[str, Any]:
    """The status of one chat, as ``status --json`` prints it.

    ``complete``: from id 1 to the newest id that was ever read, every id is stored, absent on the
    server or left out on purpose; nothing failed, and the rows still add up to the ledger.
    Only Telegram proves absence: a chat known from exports alone is never complete. A discussion
    group has to be whole only where it was read: from the oldest wanted post on, or thread by
    thread.
    """
    telegram = await _read(ledger, chat, TELEGRAM)
    exports = await _read(ledger, chat, DESKTOP)
    held = await ledger.holdings(chat)
    found = await _told(ledger, chat, telegram, exports, held.only_exported)
    found |= {
        "posts_count": held.posts,
        "comments_count": held.comments,
        "albums_count": held.albums,
    }
    if chat.kind == PeerKind.CHANNEL:
        before = await ledger.count_before_linking(chat.id)
        found |= talk_of(await ledger.threads(chat.id), before)
    return found


async def glances_of(ledger: Ledger, chats: Sequence[Chat]) -> dict[PeerId, dict[str, Any]]:
    """The same as the ledger tells it: nothing is counted but what came from exports.

    ``posts_count``, ``comments_count`` and ``albums_count`` are missing, and what has been
    damaged since it was read is not found.
    """
    telegram, exports = await _histories(ledger, [chat.id for chat in chats])
    found = {}
    for chat in chats:
        beside = exports[chat.id]
        alone = (await ledger.holdings(chat)).only_exported if beside.covered else 0
        found[chat.id] = await _told(ledger, chat, telegram[chat.id], beside, alone)
    return found


async def failures_of(
    ledger: Ledger, chat_ids: Sequence[PeerId]
) -> dict[PeerId, list[dict[str, Any]]]:
    """What could not be read of chats, or could not be kept; as in their statuses."""
    telegram, exports = await _histories(ledger, chat_ids)
    return {
        one: [_failure(failure) for failure in _failures(telegram[one], exports[one])]
        for one in chat_ids
    }


async def _told(
    ledger: Ledger, chat: Chat, telegram: _Read, exports: _Read, only_exported: int
) -> dict[str, Any]:
    """What follows from the ledger, and from the verdicts on it."""
    unread = subtract(_up_to_the_newest(telegram, exports), _ranges(telegram) + _ranges(exports))
    is_channel = chat.kind == PeerKind.CHANNEL
    discussed = None if is_channel else await ledger.discussion_of(chat.id)
    by_threads = discussed is not None and await ledger.is_read_by_threads(chat.id)
    if discussed is not None and telegram.covered:
        unread = [one for one in unread if one.hi > telegram.covered[0].lo]
    failures = _failures(telegram, exports)
    damaged = [v for v in telegram.verdicts + exports.verdicts if not v.is_whole]
    found: dict[str, Any] = {
        **_facts(chat),
        "discussion_of": discussed,
        "complete": bool(telegram.covered or by_threads) and not (unread or failures or damaged),
        "ids": _ids(telegram, exports, unread, only_exported),
        "only_exported": only_exported,
        "source": DESKTOP if exports.covered and not telegram.covered else TELEGRAM,
        "unread": [[r.lo, r.hi] for r in unread],
        "failures": [_failure(f) for f in failures],
        "damaged": [[v.lo, v.hi] for v in damaged],
    }
    return found | {"summary": sentence(found)}


def _facts(chat: Chat) -> dict[str, Any]:
    """What Telegram says of a chat."""
    return {
        "id": chat.id,
        "kind": chat.kind,
        "title": chat.title,
        "username": chat.username or None,
        "description": chat.description or None,
        "created": chat.created,
        "subscribers": chat.subscribers,
        "discussion_group_id": chat.linked_chat_id if chat.kind == PeerKind.CHANNEL else None,
    }


def talk_of(threads: Sequence[Thread], before_linking: int) -> dict[str, Any]:
    """Comments of a channel in sum, and each post of which some are missing.

    ``before_linking``: so many posts are from before there was a discussion group.
    """
    missing: Counter[str] = Counter()
    for one in threads:
        missing.update(one.missing)
    return {
        "comments": {
            "stored": sum(one.stored for one in threads),
            "expected": sum(max(one.stored, one.expected) for one in threads),
            "missing": dict(sorted(missing.items())),
            "before_linking": before_linking,
        },
        "threads": [thread_of(one) for one in threads if one.missing],
    }


def thread_of(thread: Thread) -> dict[str, Any]:
    """The comments of one post."""
    found = {
        "post": thread.post,
        "group": thread.group,
        "stored": thread.stored,
        "expected": max(thread.stored, thread.expected),
    }
    return found | ({"missing": thread.missing} if thread.missing else {})


class _Read(NamedTuple):
    """What one source brought of a chat."""

    covered: list[Covered]
    failures: list[Failure]
    verdicts: list[Verdict]


async def _read(ledger: Ledger, chat: Chat, source: str) -> _Read:
    return _Read(
        await ledger.coverage(chat.id, HISTORY, source),
        await ledger.failures(chat.id, HISTORY, source),
        await ledger.verify_ledger(chat.id, HISTORY, source),
    )


async def _histories(
    ledger: Ledger, chat_ids: Sequence[PeerId]
) -> tuple[dict[PeerId, _Read], dict[PeerId, _Read]]:
    """What Telegram and exports brought of chats, without verdicts."""
    telegram = await ledger.histories(chat_ids, TELEGRAM)
    exports = await ledger.histories(chat_ids, DESKTOP)
    return (
        {one: _Read(*read, []) for one, read in telegram.items()},
        {one: _Read(*read, []) for one, read in exports.items()},
    )


def _failures(telegram: _Read, exports: _Read) -> list[Failure]:
    """Of Telegram's, and those of exports that Telegram has not made good."""
    return telegram.failures + _beyond(exports.failures, _ranges(telegram))


def _ranges(read: _Read) -> list[IdRange]:
    return [IdRange(lo=c.lo, hi=c.hi) for c in read.covered]


def _up_to_the_newest(*sources: _Read) -> list[IdRange]:
    """All ids up to the newest that was ever read; those of a migrated group lie below 1."""
    top = max((c.hi for read in sources for c in read.covered), default=0)
    return [IdRange(lo=1, hi=top)] if top > 0 else []


def _ids(
    telegram: _Read, exports: _Read, unread: list[IdRange], only_exported: int
) -> dict[str, int]:
    """Where each id up to the newest is.

    An export covers what it contains, so that what it covers and Telegram did not is stored
    or failed; what only it has shown of the rest is no longer on the server.
    """
    span = _up_to_the_newest(telegram, exports)
    beside = subtract(_ranges(exports), _ranges(telegram))
    older = sum(map(len, subtract(beside, span)))
    failed_beside = _within(exports.failures, beside)
    # Telegram could not give them, and an export could.
    rescued = _within(telegram.failures, subtract(_ranges(exports), _lost(exports.failures)))
    off_server = only_exported - rescued - (sum(map(len, beside)) - failed_beside)
    failed = sum(map(len, _lost(telegram.failures)))
    stored = sum(c.stored for c in telegram.covered)
    left_out = sum(c.left_out for c in telegram.covered)
    ids = sum(map(len, _ranges(telegram)))
    return {
        "top": span[0].hi if span else 0,
        "stored": stored + only_exported - older,
        "absent": max(ids - stored - left_out - failed - max(off_server, 0), 0),
        "left_out": left_out,
        "failed": failed - rescued + failed_beside,
        "unread": sum(map(len, unread)),
    }


def _within(failures: list[Failure], ranges: list[IdRange]) -> int:
    """How many of the failed ids lie in the ranges."""
    lost = _lost(failures)
    return sum(map(len, lost)) - sum(map(len, subtract(lost, ranges)))


def _beyond(failures: list[Failure], ranges: list[IdRange]) -> list[Failure]:
    """Failures of ids that no range has."""
    return [f for f in failures if subtract([IdRange(lo=f.lo, hi=f.hi)], ranges)]


def _lost(failures: list[Failure]) -> list[IdRange]:
    return [IdRange(lo=f.lo, hi=f.hi) for f in failures]


def sentence(status: dict[str, Any]) -> str:
    """Completeness as a sentence: what of the ids is where."""
    ids = status["ids"]
    if status["source"] == DESKTOP:
        failed = f", {ids['failed']:,} of it could not be read" if ids["failed"] else ""
        return (
            f"from an export: {status['only_exported']:,} messages{failed}; "
            "what is missing in it cannot be known"
        )
    if not ids["top"]:
        return "read post by post" if status["complete"] else "nothing read yet"
    known = ids["stored"] + ids["absent"] + ids["left_out"]
    stored = f"{ids['stored']:,} stored"
    if status["only_exported"]:
        stored += f" ({status['only_exported']:,} from an export alone)"
    parts = [stored, f"{ids['absent']:,} deleted or never there"]
    parts += [f"{ids[key]:,} {key.replace('_', ' ')}" for key in ("left_out",) if ids[key]]
    parts += [f"{ids['failed']:,} failed", f"{ids['unread']:,} not read yet"]
    if status["damaged"]:
        parts.append(f"{len(status['damaged'])} ranges do not add up")
    return f"{known:,} of {ids['top']:,} ids accounted for: " + ", ".join(parts)


def _failure(failure: Failure) -> dict[str, Any]:
    return {
        "lo": failure.lo,
        "hi": failure.hi,
        "reason": failure.reason,
        "detail": failure.detail,
    }
