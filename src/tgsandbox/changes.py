"""Changes of the world while it is served: posts, edits, deletions, renames, closed doors.

Each change is a JSON object with a ``verb``; each moves the chat's ``pts``, and a journal
remembers what it was for updates.getChannelDifference.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from tgsandbox.clock import Clock
from tgsandbox.errors import SandboxError
from tgsandbox.file_changes import FileChanges
from tgsandbox.worlds.base import Chat, Content, World

Change = dict[str, Any]


class Event(NamedTuple):
    """What happened to one message of a chat, leading to ``pts``."""

    pts: int
    verb: str
    message_id: int


class Changes:
    """Applies changes; `listeners` are told after each."""

    def __init__(self, world: World, clock: Clock) -> None:
        self._world = world
        self._clock = clock
        self.listeners: list[Callable[[], None]] = []
        self.journal: dict[int, list[Event]] = {}
        files = self._files = FileChanges(world, self._chat)
        self._verbs: dict[str, Callable[[Change], Any]] = {
            "post": self._post,
            "edit": self._edit,
            "delete": self._delete,
            "rename": self._rename,
            "swap_names": self._swap_names,
            "close": self._close,
            "open": self._open,
            "rotate_references": self._rotate,
            "lose_file": files.lose,
            "move_file": files.move,
            "state_size": files.state_size,
            "replace_file": self._replace_file,
        }

    def apply(self, change: Change) -> Any:
        """Carry out one change; returns the id of a post, the ids touched, or a file's key."""
        verb = self._verbs.get(change.get("verb", ""))
        if verb is None:
            known = ", ".join(self._verbs)
            raise SandboxError(f"There is no change {change.get('verb')!r}; there are {known}.")
        try:
            result = verb(change)
        except KeyError as exc:
            raise SandboxError(f"The change {change['verb']} lacks or misses {exc}.") from exc
        for listener in self.listeners:
            listener()
        return result

    def _chat(self, change: Change, key: str = "chat") -> Chat:
        """By marked id, by @username, or the first chat where nothing is said."""
        named = change.get(key)
        if named is None and key == "chat":
            return next(iter(self._world.chats.values()))
        marked = self._world.by_username(named.lstrip("@")) if isinstance(named, str) else named
        if marked not in self._world.chats:
            raise SandboxError(f"There is no chat {named!r} in this world.")
        return self._world.chats[marked]

    def _post(self, change: Change) -> int:
        chat = self._chat(change)
        message_id = chat.history.top_id() + 1
        message: Content = {"id": message_id, "date": self._date(), "text": change.get("text", "")}
        if chat.content["kind"] == "channel":
            message |= {"post": True, "views": 1, "forwards": 0}
        message |= change.get("message", {})
        chat.history.add(message)
        self._note(chat, "post", message["id"])
        return int(message["id"])

    def _edit(self, change: Change) -> list[int]:
        chat = self._chat(change)
        changes = {"edited": self._date(), **change.get("changes", {})}
        if "text" in change:
            changes["text"] = change["text"]
        chat.history.edit(change["id"], changes)
        self._note(chat, "edit", change["id"])
        return [change["id"]]

    def _replace_file(self, change: Change) -> str:
        media = self._files.replacement(change)
        self._edit({**change, "changes": {**change.get("changes", {}), "media": media}})
        return str(media["file"])

    def _delete(self, change: Change) -> list[int]:
        chat = self._chat(change)
        gone = change["ids"] if "ids" in change else [change["id"]]
        for message_id in gone:
            chat.history.delete(message_id)
            self._note(chat, "delete", message_id)
        return list(gone)

    def _rename(self, change: Change) -> None:
        content = self._chat(change).content
        for key in ("title", "username", "description"):
            if key in change:
                _put(content, key, change[key])

    def _swap_names(self, change: Change) -> None:
        one, other = self._chat(change, "a").content, self._chat(change, "b").content
        names = one.get("username"), other.get("username")
        _put(one, "username", names[1])
        _put(other, "username", names[0])

    def _close(self, change: Change) -> None:
        chat = self._chat(change)
        chat.private, chat.joined = True, False

    def _open(self, change: Change) -> None:
        chat = self._chat(change)
        chat.private, chat.joined = False, bool(change.get("joined", True))

    def _rotate(self, _: Change) -> None:
        self._world.locations.rotate()

    def _note(self, chat: Chat, verb: str, message_id: int) -> None:
        chat.pts += 1
        events = self.journal.setdefault(chat.content["id"], [])
        events.append(Event(chat.pts, verb, message_id))

    def _date(self) -> int:
        return int(self._clock.now())


def _put(content: Content, key: str, value: Any) -> None:
    if value is None:
        content.pop(key, None)
    else:
        content[key] = value
