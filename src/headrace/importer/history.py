"""The history of a chat: what the options ask for, less what the ledger has."""

from __future__ import annotations

from headrace.importer.lease import first_of
from headrace.importer.ranges import wanted_range
from headrace.importer.reader import Reader
from headrace.importer.work import Work
from headrace.model.chat import Probe
from headrace.model.coverage import HISTORY, IdRange

#: Rounds of catching up with posts that arrive while an import runs.
MAX_ROUNDS = 5


async def read_history(work: Work) -> list[IdRange]:
    """Read what is wanted of a chat's history; the ranges that were wanted."""
    reader = Reader(
        work.source,
        work.store,
        work.chat,
        work.lease,
        work.control,
        pace=work.options.pace,
        arrived=work.arrived,
    )
    wanted: list[IdRange] = []
    seen = 0
    for _ in range(MAX_ROUNDS):
        work.meter.enter("plan", title=work.chat.title)
        known = await work.store.coverage(work.chat.id, HISTORY, work.source.name)
        probe = await work.source.probe(work.chat, ahead=not known)
        if probe.top_id <= seen:
            break
        given = (work.source, work.chat, probe, work.options)
        span = await wanted_range(*given, known, work.again_from)
        if span is None:
            break
        if work.options.limit is not None:
            wanted.append(await _read_newest(work, reader, probe, span))
            break
        wanted.append(span)
        await _read(work, reader, probe, span)
        seen = probe.top_id
        if reader.count in (None, probe.count) or work.options.until is not None:
            break
    return wanted


async def _read_newest(work: Work, reader: Reader, probe: Probe, span: IdRange) -> IdRange:
    """Read the newest N posts of a range: seek, read, count, until there are N.

    A round never reads more messages than posts are missing, so it ends at N exactly;
    then the rest of an album at the edge is read.
    """
    limit = work.options.limit or 0
    lo, posts = span.hi + 1, 0
    while posts < limit and lo > span.lo:
        found = await work.source.seek_position(work.chat, limit - posts - 1, below=lo)
        lo = max(found or span.lo, span.lo)
        await _read(work, reader, probe, IdRange(lo=lo, hi=span.hi), total=limit)
        posts = await work.store.count_posts(work.chat.id, lo, span.hi)
    album = await work.store.grouped_id(work.chat.id, lo)
    if album is not None and lo > span.lo:
        lo = await reader.read_while_album(lo, span.lo, album)
    return IdRange(lo=lo, hi=span.hi)


async def _read(
    work: Work, reader: Reader, probe: Probe, span: IdRange, *, total: int | None = None
) -> None:
    plan = await reader.plan(probe, [span])
    expected = plan.messages if total is None else total
    work.meter.enter("history", total=expected, of=probe.count)
    try:
        await reader.read(plan)
    except BaseExceptionGroup as group_error:
        raise first_of(group_error) from None
