"""Faults by chance: what a healthy server does, what breaks a connection, what ends an import."""

from __future__ import annotations

import random
from typing import Any

HISTORY = "messages.getHistory"
CHAT = -1002000000001
LOSSES = {
    "AUTH_KEY_DUPLICATED": 406,
    "AUTH_KEY_UNREGISTERED": 401,
    "SESSION_REVOKED": 401,
    "SESSION_EXPIRED": 401,
    "USER_DEACTIVATED": 401,
    "USER_DEACTIVATED_BAN": 401,
}
#: What breaks a connection. Eight in a row without an answer end an import, so there are fewer.
BREAKING = (
    "reset",
    "reset_after",
    "silent",
    "half_open",
    "garbage",
    "frame_length",
    "gzip_bomb",
    "unknown_beside",
    "lose_reply",
    "stray_reply",
    "dribble",
)
_MOST_BREAKING = 3
#: A page that meets several of these shrinks to a message that is then believed to be unreadable.
_MOST_SPOILING = 1


def breaking(chance: random.Random) -> dict[str, Any]:
    """A fault of the connection, or of an answer that a client only misses."""
    kind = chance.choice(BREAKING)
    match kind:
        case "reset_after":
            return {"type": kind, "bytes": chance.randrange(1, 40_000)}
        case "garbage":
            return {"type": kind, "bytes": chance.choice((4, 8, 20, 64, 4096))}
        case "frame_length":
            length = chance.choice((2**31 - 1, 40_000_000, 9, 7, 0, -1))
            return {"type": kind, "length": length, "bytes": chance.randrange(8, 5000)}
        case "gzip_bomb":
            return {"type": kind, "bytes": 20_000_000}
        case "dribble":
            return {"type": kind, "seconds": chance.choice((0, 0, 0.01))}
    return {"type": kind}


def spoiling(chance: random.Random) -> dict[str, Any]:
    """An object that is unknown once."""
    return chance.choice((
        {"type": "unknown_constructor", "position": chance.randrange(100)},
        {"type": "other_layer", "position": chance.randrange(100)},
        {"type": "other_layer", "of": "result"},
    ))  # fmt: skip


def mild(chance: random.Random) -> dict[str, Any]:
    """What a healthy server does on a bad day."""
    return chance.choice((
        {"type": "error", "code": 500, "message": "RPC_CALL_FAIL"},
        {"type": "error", "code": -503, "message": "Timeout"},
        {"type": "flood", "seconds": 1},
        {"type": "delay", "seconds": chance.random() * 0.2},
        {"type": "duplicate_reply"},
        {"type": "empty_page"},
        {"type": "clock", "offset": chance.randrange(-15, 16)},
    ))  # fmt: skip


def recoverable(chance: random.Random) -> list[dict]:
    """Faults that a patient client survives without a trace."""
    actions = [mild(chance) for _ in range(chance.randrange(4))]
    actions += [breaking(chance) for _ in range(chance.randrange(_MOST_BREAKING + 1))]
    methods = [chance.choice((HISTORY, HISTORY, "*")) for _ in actions]
    for _ in range(chance.randrange(_MOST_SPOILING + 1)):
        actions.append(spoiling(chance))
        methods.append(HISTORY)
    return [
        {
            "method": method,
            "nth": chance.randrange(1, 25),
            "count": chance.randrange(1, 3),
            "action": action,
        }
        for method, action in zip(methods, actions, strict=True)
    ]


def unreadable(chance: random.Random, ids: list[int]) -> tuple[list[dict], set[int]]:
    """Messages that no client of this layer can read, and their ids."""
    lost = set(chance.sample(ids, chance.randrange(1, 5)))
    kinds = ("unknown_constructor", "other_layer")
    return [
        {"method": "*", "action": {"type": chance.choice(kinds), "message_id": one}}
        for one in sorted(lost)
    ], lost


def losing(chance: random.Random) -> dict[str, Any]:
    """The account is lost at some request, for good or (another's fault) only once."""
    code = chance.choice([*LOSSES, "-404"])
    action: dict[str, Any] = {"type": "transport_error", "code": -404}
    if code != "-404":
        action = {"type": "error", "code": LOSSES[code], "message": code}
    count = chance.choice((None, None, 1))
    method = chance.choice(("*", HISTORY))
    return {"method": method, "nth": chance.randrange(1, 22), "count": count, "action": action}


def closing(chance: random.Random) -> dict[str, Any]:
    change = {"verb": "close", "chat": CHAT}
    action = {"type": "world", "change": change}
    return {"method": HISTORY, "nth": chance.randrange(1, 16), "action": action}


def changing(chance: random.Random, ids: list[int]) -> list[dict[str, Any]]:
    """Posts, edits, deletions and new titles while the import runs; no id is meant twice."""
    chosen = chance.sample(ids, 40)
    rules = []
    for number in range(chance.randrange(2, 9)):
        change = chance.choice((
            {"verb": "post", "text": f"news {number}"},
            {"verb": "edit", "id": chosen.pop(), "text": f"mended {number}"},
            {"verb": "delete", "ids": [chosen.pop() for _ in range(chance.randrange(1, 4))]},
            {"verb": "rename", "title": f"Renamed {number}"},
            {"verb": "rotate_references"},
        ))  # fmt: skip
        action = {"type": "world", "change": {"chat": CHAT, **change}}
        rules.append({"method": HISTORY, "nth": chance.randrange(1, 16), "action": action})
    return rules
