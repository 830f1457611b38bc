"""What an archive holds of a chat, and the proof of it by the ledger."""

from __future__ import annotations

from typing import Any, Protocol

from headrace.model.chat import Chat
from headrace.model.coverage import HISTORY, Covered, Failure, IdRange, subtract
from headrace.model.proof import Holdings, Verdict
from headrace.model.values import PeerKind


class Ledger(Protocol):
    """What the proof reads; nothing is written."""

    async def chats(self) -> list[Chat]: ...

    async def coverage(self, chat_id: int, scope: str, source: str) -> list[Covered]: ...

    async def failures(self, chat_id: int, scope: str) -> list[Failure]: ...

    async def verify_ledger(self, chat_id: int, scope: str, source: str) -> list[Verdict]: ...

    async def holdings(self, chat: Chat) -> Holdings: ...


async def status_of(ledger: Ledger, chat: Chat, source: str = "telegram") -> dict[str, Any]:
    """The status of one chat, as ``status --json`` prints it.

    ``complete``: from id 1 to the newest id that was ever read, every id is stored, absent on the
    server or left out on purpose; nothing failed, and the rows still add up to the ledger.
    """
    covered = await ledger.coverage(chat.id, HISTORY, source)
    failures = await ledger.failures(chat.id, HISTORY)
    verdicts = await ledger.verify_ledger(chat.id, HISTORY, source)
    held = await ledger.holdings(chat)
    unread = _unread(covered)
    damaged = [v for v in verdicts if not v.is_whole]
    found: dict[str, Any] = {
        "id": chat.id,
        "kind": chat.kind,
        "title": chat.title,
        "username": chat.username or None,
        "description": chat.description or None,
        "created": chat.created,
        "subscribers": chat.subscribers,
        "posts_count": held.posts,
        "comments_count": held.comments,
        "albums_count": held.albums,
        "discussion_group_id": chat.linked_chat_id if chat.kind == PeerKind.CHANNEL else None,
        "complete": bool(covered) and not (unread or failures or damaged),
        "ids": _ids(covered, failures, unread),
        "unread": [[r.lo, r.hi] for r in unread],
        "failures": [_failure(f) for f in failures],
        "damaged": [[v.lo, v.hi] for v in damaged],
    }
    return found | {"summary": sentence(found)}


def _unread(covered: list[Covered]) -> list[IdRange]:
    """The holes below the newest id that was ever read."""
    top = max((c.hi for c in covered), default=0)
    span = [IdRange(lo=1, hi=top)] if top else []
    return subtract(span, [IdRange(lo=c.lo, hi=c.hi) for c in covered])


def _ids(covered: list[Covered], failures: list[Failure], unread: list[IdRange]) -> dict[str, int]:
    """Where each id up to the newest is."""
    failed = sum(f.hi - f.lo + 1 for f in failures)
    stored = sum(c.stored for c in covered)
    left_out = sum(c.left_out for c in covered)
    ids = sum(c.hi - c.lo + 1 for c in covered)
    return {
        "top": max((c.hi for c in covered), default=0),
        "stored": stored,
        "absent": ids - stored - left_out - failed,
        "left_out": left_out,
        "failed": failed,
        "unread": sum(map(len, unread)),
    }


def sentence(status: dict[str, Any]) -> str:
    """Completeness as a sentence: what of the ids is where."""
    ids = status["ids"]
    if not ids["top"]:
        return "nothing read yet"
    known = ids["stored"] + ids["absent"] + ids["left_out"]
    parts = [f"{ids['stored']:,} stored", f"{ids['absent']:,} deleted or never there"]
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
