"""Threads of a channel: what Telegram counts under its posts, and what of it is stored."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import (
    Connection,
    bindparam,
    delete,
    exists,
    func,
    literal_column,
    select,
)

from headrace.model.thread import Stretch, Thread, ThreadRead
from headrace.model.values import PeerId
from headrace.store import coverage
from headrace.store.comment_tables import threads
from headrace.store.statements import for_each, upsert
from headrace.store.tables import messages, roots

_PUT = upsert(threads)
_DROP = for_each(
    ["b_channel", "b_post"],
    delete(threads).where(
        threads.c.channel_id == bindparam("b_channel"), threads.c.post_id == bindparam("b_post")
    ),
)
_COUNTED = (
    select(
        messages.c.id,
        messages.c.grouped_id,
        messages.c.comments,
        messages.c.replies["chat"].as_string(),
        messages.c.replies["newest"].as_integer(),
    )
    .where(
        messages.c.chat_id == bindparam("channel"),
        messages.c.comments > literal_column("0"),
        messages.c.deleted_at.is_(None),
    )
    .order_by(messages.c.id)
)
_STORED = (
    select(
        roots.c.post_id,
        roots.c.group_id,
        func.count().filter(messages.c.deleted_at.is_(None)),
        func.max(messages.c.id),
    )
    .join(
        messages,
        (messages.c.chat_id == roots.c.group_id) & (messages.c.thread_id == roots.c.root_id),
    )
    .where(roots.c.channel_id == bindparam("channel"))
    .group_by(roots.c.post_id, roots.c.group_id)
)
_READ = select(threads.c.post_id, threads.c.expected, threads.c.missing, threads.c.reason).where(
    threads.c.channel_id == bindparam("channel")
)
_GROUPS = (
    select(roots.c.group_id)
    .where(roots.c.channel_id == bindparam("channel"))
    .distinct()
    .order_by(roots.c.group_id)
)


def of_channel(connection: Connection, channel_id: PeerId) -> list[Thread]:
    """Posts with comments, ascending; an album is one, under its first post that has some."""
    where = {"channel": channel_id}
    stored = {(row[0], row[1]): row[2:] for row in connection.execute(_STORED, where)}
    read = {row[0]: ThreadRead(*row[1:]) for row in connection.execute(_READ, where)}
    counted = {row[0]: row for row in connection.execute(_COUNTED, where)}
    albums = _albums_of(connection, channel_id, {*counted, *(post for post, _ in stored)})
    found: dict[int, Thread] = {}
    groups = {int(row[3] or 0) for row in counted.values()}
    tops = coverage.tops_of_threads(connection, channel_id, groups)
    for post, _, expected, group, newest in counted.values():
        mine = Thread(
            post=post,
            group=int(group or 0),
            expected=expected,
            newest=newest or 0,
            known=tops.get(post, 0),
            read=read.get(post),
        )
        _join(found, albums.get(post, post), mine)
    for (post, group), (number, top) in sorted(stored.items()):
        place = albums.get(post, post)
        if number or place in found:
            _join(found, place, Thread(post=post, group=group, stored=number, known=top))
    return sorted(found.values(), key=lambda one: one.post)


def with_post(connection: Connection, channel_id: PeerId, post_id: int) -> Thread | None:
    """The thread of a post or of its album, also one without comments as yet."""
    ids = _album_with(connection, channel_id, post_id)
    found = [one for one in of_channel(connection, channel_id) if one.post in ids]
    if found:
        return found[0]
    is_open = (
        messages.c.chat_id == channel_id,
        messages.c.id.in_(ids),
        messages.c.comments.is_not(None),
        messages.c.deleted_at.is_(None),
    )
    group = messages.c.replies["chat"].as_string()
    row = connection.execute(
        select(messages.c.id, group).where(*is_open).order_by(messages.c.id).limit(1)
    ).first()
    return None if row is None else Thread(post=row[0], group=int(row[1] or 0))


def discussion_of(connection: Connection, group_id: PeerId) -> PeerId | None:
    """A channel of which a group has copies of posts."""
    found: PeerId | None = connection.scalar(
        select(roots.c.channel_id).where(roots.c.group_id == group_id).limit(1)
    )
    return found


def unseen(
    connection: Connection, group_id: PeerId, seen_by: int, since: int | None
) -> list[Stretch]:
    """Where in each thread comments lie that were not seen since a moment, without the deleted.

    ``since``: of those posted from then on.
    """
    young = [] if since is None else [messages.c.date >= since]
    found = connection.execute(
        select(
            roots.c.channel_id,
            roots.c.post_id,
            func.min(messages.c.id),
            func.max(messages.c.id),
        )
        .join(
            messages,
            (messages.c.chat_id == roots.c.group_id) & (messages.c.thread_id == roots.c.root_id),
        )
        .where(
            roots.c.group_id == group_id,
            messages.c.last_seen_at <= seen_by,
            messages.c.deleted_at.is_(None),
            *young,
        )
        .group_by(roots.c.channel_id, roots.c.post_id)
        .order_by(roots.c.channel_id, roots.c.post_id)
    )
    return [Stretch(*row) for row in found]


def holds_chatter(connection: Connection, group_id: PeerId) -> bool:
    """All of a group is kept: something that begins no thread and hangs on none."""
    copies = exists().where(
        roots.c.group_id == messages.c.chat_id, roots.c.root_id == messages.c.id
    )
    found = select(messages.c.id).where(
        messages.c.chat_id == group_id, messages.c.thread_id.is_(None), ~copies
    )
    return connection.execute(found.limit(1)).first() is not None


def root_of(connection: Connection, channel_id: PeerId, post_id: int) -> int | None:
    """The copy of a post in the group that it was copied to last, if it is known."""
    found: int | None = connection.scalar(
        select(func.min(roots.c.root_id)).where(
            roots.c.channel_id == channel_id, roots.c.post_id == post_id
        )
    )
    return found


def note(
    connection: Connection, channel_id: PeerId, read: Iterable[tuple[int, ThreadRead]]
) -> None:
    """Keep how threads were read of which something is missing; the others need no word."""
    told = list(read)
    _PUT.run(connection, [(channel_id, post, *one) for post, one in told if one.missing])
    _DROP.run(connection, [(channel_id, post) for post, one in told if not one.missing])


def groups_of(connection: Connection, channel_id: PeerId) -> list[PeerId]:
    """The groups that have copies of a channel's posts."""
    return list(connection.scalars(_GROUPS, {"channel": channel_id}))


def _join(found: dict[int, Thread], place: int, one: Thread) -> None:
    """Add what is known of a post to what is known of its album."""
    other = found.get(place)
    found[place] = one if other is None else other.joined(one)


def _album_with(connection: Connection, channel_id: PeerId, post_id: int) -> list[int]:
    """The posts of an album by one of them; of any other post, itself."""
    mine = messages.c.chat_id == channel_id
    album = connection.scalar(select(messages.c.grouped_id).where(mine, messages.c.id == post_id))
    if album is None:
        return [post_id]
    return list(
        connection.scalars(select(messages.c.id).where(mine, messages.c.grouped_id == album))
    )


def _albums_of(connection: Connection, channel_id: PeerId, posts: set[int]) -> dict[int, int]:
    """By post: a number that all posts of its album share, below all post ids."""
    ids: Sequence[int] = sorted(posts)
    found: dict[int, int] = {}
    for start in range(0, len(ids), 500):
        rows = connection.execute(
            select(messages.c.id, messages.c.grouped_id).where(
                messages.c.chat_id == channel_id,
                messages.c.id.in_(ids[start : start + 500]),
                messages.c.grouped_id.is_not(None),
            )
        )
        found |= {row.id: -row.grouped_id for row in rows}
    return found
