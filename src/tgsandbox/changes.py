"""Changes of the world while it is served: posts, comments, edits, deletions, counts, doors.

Each change is a JSON object with a ``verb``; what it does to messages and chats is written
down in a `Journal`, event by event, and told to those who listen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from tgsandbox import journal
from tgsandbox.clock import Clock
from tgsandbox.errors import SandboxError
from tgsandbox.file_changes import FileChanges
from tgsandbox.journal import Event, Journal
from tgsandbox.talk_changes import TalkChanges
from tgsandbox.worlds.base import Chat, Content, World

Change = dict[str, Any]
_NAMES = ("title", "username", "description", "subscribers")


class Changes:
    """Applies changes; `listeners` are told after each, `hearers` of each event.

    A hearer gets the event and who is to be told of it: ``True``, ``False`` or ``too_long``.
    """

    def __init__(self, world: World, clock: Clock) -> None:
        self._world = world
        self._clock = clock
        self.listeners: list[Callable[[], None]] = []
        self.hearers: list[Callable[[Event, bool | str], None]] = []
        self.journal = Journal(clock)
        self._now: int | None = None
        self._told: bool | str = True
        files = self._files = FileChanges(world, self._chat)
        talk = self._talk = TalkChanges(world, self)
        self._verbs: dict[str, Callable[[Change], Any]] = {
            "post": self._post,
            "comment": talk.comment,
            "edit": self._edit,
            "delete": self._delete,
            "react": self._react,
            "views": self._views,
            "rename": self._rename,
            "swap_names": self._swap_names,
            "relink": talk.relink,
            "close": self._close,
            "open": self._open,
            "shorten_journal": self._shorten,
            "rotate_references": self._rotate,
            "lose_file": files.lose,
            "move_file": files.move,
            "state_size": files.state_size,
            "replace_file": self._replace_file,
        }

    def apply(self, change: Change) -> Any:
        """Carry out one change; returns the id of a message, the ids touched, or a file's key.

        It takes place now, or ``at`` a Unix time; ``told`` false lets nobody hear of it.
        """
        verb = self._verbs.get(change.get("verb", ""))
        if verb is None:
            known = ", ".join(self._verbs)
            raise SandboxError(f"There is no change {change.get('verb')!r}; there are {known}.")
        self._now, self._told = change.get("at"), change.get("told", True)
        try:
            result = verb(change)
        except KeyError as exc:
            raise SandboxError(f"The change {change['verb']} lacks or misses {exc}.") from exc
        for listener in self.listeners:
            listener()
        return result

    def now(self) -> int:
        """When the change takes place that is being carried out."""
        return int(self._clock.now()) if self._now is None else int(self._now)

    def add(self, chat: Chat, content: Content) -> int:
        """Append a message and tell of it; dates of a chat never go back."""
        history = chat.history
        if len(history):
            content["date"] = max(content["date"], history.at(len(history) - 1)["date"])
        history.add(content)
        self._note(chat, journal.POST, {}, {content["id"]: content})
        return int(content["id"])

    def alter(self, chat: Chat, message_id: int, changes: Content, verb: str) -> None:
        """Put keys into a message, as an edit or as counts that moved."""
        before = chat.history.get(message_id)
        chat.history.edit(message_id, changes)
        after = chat.history.get(message_id)
        assert before is not None
        assert after is not None
        self._note(chat, verb, {message_id: before}, {message_id: after})

    def alter_chat(self, chat: Chat, changes: Content) -> None:
        """Put keys into a chat; a key whose value is None goes."""
        before = dict(chat.content)
        for key, value in changes.items():
            if value is None:
                chat.content.pop(key, None)
            else:
                chat.content[key] = value
        marked = chat.content["id"]
        self._note(chat, journal.CHAT, {marked: before}, {marked: dict(chat.content)})

    def chat(self, named: Any) -> Chat:
        """The chat of a marked id or a @username."""
        marked = self._world.by_username(named.lstrip("@")) if isinstance(named, str) else named
        if marked not in self._world.chats:
            raise SandboxError(f"There is no chat {named!r} in this world.")
        return self._world.chats[marked]

    def _chat(self, change: Change, key: str = "chat") -> Chat:
        """The chat that a change names, or the first one where nothing is said."""
        if change.get(key) is None and key == "chat":
            return next(iter(self._world.chats.values()))
        return self.chat(change.get(key))

    def _post(self, change: Change) -> int:
        chat = self._chat(change)
        message_id = chat.next_id()
        message: Content = {"id": message_id, "date": self.now(), "text": change.get("text", "")}
        if chat.content["kind"] == "channel":
            message |= {"post": True, "views": 1, "forwards": 0}
        message |= change.get("message", {})
        copies = change.get("copy", True) and message.get("kind") != "service"
        copy = self._talk.copy_of(chat, message) if copies else None
        self.add(chat, message)
        if copy is not None:
            self.add(*copy)
        return int(message["id"])

    def _edit(self, change: Change) -> list[int]:
        chat = self._chat(change)
        changes = {"edited": self.now(), **change.get("changes", {})}
        if "text" in change:
            changes["text"] = change["text"]
        self.alter(chat, change["id"], changes, journal.EDIT)
        if change.get("copy"):
            for group, copy in self._talk.copies(chat, [change["id"]]):
                self.alter(group, copy, changes, journal.EDIT)
        return [change["id"]]

    def _replace_file(self, change: Change) -> str:
        media = self._files.replacement(change)
        self._edit({**change, "changes": {**change.get("changes", {}), "media": media}})
        return str(media["file"])

    def _delete(self, change: Change) -> list[int]:
        chat = self._chat(change)
        gone = change["ids"] if "ids" in change else [change["id"]]
        copies = self._talk.copies(chat, gone) if change.get("copy") else []
        self._take_away(chat, gone)
        for group, copy in copies:
            self._take_away(group, [copy])
        return list(gone)

    def _take_away(self, chat: Chat, gone: Iterable[int]) -> None:
        before: dict[int, Content] = {}
        for message_id in gone:
            content = chat.history.get(message_id)
            if content is None:
                raise KeyError(message_id)
            before[message_id] = content
        for message_id in before:
            chat.spent = max(chat.spent, message_id)
            chat.history.delete(message_id)
        self._note(chat, journal.DELETE, before, {})
        for content in before.values():
            self._talk.gone(chat, content)

    def _react(self, change: Change) -> list[int]:
        """Set all reactions, or move the count of one emoji by ``count`` (1)."""
        chat = self._chat(change)
        message = chat.history.get(change["id"]) or {}
        reactions = change.get("reactions")
        if reactions is None:
            reactions = _moved(
                message.get("reactions", ()), change["emoji"], change.get("count", 1)
            )
        self.alter(chat, change["id"], {"reactions": reactions or None}, journal.COUNT)
        return [change["id"]]

    def _views(self, change: Change) -> list[int]:
        counts: Content = {key: change[key] for key in ("views", "forwards") if key in change}
        self.alter(self._chat(change), change["id"], counts, journal.COUNT)
        return [change["id"]]

    def _rename(self, change: Change) -> None:
        self.alter_chat(self._chat(change), {key: change[key] for key in _NAMES if key in change})

    def _swap_names(self, change: Change) -> None:
        one, other = self._chat(change, "a"), self._chat(change, "b")
        names = one.content.get("username"), other.content.get("username")
        self.alter_chat(one, {"username": names[1]})
        self.alter_chat(other, {"username": names[0]})

    def _close(self, change: Change) -> None:
        chat = self._chat(change)
        chat.private, chat.joined = True, False
        chat.gone = bool(change.get("gone"))
        self.alter_chat(chat, {})

    def _open(self, change: Change) -> None:
        chat = self._chat(change)
        chat.private, chat.gone, chat.joined = False, False, bool(change.get("joined", True))
        self.alter_chat(chat, {})

    def _shorten(self, change: Change) -> None:
        self.journal.shorten(self._chat(change), int(change.get("keep", 0)))

    def _rotate(self, _: Change) -> None:
        self._world.locations.rotate()

    def _note(
        self, chat: Chat, verb: str, before: dict[int, Content], after: dict[int, Content]
    ) -> None:
        event = self.journal.note(chat, verb, self.now(), before, after)
        for hear in self.hearers:
            hear(event, self._told)


def _moved(reactions: Iterable[Content], emoji: str, count: int) -> list[Content]:
    """The reactions with one more (or less) of an emoji."""
    found = {one.get("emoji", index): dict(one) for index, one in enumerate(reactions)}
    own = found.setdefault(emoji, {"type": "emoji", "emoji": emoji, "count": 0})
    own["count"] += count
    return [one for one in found.values() if one["count"] > 0]
