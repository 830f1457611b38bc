"""Posted rows: messages that a program has sent through the API, whatever Telegram has.

They stand outside the ledger: no source has shown them, so no range counts them. What Telegram
or an export says of the same message goes before.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, select

from headrace.model.chat import Chat
from headrace.model.coverage import API, Lease
from headrace.model.message import Message
from headrace.model.page import Page
from headrace.model.values import PeerId
from headrace.store import albums, chats, files, hidden, leases, messages, months, search_queue
from headrace.store.tables import chats as chat_rows


class Posted(NamedTuple):
    """What became of posted messages, by id."""

    new: tuple[int, ...]
    changed: tuple[int, ...]
    same: tuple[int, ...]
    #: Whose words are another source's, or whose content was erased.
    kept: tuple[int, ...]


def save(
    connection: Connection, lease: Lease, chat_id: PeerId, batch: Sequence[Message], now: int
) -> Posted:
    """Write messages, over what was posted before; a hidden one is shown again."""
    leases.check(connection, lease)
    by_id = {message.id: message for message in batch}
    known = messages.by_ids(connection, chat_id, by_id)
    erased = {one for one, gone in hidden.among(connection, chat_id, by_id).items() if gone}
    kept = erased | {one for one, old in known.items() if old.source != API}
    same = {one for one, old in known.items() if old.message == by_id[one]} - kept
    written = [by_id[one] for one in sorted(by_id.keys() - kept - same)]
    _write(connection, chat_id, written, now)
    hidden.show(connection, chat_id, sorted(by_id))
    search_queue.add(connection, chat_id, same)
    return Posted(
        new=tuple(one.id for one in written if one.id not in known),
        changed=tuple(one.id for one in written if one.id in known),
        same=tuple(sorted(same)),
        kept=tuple(sorted(kept)),
    )


def _write(connection: Connection, chat_id: PeerId, batch: Sequence[Message], now: int) -> None:
    left = messages.by_ids(connection, chat_id, [one.id for one in batch]).values()
    page = Page(chat_id=chat_id, lo=1, hi=0, source=API, messages=tuple(batch))
    messages.write(connection, page, batch, now)
    months.mark(connection, chat_id, [one.message.date for one in left])
    files.write(connection, chat_id, batch)
    albums.touch(connection, chat_id, batch)
    albums.drop_empty(connection, chat_id, [one.message for one in left])
    grouped = {one.grouped_id for one in (*batch, *(old.message for old in left))}
    albums.lay_out(connection, chat_id, {one for one in grouped if one is not None})


def save_chats(connection: Connection, found: Sequence[Chat], now: int) -> list[PeerId]:
    """Write chats that no other source has spoken of, show them; returns which are new."""
    new = []
    for chat in found:
        told_by = connection.scalar(select(chat_rows.c.source).where(chat_rows.c.id == chat.id))
        if told_by in (None, API):
            chats.save(connection, chat, now, API)
        if told_by is None:
            new.append(chat.id)
        hidden.show_chat(connection, chat.id)
    return new
