"""Which ids an import wants, by date; dates are sought with one request each, never scanned."""

from __future__ import annotations

from collections.abc import Sequence

from headrace.importer.ports import Source
from headrace.model.chat import Chat, Probe
from headrace.model.coverage import Covered, IdRange
from headrace.model.plan import ImportOptions


async def wanted_range(
    source: Source,
    chat: Chat,
    probe: Probe,
    options: ImportOptions,
    known: Sequence[Covered] = (),
) -> IdRange | None:
    """The ids between ``since`` and ``until``; none when there are none.

    ``known``: what was read already, ascending; with ``only_new`` the ids above it are wanted.
    """
    lo, hi = 1, probe.top_id
    if options.only_new and known:
        lo = known[-1].hi + 1
    if options.until is not None:
        hi = min(hi, await source.seek_date(chat, options.until) or 0)
    if options.since is not None:
        lo = (await source.seek_date(chat, options.since) or 0) + 1
    return IdRange(lo=lo, hi=hi) if lo <= hi else None
