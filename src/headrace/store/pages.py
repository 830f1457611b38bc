"""Saving a page: its rows, files, albums, failures and coverage in one transaction."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TypeVar

from sqlalchemy import Connection

from headrace.model.chat import Peer
from headrace.model.coverage import HISTORY, TELEGRAM, Claim, Lease
from headrace.model.message import Message
from headrace.model.page import Page, Saved
from headrace.store import (
    albums,
    claims,
    coverage,
    failures,
    files,
    hidden,
    leases,
    messages,
    peers,
)
from headrace.store import changes as handling
from headrace.store.edits import Change
from headrace.store.messages import Known
from headrace.store.rows import SOURCE_BITS
from headrace.store.wall import ROW_FAULTS, is_row_fault

log = logging.getLogger(__name__)

_T = TypeVar("_T", Message, Peer)
Handler = Callable[[Connection, Page, Sequence[Change], int], Saved]


def save_page(
    connection: Connection,
    lease: Lease,
    page: Page,
    *,
    news: Sequence[Peer],
    claim: Claim | None,
    now: int,
) -> Saved:
    """Save a page whose text is sanitised; ``news`` are those of its peers worth writing.

    Idempotent: saving the same page again changes nothing but the time it was last seen.
    """
    leases.check(connection, lease)
    save_peers(connection, news, page.source)
    before = messages.known(connection, page)
    touched = albums.touched(connection, page, before)
    saved, refused = _save_messages(connection, page, before, now)
    if page.source == TELEGRAM:
        files.write_faces(connection, page.chat_id, page.messages, page.peers)
    if page.absent:
        gone = messages.mark_deleted(connection, page.chat_id, page.absent, now)
        saved += Saved(deleted=gone)
    albums.lay_out(connection, page.chat_id, touched)
    _save_ledger(connection, page, before, refused)
    if claim is not None:
        claims.save(connection, claim, lease.fence)
    return saved


def save_peers(connection: Connection, found: Sequence[Peer], source: str) -> None:
    """Write peers; one that the database refuses is logged and left out."""
    refused = _all_but_poisoned(
        connection, found, lambda batch: peers.save(connection, batch, source)
    )
    for peer_id, detail in refused.items():
        log.warning("peer refused", extra={"action": "peer_refused", "detail": detail})
        log.debug("peer refused: %s", peer_id)


def _save_messages(
    connection: Connection, page: Page, before: dict[int, Known], now: int
) -> tuple[Saved, dict[int, str]]:
    new = [message for message in page.messages if message.id not in before]
    erased = hidden.purged(connection, page.chat_id, before)
    same, changes = _compare(page, before, erased)
    counter = _Counter()
    refused = _all_but_poisoned(
        connection, new, lambda batch: counter.add(handling.insert(connection, page, batch, now))
    )
    for handle, found in changes.items():
        refused |= _change(connection, page, handle, found, now, counter)
    messages.mark_seen(connection, page.chat_id, same, now)
    messages.mark_shown(connection, page, [one for one in same if one in erased])
    return counter.total + Saved(failed=len(refused)), refused


def _change(
    connection: Connection,
    page: Page,
    handle: Handler,
    found: Sequence[Change],
    now: int,
    counter: _Counter,
) -> dict[int, str]:
    by_id = {change.new.id: change for change in found}

    def work(batch: Sequence[Message]) -> None:
        counter.add(handle(connection, page, [by_id[message.id] for message in batch], now))

    return _all_but_poisoned(connection, [change.new for change in found], work)


def _compare(
    page: Page, before: dict[int, Known], erased: Collection[int]
) -> tuple[list[int], dict[Handler, list[Change]]]:
    """Ids that are as they were or stay erased, and what changed, by what is to be done."""
    same: list[int] = []
    changes: dict[Handler, list[Change]] = {}
    for message in page.messages:
        old = before.get(message.id)
        if old is None:
            continue
        is_same = old.message == message and old.source == page.source and old.deleted_at is None
        if is_same or message.id in erased:
            same.append(message.id)
        else:
            changes.setdefault(_handler(old, page), []).append(Change(old, message))
    return same, changes


def _handler(old: Known, page: Page) -> Handler:
    if page.source == TELEGRAM:
        return handling.update if old.is_telegrams else handling.upgrade
    return handling.hear if old.is_telegrams else handling.renew


class _Counter:
    def __init__(self) -> None:
        self.total = Saved()

    def add(self, saved: Saved) -> None:
        self.total += saved


def _save_ledger(
    connection: Connection, page: Page, before: dict[int, Known], refused: Mapping[int, str]
) -> None:
    # What another source stored is not yet counted for this one.
    bit = SOURCE_BITS[page.source]
    counted = {one for one, known in before.items() if known.sources & bit}
    stored = {message.id for message in page.messages if message.id not in refused}
    held = stored | counted if page.scope == HISTORY else stored | (counted & _ids(page))
    failures.settle(connection, page, refused)
    coverage.add(connection, page, held=held, fresh=stored - counted)


def _ids(page: Page) -> set[int]:
    return {message.id for message in page.messages}


def _all_but_poisoned(
    connection: Connection, batch: Sequence[_T], write: Callable[[Sequence[_T]], None]
) -> dict[int, str]:
    """Write as one; on a fault search the culprits by halves. Returns them with the reason."""
    if not batch:
        return {}
    try:
        with connection.begin_nested():
            write(batch)
    except ROW_FAULTS as error:
        if not is_row_fault(error):
            raise
        if len(batch) == 1:
            return {batch[0].id: _reason(error)}
        middle = len(batch) // 2
        first = _all_but_poisoned(connection, batch[:middle], write)
        return first | _all_but_poisoned(connection, batch[middle:], write)
    return {}


def _reason(error: BaseException) -> str:
    origin = getattr(error, "orig", None) or error
    return f"{type(origin).__name__}: {str(origin).partition(chr(10))[0]}"[:200]
