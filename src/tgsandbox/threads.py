"""Threads of a discussion group: which messages hang on which root."""

from __future__ import annotations

from bisect import bisect_left

from tgsandbox.worlds.base import Chat, Content, History, World


class Threads:
    """Ids of the answers by (chat, root); a chat is read once, again after a change."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._of: dict[int, dict[int, list[int]]] = {}

    def forget(self) -> None:
        self._of.clear()

    def answers(self, chat: Chat, root: int) -> list[int]:
        """Ascending ids of what hangs on a root, the root itself not among them."""
        marked = chat.content["id"]
        if marked not in self._of:
            self._of[marked] = _read(chat.history)
        return self._of[marked].get(root, [])


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


def _read(history: History) -> dict[int, list[int]]:
    threads: dict[int, list[int]] = {}
    for index in range(len(history)):
        message = history.at(index)
        if "thread_id" in message:
            threads.setdefault(message["thread_id"], []).append(message["id"])
    return threads
