"""What an archive may hold after a history, by when headrace looked.

The oracle replays the log of the sandbox: it knows what each message was at each visit of
headrace, whether the visit came to its end, and so which versions and tombstones there may be.
A visit that was broken off may have seen any part of what it was to see.
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from tgsandbox.server import Sandbox
from tgsandbox.worlds import expect

_WEEK_S = 7 * 86_400

Content = dict[str, Any]


class Visit(NamedTuple):
    """One look of headrace at a chat, between two changes."""

    #: The chat's messages then, by id.
    there: dict[int, Content]
    policy: str
    #: It came to its end.
    done: bool
    #: Unix seconds.
    began: int
    ended: int
    #: Of these it depends on the way of reading whether they are found: comments whose post is
    #: out of reach.
    optional: frozenset[int] = frozenset()
    #: Posts are looked at again, whatever the policy, where their comments have moved.
    counts_again: bool = False


class Told(NamedTuple):
    """What an archive may hold of a message: its versions, itself, and its tombstone."""

    versions: tuple[str, ...] = ()
    current: str = ""
    #: The visit that noticed the deletion.
    gone: int | None = None
    #: Seen by a visit that was broken off, so that the one that goes on may pass over it.
    is_fresh: bool = False


def authored(content: Content) -> str:
    """What of a message makes a version."""
    kept = {key: content[key] for key in ("text", "entities", "media", "edited") if key in content}
    if kept.get("media", {}).get("kind") == "poll":
        del kept["media"]
    return as_text(kept)


def as_text(content: Content) -> str:
    return json.dumps(content, ensure_ascii=False, sort_keys=True)


def possible(visits: list[Visit], message_id: int) -> set[Told]:
    """All that an archive may hold of a message after these visits."""
    found = {Told()}
    for number, visit in enumerate(visits):
        state = visit.there.get(message_id)
        after = {new for one in found for new in _visited(one, state, visit, number)}
        found = after | found if message_id in visit.optional else after
    return found


def _visited(told: Told, state: Content | None, visit: Visit, number: int) -> set[Told]:
    left = told._replace(is_fresh=told.is_fresh and not visit.done)
    if not _is_due(told, visit):
        may_be_seen = visit.counts_again and told.gone is None
        return {left, _seen(told, state, number)} if may_be_seen else {left}
    seen = _seen(told, state, number)._replace(is_fresh=not visit.done)
    return {seen} if visit.done and not told.is_fresh else {left, seen}


def _is_due(told: Told, visit: Visit) -> bool:
    """New ones always are, stored ones by the policy, and deleted ones never again."""
    if not told.current:
        return True
    if told.gone is not None or visit.policy == "none":
        return False
    return visit.policy == "all" or json.loads(told.current)["date"] >= visit.began - _WEEK_S


def _seen(told: Told, state: Content | None, number: int) -> Told:
    if state is None:
        return told._replace(gone=number) if told.current else told
    versions = told.versions
    if told.current and authored(json.loads(told.current)) != authored(state):
        versions += (authored(json.loads(told.current)),)
    return Told(versions, as_text(state))


class Log:
    """The state of a chat, event by event, as the sandbox's log tells it."""

    def __init__(self, sandbox: Sandbox, chat: int) -> None:
        self._sandbox, self._chat = sandbox, chat
        lines = (json.loads(line) for line in expect.lines(sandbox.world, [chat]))
        self._there = {line["id"]: line for line in lines if line["type"] == "message"}
        self._read = len(sandbox.log)

    def there(self) -> dict[int, Content]:
        """The messages as they are now."""
        for event in self._sandbox.log[self._read :]:
            if event.chat == self._chat and event.verb != "chat":
                self._take(event.as_json())
        self._read = len(self._sandbox.log)
        return dict(self._there)

    def _take(self, event: dict[str, Any]) -> None:
        for number in event["before"]:
            self._there.pop(int(number), None)
        for number, content in event["after"].items():
            self._there[int(number)] = {**content, "chat": self._chat, "type": "message"}
