"""Comments: what of a discussion group hangs on posts, sorted out as its pages come.

Pages come in any order. What hangs on a copy of a post is a comment and is stored. What hangs on
another message, or on nothing, is chatter: only its id is kept. What hangs on a message that was
not read yet waits, as JSON, and is decided by the page that brings that message. When the whole
group is read, what still waits hangs on messages that are gone: orphans, which are stored.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, bindparam, select

from headrace.model.chat import Peer
from headrace.model.coverage import HISTORY, TELEGRAM, Claim, Lease, thread_of
from headrace.model.message import Message
from headrace.model.page import Page, Saved
from headrace.store import coverage, failures, leases, pages, peers, roots, undecided
from headrace.store.tables import messages
from headrace.store.undecided import Waiting
from headrace.transform.named_files import faces_of
from headrace.transform.threads import Copied, copied_post

_STORED_AMONG = select(messages.c.id).where(
    messages.c.chat_id == bindparam("chat"), messages.c.id.in_(bindparam("ids", expanding=True))
)
#: As many of those that wait are looked at together; a thread may be of any size.
_BATCH = 500


class _Sorted(NamedTuple):
    """The messages of a page, by what is to become of them."""

    kept: tuple[Message, ...]
    left: set[int]
    waiting: list[Message]
    #: Those of ``kept`` that are copies of posts.
    copies: set[int]


def save_page(
    connection: Connection,
    lease: Lease,
    page: Page,
    *,
    news: Sequence[Peer],
    claim: Claim | None,
    now: int,
) -> Saved:
    """Save a page of a discussion group without its chatter (see ``pages.save_page``).

    As with the others below, the fence is checked where the page is saved. ``new`` counts
    comments only.
    """
    chat_id = page.chat_id
    ids = {message.id for message in page.messages}
    stored = _stored_among(connection, chat_id, ids)
    found = _sort(connection, page, stored)
    before = undecided.among(connection, chat_id, ids)
    kept = msgspec.structs.replace(page, messages=found.kept)
    saved = pages.save_page(connection, lease, kept, news=news, claim=claim, now=now)
    undecided.forget(connection, chat_id, before - found.left - {one.id for one in found.waiting})
    undecided.no_longer_waiting(connection, chat_id, found.left & before)
    undecided.leave_out(connection, chat_id, found.left)
    undecided.wait(connection, chat_id, found.waiting)
    beside = found.left | {one.id for one in found.waiting}
    coverage.leave_out(connection, chat_id, added=beside - before, taken=before - beside)
    _forget_absent(connection, page)
    copies = len(found.copies - stored)
    saved += Saved(new=-copies)
    return saved + _decide_hanging(connection, lease, page, now)


def save_whole_page(
    connection: Connection,
    lease: Lease,
    page: Page,
    *,
    news: Sequence[Peer],
    claim: Claim | None,
    now: int,
) -> Saved:
    """Save a page with all that is on it, whatever was left out of it before."""
    if page.source != TELEGRAM or not undecided.any_of_chat(connection, page.chat_id):
        return pages.save_page(connection, lease, page, news=news, claim=claim, now=now)
    ids = {message.id for message in page.messages}
    before = undecided.among(connection, page.chat_id, ids)
    saved = pages.save_page(connection, lease, page, news=news, claim=claim, now=now)
    undecided.forget(connection, page.chat_id, before)
    coverage.leave_out(connection, page.chat_id, taken=before)
    _forget_absent(connection, page)
    return saved


def save_thread_page(
    connection: Connection,
    lease: Lease,
    page: Page,
    *,
    news: Sequence[Peer],
    claim: Claim | None,
    now: int,
) -> Saved:
    """Save a page of the comments of one post, which its scope names.

    The copy of the post may not be seen at all; what the oldest of them hang on is it.
    """
    tops = {one.thread_id for one in page.messages if one.thread_id is not None}
    known = roots.among(connection, page.chat_id, tops)
    if tops and not known:
        post = Copied(*thread_of(page.scope))
        roots.infer(connection, page.chat_id, min(tops), post)
    ids = {message.id for message in page.messages}
    before = undecided.among(connection, page.chat_id, ids)
    fresh = ids - _stored_among(connection, page.chat_id, ids)
    saved = pages.save_page(connection, lease, page, news=news, claim=claim, now=now)
    undecided.forget(connection, page.chat_id, before)
    now_stored = _stored_among(connection, page.chat_id, fresh)
    # The history may have been read before, without these.
    coverage.leave_out(connection, page.chat_id, taken=before)
    coverage.store_more(connection, page.chat_id, now_stored)
    return saved


def settle(
    connection: Connection, lease: Lease, chat_id: int, floor: int, last: int, now: int
) -> tuple[Saved, int | None]:
    """Decide some of what waits, after ``last``; what came of it, and where to go on.

    No copy lies below ``floor``, so that what hangs on something there is chatter, unless that was
    looked for and is gone. Only what hangs on ids that were not read yet, or could not be, still
    waits afterwards.
    """
    leases.check(connection, lease)
    found = undecided.after(connection, chat_id, last, _BATCH)
    if not found:
        return Saved(), None
    tops = {one.thread_id for one in found}
    known = roots.among(connection, chat_id, tops)
    present = _present(connection, chat_id, tops) - known
    gone = _gone(connection, chat_id, tops - known - present)
    present |= {top for top in tops - known - gone if top < floor}
    saved = _take(connection, lease, chat_id, found, known | gone, now)
    _leave(connection, chat_id, [one.id for one in found if one.thread_id in present])
    return saved, found[-1].id


def awaited_below(connection: Connection, chat_id: int, floor: int) -> list[int]:
    """Ids below one that messages wait for and that were not read, ascending."""
    tops = undecided.tops_below(connection, chat_id, floor)
    known = set(coverage.covered_among(connection, chat_id, tops))
    return [one for one in tops if one not in known]


def _sort(connection: Connection, page: Page, stored: Collection[int]) -> _Sorted:
    copies = {message.id for message in page.messages if copied_post(message) is not None}
    here = {message.id for message in page.messages}
    tops = {one.thread_id for one in page.messages if one.thread_id is not None}
    known = copies | roots.among(connection, page.chat_id, tops)
    present = here | _present(connection, page.chat_id, tops - known - here)
    left = undecided.left_out_among(connection, page.chat_id, here)
    kept, waiting = [], []
    for message in page.messages:
        top = message.thread_id
        if message.id in stored or message.id in copies or top in known:
            kept.append(message)
        elif top is None or top in present:
            left.add(message.id)
        elif message.id not in left:
            waiting.append(message)
    left -= {message.id for message in kept}
    return _Sorted(tuple(kept), left, waiting, copies)


def _decide_hanging(connection: Connection, lease: Lease, page: Page, now: int) -> Saved:
    """What waited for messages of this page need wait no longer."""
    total = Saved()
    here = {message.id for message in page.messages}
    for hanging in undecided.hanging_on(connection, page.chat_id, here, _BATCH):
        known = roots.among(connection, page.chat_id, {one.thread_id for one in hanging})
        total += _take(connection, lease, page.chat_id, hanging, known, now)
        left = [one.id for one in hanging if one.thread_id not in known]
        _leave(connection, page.chat_id, left)
    return total


def _take(
    connection: Connection,
    lease: Lease,
    chat_id: int,
    found: Iterable[Waiting],
    tops: Collection[int],
    now: int,
) -> Saved:
    """Store what hangs on these, as a page that covers nothing new."""
    taken = [one.message for one in reversed(list(found)) if one.thread_id in tops]
    if not taken:
        return Saved()
    people = set().union(*(faces_of(message) for message in taken))
    page = Page(
        chat_id=chat_id,
        lo=1,
        hi=0,
        messages=tuple(taken),
        peers=tuple(peers.get(connection, people)),
    )
    saved = pages.save_page(connection, lease, page, news=(), claim=None, now=now)
    ids = {message.id for message in taken}
    undecided.no_longer_waiting(connection, chat_id, ids)
    coverage.leave_out(connection, chat_id, taken=ids)
    coverage.store_more(connection, chat_id, _stored_among(connection, chat_id, ids))
    return saved


def _leave(connection: Connection, chat_id: int, ids: Collection[int]) -> None:
    """What waited is chatter; the ledger has it among what was left out either way."""
    undecided.no_longer_waiting(connection, chat_id, ids)
    undecided.leave_out(connection, chat_id, ids)


def _forget_absent(connection: Connection, page: Page) -> None:
    """What was left out and is gone is absent."""
    gone = undecided.among(connection, page.chat_id, page.absent)
    if gone:
        undecided.forget(connection, page.chat_id, gone)
        coverage.leave_out(connection, page.chat_id, taken=gone)


def _present(connection: Connection, chat_id: int, ids: Collection[int]) -> set[int]:
    """Those of the ids that were read, whatever became of them."""
    return _stored_among(connection, chat_id, ids) | undecided.among(connection, chat_id, ids)


def _gone(connection: Connection, chat_id: int, ids: Collection[int]) -> set[int]:
    """Those of the unknown ids that Telegram has not: they lie in ranges that were read."""
    covered = coverage.covered_among(connection, chat_id, ids)
    lost = failures.of_scope(connection, chat_id, HISTORY, TELEGRAM)
    return {one for one in covered if not any(f.lo <= one <= f.hi for f in lost)}


def _stored_among(connection: Connection, chat_id: int, ids: Collection[int]) -> set[int]:
    if not ids:
        return set()
    return set(connection.scalars(_STORED_AMONG, {"chat": chat_id, "ids": sorted(ids)}))
