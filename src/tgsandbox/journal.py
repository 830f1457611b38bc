"""What happened in a world, in order: the log of the oracle, and what a difference is made of."""

from __future__ import annotations

from typing import Any, NamedTuple

from tgsandbox.clock import Clock
from tgsandbox.worlds import expect, odd
from tgsandbox.worlds.base import Chat, Content

POST, EDIT, DELETE, COUNT, CHAT = "post", "edit", "delete", "count", "chat"
"""A new message; an edit; a deletion; counts that moved (no edit, no ``pts``); the chat itself."""
_COUNTED = {POST: 1, EDIT: 1, COUNT: 0, CHAT: 0}


class Event(NamedTuple):
    """One thing that happened in one chat, at ``at`` (Unix seconds).

    ``before`` and ``after`` are the messages ``ids`` in the canonical form, absent ones left
    out; of a `CHAT` event, which has no ids, they hold the chat itself under its marked id.
    """

    number: int
    at: int
    chat: int
    verb: str
    ids: tuple[int, ...]
    pts: int
    """The chat's ``pts`` after it."""
    pts_count: int
    before: dict[int, Content]
    after: dict[int, Content]

    def as_json(self) -> dict[str, Any]:
        """The event as an object; ids that are keys become strings, contents canonical."""
        contents = {"before": _canonical(self.before), "after": _canonical(self.after)}
        return {**self._asdict(), **contents}


def _canonical(contents: dict[int, Content]) -> dict[str, Any]:
    return {str(key): expect.without_empty(odd.expected(one)) for key, one in contents.items()}


class Journal:
    """All events since the server began."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.events: list[Event] = []
        #: When the ``pts`` of a chat moved last, by the server's clock.
        self.moved: dict[int, float] = {}
        self._counted: dict[int, list[Event]] = {}

    def note(
        self,
        chat: Chat,
        verb: str,
        at: int,
        before: dict[int, Content],
        after: dict[int, Content],
    ) -> Event:
        """Write down what has happened already, and move the chat's ``pts``."""
        marked = chat.content["id"]
        touched = tuple(sorted({**before, **after} if verb != CHAT else ()))
        count = _COUNTED.get(verb, len(touched))
        chat.pts += count
        number = self.events[-1].number + 1 if self.events else 1
        event = Event(number, at, marked, verb, touched, chat.pts, count, before, after)
        self.events.append(event)
        if count:
            self._counted.setdefault(marked, []).append(event)
            self.moved[marked] = self._clock.now()
        return event

    def since(self, chat: Chat, pts: int, limit: int) -> list[Event] | None:
        """The events of a chat after ``pts``, at most ``limit``; none where it forgot them."""
        counted = self._counted.get(chat.content["id"], [])
        if not counted or counted[0].pts - counted[0].pts_count > pts:
            return None
        return [event for event in counted if event.pts > pts][:limit]

    def shorten(self, chat: Chat, keep: int) -> None:
        """Let differences reach back over the last ``keep`` events only; the log stays whole."""
        counted = self._counted.setdefault(chat.content["id"], [])
        del counted[: max(0, len(counted) - keep)]
