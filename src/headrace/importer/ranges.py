"""Which ids an import wants, by date; dates are sought with one request each, never scanned."""

from __future__ import annotations

from collections.abc import Sequence

from headrace.importer.ports import Source, Store
from headrace.model.chat import Chat, Probe
from headrace.model.coverage import HISTORY, Claim, Covered, IdRange, Lease
from headrace.model.plan import ImportOptions
from headrace.model.values import PeerId


async def broken_off(store: Store, chat_id: PeerId, source: str) -> int | None:
    """Where a run began that was to read what is new and did not come to its end.

    What it wanted lies right above what was read before; the lanes of a first import do not.
    To be asked before the lease is taken: then the lanes of others are forgotten.
    """
    claims = await store.claims(chat_id, HISTORY)
    covered = await store.coverage(chat_id, HISTORY, source)
    lo = min((claim.lo for claim in claims), default=0)
    return lo if any(one.lo < lo <= one.hi + 1 for one in covered) else None


async def remember(store: Store, lease: Lease, chat_id: PeerId, again_from: int | None) -> None:
    """Say under the new lease what ``broken_off`` found, should this run be broken off, too."""
    if again_from is not None:
        claim = Claim(
            chat_id=chat_id, scope=HISTORY, lo=again_from, hi=again_from, cursor=again_from + 1
        )
        await store.save_claim(lease, claim)


async def wanted_range(
    source: Source,
    chat: Chat,
    probe: Probe,
    options: ImportOptions,
    known: Sequence[Covered] = (),
    again_from: int | None = None,
) -> IdRange | None:
    """The ids between ``since`` and ``until``; none when there are none.

    ``known``: what was read already, ascending; with ``only_new`` the ids above it are wanted, or
    those from ``again_from`` on, where a run that wanted them was broken off.
    """
    lo, hi = 1, probe.top_id
    if options.only_new and known:
        lo = again_from or known[-1].hi + 1
    if options.until is not None:
        hi = min(hi, await source.seek_date(chat, options.until) or 0)
    if options.since is not None:
        lo = (await source.seek_date(chat, options.since) or 0) + 1
    return IdRange(lo=lo, hi=hi) if lo <= hi else None
