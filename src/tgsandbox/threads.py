"""Threads of a discussion group: which messages hang on which root."""

from __future__ import annotations

from bisect import bisect_left, insort

from tgsandbox import journal
from tgsandbox.journal import Event
from tgsandbox.worlds.base import Chat, Content, History, World


class Threads:
    """Ids of the answers by (chat, root).

    A group is read once, when it is first asked for, unless it knows its threads by itself
    (`Chat.threads`); events are followed from then on.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._of: dict[int, _Followed] = {}

    def answers(self, chat: Chat, root: int) -> list[int]:
        """Ascending ids of what hangs on a root, the root itself not among them."""
        return self._followed(chat).answers(root)

    def follow(self, event: Event) -> None:
        """Take an event in that has just been written down."""
        if event.verb not in {journal.POST, journal.DELETE}:
            return
        chat = self._world.chats[event.chat]
        if event.chat not in self._of and chat.threads is None:
            return
        followed = self._followed(chat)
        for message_id, content in event.before.items():
            followed.take(content.get("thread_id"), message_id)
        for message_id, content in event.after.items():
            followed.put(content.get("thread_id"), message_id)

    def _followed(self, chat: Chat) -> _Followed:
        marked = chat.content["id"]
        if marked not in self._of:
            self._of[marked] = _Followed(chat)
        return self._of[marked]


class _Followed:
    """The threads of one group: as they were at first, and those that have changed since."""

    def __init__(self, chat: Chat) -> None:
        self._first = read(chat.history) if chat.threads is None else {}
        self._made = chat.threads
        self._changed: dict[int, list[int]] = {}

    def answers(self, root: int) -> list[int]:
        if root in self._changed:
            return self._changed[root]
        return self._made.answers(root) if self._made else self._first.get(root, [])

    def put(self, root: int | None, message_id: int) -> None:
        if root is not None:
            insort(self._own(root), message_id)

    def take(self, root: int | None, message_id: int) -> None:
        if root is not None:
            self._own(root).remove(message_id)

    def _own(self, root: int) -> list[int]:
        if root not in self._changed:
            self._changed[root] = list(self.answers(root))
        return self._changed[root]


class Selection:
    """Some messages of a history, by ascending ids, to be sliced as a history is."""

    def __init__(self, history: History, ids: list[int]) -> None:
        self._history = history
        self._ids = ids

    def __len__(self) -> int:
        return len(self._ids)

    def position(self, message_id: int) -> int:
        return bisect_left(self._ids, message_id)

    def position_at(self, date: int) -> int:
        below = self._history.position_at(date)
        if below >= len(self._history):
            return len(self._ids)
        return self.position(self._history.at(below)["id"])

    def at(self, index: int) -> Content:
        return self._history.at(self._inner(index))

    def wire(self, index: int) -> bytes:
        return self._history.wire(self._inner(index))

    def _inner(self, index: int) -> int:
        return self._history.position(self._ids[index])


def read(history: History) -> dict[int, list[int]]:
    """Ids of answers by root, from all messages of a history."""
    threads: dict[int, list[int]] = {}
    for index in range(len(history)):
        message = history.at(index)
        if "thread_id" in message:
            threads.setdefault(message["thread_id"], []).append(message["id"])
    return threads
