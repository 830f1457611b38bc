"""A post with a page of its comments."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from headrace.model.reading import Comment, Filter, Post, ThreadPage
from headrace.model.values import PeerId
from headrace.store import reading, reading_threads, shown
from headrace.store.reading_threads import Placed


def thread(
    connection: Connection, channel_id: PeerId, post_id: int, *, after: int | None, limit: int
) -> ThreadPage | None:
    """The comments behind a position in reading order; nothing where the post is not shown."""
    page = reading.post(connection, channel_id, post_id)
    if page is None:
        return None
    post = page.posts[0]
    ids = [entry.message.id for entry in post.entries]
    order = reading_threads.reading_order(connection, channel_id, ids)
    start = 0 if after is None else _behind(order, after)
    chosen = order[start : start + limit]
    comments = _comments(connection, chosen)
    everything = [*post.entries, *(entry for one in comments for entry in one.post.entries)]
    return ThreadPage(
        post=post,
        comments=comments,
        shown=shown.by(connection, everything),
        after=chosen[-1].position if start + limit < len(order) else None,
    )


def _behind(order: Sequence[Placed], position: int) -> int:
    """Where to go on after a comment; from the beginning when it is not there any more."""
    places = (place for place, one in enumerate(order, 1) if one.position == position)
    return next(places, 0)


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
