"""Reading a chat: its posts page by page, one post, and where a moment is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
from sqlalchemy import BigInteger, Connection, bindparam, select

from headrace.model.reading import Entry, Filter, Post, PostPage, Shown
from headrace.model.values import PeerId, Timestamp
from headrace.store import albums, feed, hidden, messages, reading_threads, shown
from headrace.store.feed import Head, Heads
from headrace.store.tables import IS_POST
from headrace.store.tables import messages as rows

_CHAT = bindparam("chat", type_=BigInteger)
_MEMBERS = select(rows).where(
    rows.c.chat_id == _CHAT, rows.c.grouped_id.in_(bindparam("albums", expanding=True))
)
_DATED = select(rows.c.date, rows.c.id).where(rows.c.chat_id == _CHAT, IS_POST)
_LAST = _DATED.order_by(rows.c.date.desc(), rows.c.id.desc()).limit(1)
_NEXT = (
    _DATED.where(rows.c.date >= bindparam("since", type_=BigInteger))
    .order_by(rows.c.date, rows.c.id)
    .limit(1)
)


def posts(
    connection: Connection,
    chat_id: PeerId,
    *,
    below: int | None = None,
    above: int | None = None,
    limit: int,
    filters: Filter,
) -> PostPage:
    """Posts newest first: those below a position, right above one, or the newest."""
    if above is not None:
        up = feed.above(connection, chat_id, above, limit, filters)
        found, newer = list(reversed(up.found)), up.reached
        bottom = found[-1].position if found else above + 1
        older = bottom if _any(feed.below(connection, chat_id, bottom, 1, filters)) else None
    else:
        down = feed.below(connection, chat_id, below, limit, filters)
        found, older, newer = down.found, down.reached, None
        if below is not None:
            top = found[0].position if found else below - 1
            newer = top if _any(feed.above(connection, chat_id, top, 1, filters)) else None
    made = _made(connection, chat_id, found, filters)
    return PostPage(posts=made, shown=_shown(connection, made), older=older, newer=newer)


def post(connection: Connection, chat_id: PeerId, message_id: int) -> PostPage | None:
    """The post that a message is or belongs to, whatever its kind; nothing where none is shown."""
    known = messages.get(connection, chat_id, message_id)
    if known is None or hidden.among(connection, chat_id, [message_id]):
        return None
    head = Head(message_id, known.message.grouped_id)
    made = _made(connection, chat_id, [head], Filter())
    at = made[0].position
    return PostPage(posts=made, shown=_shown(connection, made), older=at, newer=at)


def at_date(connection: Connection, chat_id: PeerId, moment: Timestamp) -> int | None:
    """The position of the first post from this time on, or else of the newest."""
    where = {"chat": chat_id, "since": moment}
    found = connection.execute(_NEXT, where).first() or connection.execute(_LAST, where).first()
    return None if found is None else found.id


def posts_of(
    connection: Connection, chat_id: PeerId, ids: Sequence[int], filters: Filter
) -> list[Post]:
    """The posts with these positions, in this order, without what Telegram counts on them."""
    known = messages.by_ids(connection, chat_id, ids)
    heads = [Head(one, known[one].message.grouped_id) for one in ids if one in known]
    return _grouped(connection, chat_id, heads, filters)


def _any(found: Heads) -> bool:
    return bool(found.found) or found.reached is not None


def _made(
    connection: Connection, chat_id: PeerId, heads: Sequence[Head], filters: Filter
) -> tuple[Post, ...]:
    made = _grouped(connection, chat_id, heads, filters)
    comments = reading_threads.of_posts(connection, chat_id, made)
    return tuple(msgspec.structs.replace(one, comments=comments.get(one.position)) for one in made)


def _grouped(
    connection: Connection, chat_id: PeerId, heads: Sequence[Head], filters: Filter
) -> list[Post]:
    singles = [one.position for one in heads if one.grouped_id is None]
    grouped = [one.grouped_id for one in heads if one.grouped_id is not None]
    known = [*messages.by_ids(connection, chat_id, singles).values()] if singles else []
    if grouped:
        found = connection.execute(_MEMBERS, {"chat": chat_id, "albums": grouped}).mappings()
        members = [messages.to_known(row) for row in found]
        left_out = hidden.among(connection, chat_id, [one.message.id for one in members])
        known += [
            one
            for one in members
            if one.message.id not in left_out
            and (filters.include_deleted or one.deleted_at is None)
        ]
    entries = shown.entries(connection, chat_id, known)
    layouts = albums.stored(connection, chat_id, grouped) if grouped else {}
    return [_post(one, entries, layouts) for one in heads]


def _post(head: Head, entries: dict[int, Entry], layouts: dict[int, albums.StoredLayout]) -> Post:
    if head.grouped_id is None:
        return Post(position=head.position, entries=(entries[head.position],))
    members = sorted(
        (one for one in entries.values() if one.message.grouped_id == head.grouped_id),
        key=lambda one: one.message.id,
    )
    stored = layouts.get(head.grouped_id)
    return Post(
        position=members[0].message.id,
        entries=tuple(members),
        layout=stored.layout if stored else None,
        layout_edited_by_user=bool(stored and stored.edited_by_user),
    )


def _shown(connection: Connection, found: Iterable[Post]) -> Shown:
    return shown.by(connection, [entry for one in found for entry in one.entries])
