"""The oracle of comments: which message of a group hangs on which post, one JSON object a line.

- ``thread``: a post with an automatic copy. ``channel``, ``post``, ``group``, ``root`` (the
  copy), ``count`` of the comments on that copy; ``first_post`` where the post is a later item of
  an album; ``closed`` where the post itself was deleted.
- ``comment``: ``chat``, ``id``, ``root``, ``channel``, ``post``, ``parent`` (the message that it
  answers) and ``level``: 1 is an answer to the root. A parent that is gone stays named, and
  leaves level 1.
- ``orphan``: hangs on a ``root`` that is not there (any more); ``post`` where that was a copy.
- ``chatter``: hangs on nothing, or on a message that is no copy.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from tgsandbox.worlds.base import Chat, Content, World


def contents(world: World, groups: Collection[int] | None = None) -> Iterator[Content]:
    """The objects of all groups that posts were copied to, or of those in ``groups``."""
    for marked in sorted(world.chats):
        chat = world.chats[marked]
        if (chat.roots or chat.lost_roots) and (groups is None or marked in groups):
            yield from _of_group(world, chat)


def _of_group(world: World, group: Chat) -> Iterator[Content]:
    posts = {copy: post for post, copy in group.roots.items()}
    lost = {copy: post for post, copy in group.lost_roots.items()}
    channel = group.roots_channel()
    levels: dict[int, int] = {}
    counts: dict[int, int] = dict.fromkeys(posts, 0)
    for index in range(len(group.history)):
        content = group.history.at(index)
        root = content.get("thread_id")
        if content["id"] in posts:
            continue
        found: Content = {"chat": group.content["id"], "id": content["id"]}
        if root in posts:
            parent = content.get("reply", {}).get("msg_id", root)
            levels[content["id"]] = levels.get(parent, 0) + 1
            counts[root] += 1
            found |= {"channel": channel, "post": posts[root], "root": root, "parent": parent}
            found |= {"type": "comment", "level": levels[content["id"]]}
        elif root is not None and group.history.get(root) is None:
            found |= {"type": "orphan", "root": root}
            if root in lost:
                found |= {"channel": channel, "post": lost[root]}
        else:
            found["type"] = "chatter"
        yield found
    yield from _threads(world, group, counts)


def _threads(world: World, group: Chat, counts: dict[int, int]) -> Iterator[Content]:
    channel = group.roots_channel()
    chat = world.chats.get(channel or 0)
    firsts: dict[str, int] = {}
    for post, root in sorted(group.roots.items()):
        content = chat.history.get(post) if chat else None
        thread: Content = {"type": "thread", "channel": channel, "post": post}
        thread |= {"group": group.content["id"], "root": root, "count": counts[root]}
        if content is None:
            thread["closed"] = True
        elif "grouped_id" in content:
            first = firsts.setdefault(content["grouped_id"], post)
            if first != post:
                thread["first_post"] = first
        yield thread
