"""A post with a page of its comments."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from headrace.model.reading import Comment, Filter, Post, ThreadPage
from headrace.model.values import PeerId
from headrace.store import reading, reading_threads, shown
from headrace.store.reading_threads import Placed


def thread(
    connection: Connection,
    channel_id: PeerId,
    post_id: int,
    *,
    after: int | None,
    before: int | None,
    comment: int | None,
    limit: int,
) -> ThreadPage | None:
    """A part of the comments in reading order; nothing where the post is not shown.

    Those behind a position, those before one, or the part that a comment is in when the tree is
    read from its beginning; the first ones where what is named is not there.
    """
    page = reading.post(connection, channel_id, post_id)
    if page is None:
        return None
    post = page.posts[0]
    ids = [entry.message.id for entry in post.entries]
    order = reading_threads.reading_order(connection, channel_id, ids)
    sought = None if comment is None else _place(order, comment)
    start = _start(order, after=after, before=before, limit=limit)
    if sought is not None:
        start = sought - sought % limit
    chosen = order[start : start + limit]
    comments = _comments(connection, chosen)
    everything = [*post.entries, *(entry for one in comments for entry in one.post.entries)]
    return ThreadPage(
        post=post,
        comments=comments,
        shown=shown.by(connection, everything),
        after=chosen[-1].position if start + limit < len(order) else None,
        before=chosen[0].position if start else None,
        sought=None if sought is None else order[sought].position,
    )


def _start(order: Sequence[Placed], *, after: int | None, before: int | None, limit: int) -> int:
    """Where a page begins; at the beginning when what it stands beside is not there any more."""
    if before is not None:
        return max((_place(order, before) or 0) - limit, 0)
    place = None if after is None else _place(order, after)
    return 0 if place is None else place + 1


def _place(order: Sequence[Placed], message_id: int) -> int | None:
    return next((place for place, one in enumerate(order) if one.holds(message_id)), None)


def _comments(connection: Connection, chosen: Sequence[Placed]) -> tuple[Comment, ...]:
    in_group: dict[PeerId, list[int]] = {}
    for one in chosen:
        in_group.setdefault(one.group, []).append(one.position)
    found: dict[tuple[PeerId, int], Post] = {}
    for group, ids in in_group.items():
        for post in reading.posts_of(connection, group, ids, Filter()):
            found[group, post.position] = post
    return tuple(
        Comment(post=found[one.group, one.position], parent=one.parent, level=one.level)
        for one in chosen
    )
