"""Reports: how an import ended, by the ledger and not by what the run believes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from headrace.importer.comment_plan import lacking
from headrace.importer.media import figures_of
from headrace.importer.ports import ExportSource, Source, Store
from headrace.importer.work import Work
from headrace.model.chat import Chat
from headrace.model.coverage import HISTORY, Covered, Failure, IdRange, subtract
from headrace.model.page import Saved
from headrace.model.plan import ImportReport
from headrace.model.refresh import Refreshed
from headrace.model.thread import Thread
from headrace.model.values import PeerId

_NOTHING = Refreshed()


async def report_of(work: Work, elapsed_s: float) -> ImportReport:
    """The report of an import of Telegram's (see ``sum_up``)."""
    channel = work.chat
    limit = work.options.comments_limit
    threads = await work.store.threads(channel.id) if work.options.comments else []
    report = await sum_up(
        work.store,
        work.source,
        channel,
        work.wanted,
        work.meter.saved,
        elapsed_s,
        chats=(channel.id, *await work.store.discussion_groups(channel.id)),
        fetched=None if work.downloads is None else work.downloads.fetched,
        again=work.refreshed,
    )
    missing = any(lacking(one, limit) for one in threads if work.is_asked_for(one))
    return msgspec.structs.replace(
        report, comments=comments_of(threads), complete=report.complete and not missing
    )


def comments_of(threads: Sequence[Thread]) -> dict[str, int]:
    """What is stored of what Telegram counts; ``failed``: what could not be had this time."""
    return {
        "stored": sum(one.stored for one in threads),
        "expected": sum(max(one.stored, one.expected) for one in threads),
        "failed": sum(one.hole for one in threads if one.read is not None and one.read.has_failed),
    }


async def sum_up(
    store: Store,
    source: Source | ExportSource,
    chat: Chat,
    wanted: Sequence[IdRange],
    saved: Saved,
    elapsed_s: float,
    *,
    chats: Sequence[PeerId] = (),
    fetched: int | None = None,
    again: Refreshed = _NOTHING,
) -> ImportReport:
    """The report of an import that wanted these ids.

    ``messages`` counts the whole chat's ledger; ``complete`` says that each wanted id is
    stored or proven absent, and that no file is missing. ``chats``: whose files count.
    ``fetched``: files that this run has stored; none where they were not wanted. ``again``: what
    looking again came to.
    """
    found = await figures_of(store, chats or (chat.id,))
    covered = await store.coverage(chat.id, HISTORY, source.name)
    failures = await store.failures(chat.id, HISTORY, source.name)
    is_read = _all_read(wanted, covered, failures) and not again.failures
    return ImportReport(
        chat=chat.id,
        title=chat.title,
        messages=_counted(covered, failures),
        **{name: getattr(saved, name) for name in ("new", "edited", "deleted")},
        refreshed=again.messages,
        files=found.files | {"fetched": fetched or 0},
        left_out=found.left_out,
        thumbnails=found.thumbnails,
        avatars=found.avatars,
        albums=await store.count_albums(chat.id),
        comments=comments_of(()),
        elapsed_s=round(elapsed_s, 3),
        requests=dict(sorted(source.requests().items())),
        complete=is_read and (fetched is None or found.is_complete),
        failures=_told([*failures, *again.failures]),
    )


def _all_read(
    wanted: Sequence[IdRange], covered: Sequence[Covered], failures: Sequence[Failure]
) -> bool:
    """Each wanted id was read, and none has failed."""
    missing = subtract(wanted, [IdRange(lo=c.lo, hi=c.hi) for c in covered])
    touched = any(w.lo <= f.hi and f.lo <= w.hi for w in wanted for f in failures)
    return not (missing or touched)


def _told(failures: Sequence[Failure]) -> list[dict[str, Any]]:
    return [{"lo": f.lo, "hi": f.hi, "reason": f.reason, "detail": f.detail} for f in failures]


def _counted(covered: Sequence[Covered], failures: Sequence[Failure]) -> dict[str, int]:
    """The ids that were read, by what became of them."""
    failed = sum(f.hi - f.lo + 1 for f in failures)
    stored = sum(c.stored for c in covered)
    ids = sum(c.hi - c.lo + 1 - c.left_out for c in covered)
    return {"stored": stored, "absent": ids - stored - failed, "failed": failed}
