"""Changes around comments: the copies of new posts, comments, their counts, other groups."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from tgsandbox import journal
from tgsandbox.errors import SandboxError
from tgsandbox.worlds import contents, discussion, ids
from tgsandbox.worlds.base import Chat, Content, World

Change = dict[str, Any]


class Writer(Protocol):
    """Carries out what is found out here, and tells of it."""

    def now(self) -> int: ...

    def add(self, chat: Chat, content: Content) -> int: ...

    def alter(self, chat: Chat, message_id: int, changes: Content, verb: str) -> None: ...

    def alter_chat(self, chat: Chat, changes: Content) -> None: ...

    def chat(self, named: Any) -> Chat: ...


class TalkChanges:
    """Carries out the verbs that concern a channel and its discussion group together."""

    def __init__(self, world: World, writer: Writer) -> None:
        self._world = world
        self._writer = writer

    def copy_of(self, channel: Chat, post: Content) -> tuple[Chat, Content] | None:
        """The group and the automatic copy of a post that is about to be added.

        Opens the comment section of the post, of an album that of the first item.
        """
        group = self._world.chats.get(channel.content.get("linked_chat_id", 0))
        if channel.content["kind"] != "channel" or group is None or group.gone:
            return None
        marked = channel.content["id"]
        album = post.get("grouped_id", "")
        mixed = str(ids.mix(int(album), group.content["id"]) >> 2) if album else ""
        copy = discussion.automatic_copy(post, group.next_id(), marked, mixed)
        copy["date"] = post["date"]
        if not (album and _newest(channel).get("grouped_id") == album):
            discussion.comment_counts(post, copy, group.content["id"], [])
        group.roots[post["id"]] = copy["id"]
        return group, copy

    def copies(self, channel: Chat, posts: Iterable[int]) -> list[tuple[Chat, int]]:
        """The copies of posts that are there, with their groups."""
        return [
            (group, group.roots[post])
            for post in posts
            for group in self._world.chats.values()
            if group.roots_channel() == channel.content["id"] and post in group.roots
        ]

    def comment(self, change: Change) -> int:
        """A comment on a ``post``, or below a ``parent``; returns its id in the group."""
        channel = self._writer.chat(change.get("chat", next(iter(self._world.chats))))
        post = channel.history.get(change["post"]) or {}
        group = self._world.chats.get(post.get("replies", {}).get("chat", 0))
        root = group.roots.get(change["post"]) if group else None
        if group is None or root is None:
            raise SandboxError(f"Post {change['post']} has no comment section.")
        parent = change.get("parent", root)
        reply = {"msg_id": parent} if parent == root else {"msg_id": parent, "top_id": root}
        made = contents.message(
            group.next_id(),
            self._writer.now(),
            change.get("text", ""),
            author=change.get("author", self._world.me["id"]),
            reply=reply,
        )
        made |= change.get("message", {})
        self._writer.add(group, made)
        self._count(group, root, 1, made)
        return int(made["id"])

    def gone(self, chat: Chat, content: Content) -> None:
        """What else changes when a message was deleted: counts, or the comments of a post."""
        if "thread_id" in content:
            self._count(chat, content["thread_id"], -1, content)
        post = next((post for post, copy in chat.roots.items() if copy == content["id"]), None)
        if post is None:
            return
        chat.lost_roots[post] = chat.roots.pop(post)
        channel = self._world.chats.get(chat.roots_channel() or 0)
        if channel is not None and "replies" in (channel.history.get(post) or {}):
            self._writer.alter(channel, post, {"replies": None}, journal.COUNT)

    def relink(self, change: Change) -> None:
        """Link a channel to another ``group``, or to none.

        Posts keep the comment section that they have, unless ``forget`` closes them all.
        """
        channel = self._writer.chat(change.get("chat", next(iter(self._world.chats))))
        marked = channel.content["id"]
        old = self._world.chats.get(channel.content.get("linked_chat_id", 0))
        if old is not None:
            old.channel = marked
            self._writer.alter_chat(old, {"linked_chat_id": None})
        new = self._writer.chat(change["group"]) if change.get("group") is not None else None
        linked = new.content["id"] if new else None
        self._writer.alter_chat(channel, {"linked_chat_id": linked})
        if new is not None:
            self._writer.alter_chat(new, {"linked_chat_id": marked})
        if change.get("forget"):
            self._forget(channel)

    def _forget(self, channel: Chat) -> None:
        history = channel.history
        for index in range(len(history)):
            message = history.at(index)
            if "replies" in message:
                self._writer.alter(channel, message["id"], {"replies": None}, journal.COUNT)

    def _count(self, group: Chat, root: int, change: int, comment: Content) -> None:
        """Move the counts of a root and of its post."""
        post = next((post for post, copy in group.roots.items() if copy == root), None)
        channel = self._world.chats.get(group.roots_channel() or 0)
        for chat, message_id in ((group, root), (channel, post)):
            if chat is None or message_id is None:
                continue
            replies = (chat.history.get(message_id) or {}).get("replies")
            if replies is not None:
                counts = {"replies": _counted(replies, change, comment)}
                self._writer.alter(chat, message_id, counts, journal.COUNT)


def _counted(replies: Content, change: int, comment: Content) -> Content:
    changed = {**replies, "count": max(0, replies.get("count", 0) + change)}
    if change > 0:
        changed["max_id"] = comment["id"]
        if "author" in comment:
            others = [one for one in replies.get("recent", ()) if one != comment["author"]]
            changed["recent"] = [comment["author"], *others][:3]
    changed["pts"] = replies.get("pts", changed["count"]) + 1
    return changed


def _newest(chat: Chat) -> Content:
    history = chat.history
    return history.at(len(history) - 1) if len(history) else {}
