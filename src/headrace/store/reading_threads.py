"""Threads as they are read: how many comments posts have, and the comments of one as a tree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import msgspec
from sqlalchemy import BigInteger, BindParameter, Connection, Integer, bindparam, func, select

from headrace.model.message import Message
from headrace.model.reading import Post
from headrace.model.thread import Thread, ThreadRead
from headrace.model.values import PeerId
from headrace.store.comment_tables import threads
from headrace.store.hidden import is_hidden
from headrace.store.tables import messages, roots

_CHANNEL = bindparam("channel", type_=BigInteger)
_POSTS: BindParameter[int] = bindparam("posts", expanding=True)
_HANGS = (messages.c.chat_id == roots.c.group_id) & (messages.c.thread_id == roots.c.root_id)
_STORED = (
    select(roots.c.post_id, roots.c.group_id, func.count())
    .join(messages, _HANGS)
    .where(
        roots.c.channel_id == _CHANNEL,
        roots.c.post_id.in_(_POSTS),
        messages.c.deleted_at.is_(None),
    )
    .group_by(roots.c.post_id, roots.c.group_id)
)
_READ = select(threads.c.post_id, threads.c.expected, threads.c.missing, threads.c.reason).where(
    threads.c.channel_id == _CHANNEL, threads.c.post_id.in_(_POSTS)
)
_HANGING = (
    select(
        messages.c.chat_id,
        messages.c.id,
        messages.c.grouped_id,
        messages.c.reply["msg_id"].as_integer().label("answers"),
        is_hidden(messages).label("is_hidden"),
    )
    .join(roots, _HANGS)
    .where(roots.c.channel_id == _CHANNEL, roots.c.post_id.in_(_POSTS))
)
_POST_OF = (
    select(roots.c.channel_id, roots.c.post_id)
    .where(
        roots.c.group_id == bindparam("group", type_=BigInteger),
        roots.c.root_id == bindparam("root", type_=Integer),
    )
    .limit(1)
)


class Placed(NamedTuple):
    """Where a comment stands in its tree; ``position`` is the lowest id of its album.

    ``others`` are the ids of the album behind it.
    """

    group: PeerId
    position: int
    parent: int | None
    level: int
    others: Sequence[int] = ()

    def holds(self, message_id: int) -> bool:
        return message_id == self.position or message_id in self.others


class _Hanging(NamedTuple):
    group: PeerId
    id: int
    grouped_id: int | None
    answers: int | None
    is_hidden: bool


def of_posts(
    connection: Connection, channel_id: PeerId, posts: Iterable[Post]
) -> dict[int, Thread]:
    """What there is of comments under posts, by position; an album has those of all members."""
    position_of = {entry.message.id: one.position for one in posts for entry in one.entries}
    if not position_of:
        return {}
    where = {"channel": channel_id, "posts": list(position_of)}
    found = [
        thread
        for one in posts
        for entry in one.entries
        if (thread := _counted(entry.message)) is not None
    ]
    found += [
        Thread(post=post, group=group, stored=number)
        for post, group, number in connection.execute(_STORED, where)
    ]
    read = {row[0]: ThreadRead(*row[1:]) for row in connection.execute(_READ, where)}
    by_position: dict[int, Thread] = {}
    for one in found:
        at = position_of[one.post]
        mine = msgspec.structs.replace(one, post=at, read=read.get(one.post))
        by_position[at] = by_position[at].joined(mine) if at in by_position else mine
    return by_position


def reading_order(connection: Connection, channel_id: PeerId, posts: Sequence[int]) -> list[Placed]:
    """The comments of a post (all ids of its album), each after what it answers, oldest first.

    What answers something that is not shown hangs on what that answers.
    """
    rows = connection.execute(_HANGING, {"channel": channel_id, "posts": list(posts)})
    found = sorted((_Hanging(*row) for row in rows), key=lambda one: (one.group, one.id))
    tree = _Tree(found)
    return list(tree.walk())


class _Tree:
    """Comments by what they answer. A comment answers an older one, so there are no circles."""

    def __init__(self, found: Sequence[_Hanging]) -> None:
        self._position: dict[tuple[PeerId, int], int] = {}
        self._others: dict[tuple[PeerId, int], list[int]] = {}
        first: dict[tuple[PeerId, int], int] = {}
        for one in found:
            if one.is_hidden:
                continue
            album = (one.group, one.grouped_id) if one.grouped_id is not None else None
            at = one.id if album is None else first.setdefault(album, one.id)
            self._position[one.group, one.id] = at
            if at != one.id:
                self._others.setdefault((one.group, at), []).append(one.id)
        self._all = {(one.group, one.id): one for one in found}
        self._children: dict[tuple[PeerId, int | None], list[int]] = {}
        for one in found:
            if self._position.get((one.group, one.id)) == one.id:
                parent = self._parent(one)
                self._children.setdefault((one.group, parent), []).append(one.id)

    def walk(self) -> Iterator[Placed]:
        for group in dict.fromkeys(group for group, _ in self._all):
            waiting = self._below(group, None, 0)
            while waiting:
                place = waiting.pop()
                yield place
                waiting += self._below(group, place.position, place.level + 1)

    def _below(self, group: PeerId, parent: int | None, level: int) -> list[Placed]:
        """What answers a comment, the oldest last."""
        found = self._children.get((group, parent), ())
        others = self._others
        return [
            Placed(group, number, parent, level, others.get((group, number), ()))
            for number in reversed(found)
        ]

    def _parent(self, one: _Hanging) -> int | None:
        answered = self._answered(one)
        while answered is not None:
            at = self._position.get((answered.group, answered.id))
            if at is not None:
                return at if at < one.id else None
            answered = self._answered(answered)
        return None

    def _answered(self, one: _Hanging) -> _Hanging | None:
        if one.answers is None or one.answers >= one.id:
            return None
        return self._all.get((one.group, one.answers))


def post_of(connection: Connection, group_id: PeerId, root_id: int) -> tuple[PeerId, int] | None:
    """Channel and id of the post whose copy in the group this is."""
    row = connection.execute(_POST_OF, {"group": group_id, "root": root_id}).first()
    return None if row is None else (row.channel_id, row.post_id)


def _counted(message: Message) -> Thread | None:
    """What Telegram counts under a message, where it has comments."""
    replies = message.replies
    if replies is None or not replies.comments:
        return None
    return Thread(post=message.id, group=replies.chat or 0, expected=replies.count)
