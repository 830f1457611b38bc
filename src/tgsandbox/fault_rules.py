"""Fault rules: which request they mean, when they fire, and what then happens.

A rule as JSON::

    {"method": "messages.getHistory", "args": {"offset_id": 500}, "nth": 3, "count": 1,
     "action": {"type": "flood", "seconds": 5}}

The README of the package lists the actions.
"""

from __future__ import annotations

import fnmatch
import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tgsandbox.counters import arguments
from tgsandbox.errors import SandboxError
from tgsandbox.parts import WRONG_ANSWERS

#: Action -> the parameters it needs, and those it may have.
ACTIONS: dict[str, tuple[set[str], set[str]]] = {
    "error": ({"code", "message"}, set()),
    "flood": ({"seconds"}, {"premium"}),
    "delay": ({"seconds"}, set()),
    "lose_reply": (set(), set()),
    "duplicate_reply": (set(), set()),
    "silent": (set(), {"scope"}),
    "reset": (set(), set()),
    "reset_after": ({"bytes"}, set()),
    "reset_within": (set(), {"share"}),
    "half_open": (set(), set()),
    "dribble": (set(), {"seconds"}),
    "stray_reply": (set(), set()),
    "empty_page": (set(), set()),
    "unknown_constructor": (set(), {"position", "message_id", "chat"}),
    "unknown_beside": (set(), set()),
    "other_layer": (set(), {"of", "position", "message_id", "chat"}),
    "short_chunk": ({"bytes"}, set()),
    "long_chunk": ({"bytes"}, set()),
    "wrong_answer": ({"of"}, set()),
    "clock": ({"offset"}, set()),
    "transport_error": ({"code"}, set()),
    "garbage": (set(), {"bytes"}),
    "frame_length": ({"length"}, {"bytes"}),
    "gzip_bomb": (set(), {"bytes"}),
    "world": ({"change"}, set()),
}
#: Actions that may stand for one message, in every answer.
_STANDING = {"unknown_constructor", "other_layer"}
_RULE_KEYS = {"method", "args", "dc", "nth", "every", "count", "probability", "action"}
#: The pseudo method of a new connection; only actions on the connection make sense there.
CONNECT = "connect"


@dataclass(kw_only=True)
class Rule:
    """One rule; ``left`` counts down to 0, ``None`` fires without end."""

    number: int
    method: str
    action: dict[str, Any]
    args: dict[str, Any] = field(default_factory=dict)
    dc: int | None = None
    nth: int = 1
    every: int = 1
    left: int | None = 1
    probability: float | None = None
    seen: int = 0
    fired: int = 0

    def fires(self, method: str, request: Any, dc: int, chance: random.Random) -> bool:
        """Whether this request is meant, now; counts it if so."""
        if self.left == 0 or not fnmatch.fnmatchcase(method, self.method):
            return False
        if self.dc not in (None, dc):
            return False
        if self.args and not _matches(arguments(request), self.args):
            return False
        self.seen += 1
        if self.seen < self.nth or (self.seen - self.nth) % self.every:
            return False
        if self.probability is not None and chance.random() >= self.probability:
            return False
        self.fired += 1
        if self.left is not None:
            self.left -= 1
        return True

    @property
    def standing(self) -> tuple[int | None, int] | None:
        """Chat (or any) and message id that are unreadable as long as the rule stands."""
        if self.action["type"] in _STANDING and "message_id" in self.action:
            return self.action.get("chat"), self.action["message_id"]
        return None

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.number,
            "method": self.method,
            "args": self.args,
            "action": self.action,
            "seen": self.seen,
            "fired": self.fired,
            "left": self.left,
        }


def parsed(number: int, given: Any) -> Rule:
    """A rule from JSON; a mistake is told in one sentence."""
    if not isinstance(given, Mapping):
        raise SandboxError("A fault rule is a JSON object.")
    unknown = set(given) - _RULE_KEYS
    if unknown:
        raise SandboxError(f"A fault rule has no key {min(unknown)!r}.")
    action = _action(given.get("action"))
    probability = given.get("probability")
    every = given.get("every")
    if every is not None and (not isinstance(every, int) or every < 1):
        raise SandboxError(f"A fault rule fires every 1, 2, 3, … requests, not every {every!r}.")
    count = given.get("count", 1 if probability is None and every is None else None)
    return Rule(
        number=number,
        method=given.get("method", "*"),
        action=action,
        args=dict(given.get("args", {})),
        dc=given.get("dc"),
        nth=given.get("nth", every or 1),
        every=every or 1,
        left=count,
        probability=probability,
    )


def _action(given: Any) -> dict[str, Any]:
    if isinstance(given, str):
        given = {"type": given}
    if not isinstance(given, Mapping) or given.get("type") not in ACTIONS:
        known = ", ".join(sorted(ACTIONS))
        raise SandboxError(f"A fault rule needs an action of a known type: {known}.")
    needed, optional = ACTIONS[given["type"]]
    has = set(given) - {"type"}
    if missing := needed - has:
        raise SandboxError(f"The action {given['type']} needs {min(missing)!r}.")
    if extra := has - needed - optional:
        raise SandboxError(f"The action {given['type']} has no {min(extra)!r}.")
    if given["type"] == "wrong_answer" and given["of"] not in WRONG_ANSWERS:
        raise SandboxError(f"A wrong answer is one of {', '.join(WRONG_ANSWERS)}.")
    return dict(given)


def _matches(value: Any, wanted: Any) -> bool:
    """Whether the wanted JSON is a part of the value; regex, min and max are predicates."""
    if isinstance(wanted, Mapping):
        if "regex" in wanted:
            return re.search(wanted["regex"], str(value)) is not None
        if wanted.keys() <= {"min", "max"} and isinstance(value, int | float):
            return bool(wanted.get("min", value) <= value <= wanted.get("max", value))
        return isinstance(value, Mapping) and all(
            key in value and _matches(value[key], one) for key, one in wanted.items()
        )
    if isinstance(wanted, list):
        return isinstance(value, list) and all(
            any(_matches(one, sought) for one in value) for sought in wanted
        )
    return bool(value == wanted)
