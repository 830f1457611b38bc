"""Random schedules of faults, each from a seed, and what must be true after each.

A schedule has a kind: ``recoverable`` faults leave no trace, ``unreadable`` messages cost
themselves, a lost ``account`` and a ``closed`` channel end the import, which goes on when they
are back, and a ``changing`` world is found as it was read or as it is now.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.e2e.oracle import assert_same, of_chat

from headrace import app, errors, settings
from headrace.model.download import TEXT_ONLY
from headrace.model.job import Silent
from headrace.model.plan import ImportOptions, ImportReport, Pace
from tgsandbox.server import Sandbox, serve
from tgsandbox.worlds import expect

HISTORY = "messages.getHistory"
CHAT = -1002000000001
KINDS = ("recoverable", "unreadable", "account", "closed", "changing")
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
#: Requests that pace fast has on their way at once.
IN_FLIGHT = 8
_DEADLINE = 1.5
#: A schedule ends within this, whatever it holds.
LONGEST_S = 120


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


@dataclass
class Outcome:
    """What a schedule came to: its kind, whether its end fell into the import, what fired."""

    kind: str
    hit: bool = True
    fired: Counter[str] = field(default_factory=Counter)


class Course:
    """One schedule against one sandbox."""

    def __init__(self, sandbox: Sandbox, folder: Path, kind: str, chance: random.Random) -> None:
        self.sandbox, self.chance = sandbox, chance
        self.outcome = Outcome(kind)
        self.loaded = settings.load({
            "archive": folder / "archive",
            "config": folder / "config",
            "server": sandbox.address,
            "dc": sandbox.dc,
            "public_key": sandbox.public_key_file,
            "session": sandbox.session_file,
            "call_timeout": _DEADLINE,
        })  # fmt: skip

    async def run(self) -> Outcome:
        oracle = self._oracle()
        ids = [line["id"] for line in oracle if line["type"] == "message"]
        match self.outcome.kind:
            case "recoverable":
                await self._whole(recoverable(self.chance), oracle, set())
            case "unreadable":
                rules, lost = unreadable(self.chance, ids)
                await self._whole([*rules, *recoverable(self.chance)], oracle, lost)
            case "account":
                await self._lost(oracle)
            case "closed":
                await self._closed(oracle)
            case "changing":
                await self._changed(ids)
        return self.outcome

    async def _whole(self, rules: list[dict], oracle: list[dict], lost: set[int]) -> None:
        report = await self._import(rules)
        failed = {n for f in report.failures for n in range(f["lo"], f["hi"] + 1)}
        assert failed == lost
        assert report.complete is (not lost)
        assert_same(await self._stored(), oracle, CHAT, without=lost)

    async def _lost(self, oracle: list[dict]) -> None:
        try:
            await self._import([*recoverable(self.chance), losing(self.chance)])
        except errors.AccountLost:
            outcomes = [one["outcome"] for one in self.sandbox.telegram.counters.requests()]
            lost = [place for place, code in enumerate(outcomes) if code in LOSSES]
            assert len(outcomes) - (lost or [len(outcomes)])[0] <= IN_FLIGHT
            assert self.sandbox.report()["handshakes"] == 0
        else:
            self.outcome.hit = False
        assert_same(await self._resumed(), oracle, CHAT)

    async def _closed(self, oracle: list[dict]) -> None:
        try:
            await self._import([*recoverable(self.chance), closing(self.chance)])
        except errors.ChatPrivate:
            assert (await app.status(self.loaded, "@longrace"))["damaged"] == []
        else:
            self.outcome.hit = False
        self.sandbox.change(verb="open", chat=CHAT)
        assert_same(await self._resumed(), oracle, CHAT)

    async def _changed(self, ids: list[int]) -> None:
        """What is stored of a message is what it was at some moment of the import."""
        once: defaultdict[int, list[Any]] = defaultdict(list)
        people = {}

        def look() -> None:
            _, messages, peers = of_chat(self._oracle(), CHAT)
            people.update(peers)
            for number in {*ids, *messages}:
                if messages.get(number) not in once[number]:
                    once[number].append(messages.get(number))

        look()
        self.sandbox.telegram.changes.listeners.append(look)
        await self._import([*recoverable(self.chance), *changing(self.chance, ids)])
        chat, messages, peers = of_chat(await self._resumed(), CHAT)
        now, latest, _ = of_chat(self._oracle(), CHAT)
        assert chat == now
        assert latest.keys() <= messages.keys()
        for number, message in messages.items():
            assert message in once[number], number
        for number, peer in peers.items():
            assert peer == people[number], number

    async def _import(self, rules: list[dict]) -> ImportReport:
        self.sandbox.telegram.faults.add(rules)
        try:
            async with asyncio.timeout(LONGEST_S):
                return await self._ask()
        finally:
            for rule in self.sandbox.telegram.faults.rules:
                self.outcome.fired[rule.action["type"]] += rule.fired

    async def _resumed(self) -> list[dict]:
        """What is stored after the same command once more, with nothing in its way."""
        self.sandbox.telegram.faults.clear()
        self.sandbox.telegram.clock.set_offset(0)
        report = await self._ask()
        assert report.complete
        return await self._stored()

    async def _ask(self) -> ImportReport:
        options = ImportOptions(pace=Pace.FAST, media=TEXT_ONLY, comments=False)
        return await app.import_chat(self.loaded, "@longrace", options, Silent())

    async def _stored(self) -> list[dict]:
        status = await app.status(self.loaded, "@longrace")
        assert (status["ids"]["unread"], status["damaged"]) == (0, [])
        stored: list[str] = []
        await app.content(self.loaded, stored.append)
        return [json.loads(line) for line in stored]

    def _oracle(self) -> list[dict]:
        return [json.loads(line) for line in expect.lines(self.sandbox.world)]


async def run(seed: int, folder: Path, *, kind: str, key_file: Path) -> Outcome:
    """Import under the schedule of a seed and hold the archive against the oracle."""
    chance = random.Random(f"{kind} {seed}")
    size = chance.choice((300, 600, 1500))
    async with serve(f"big:{size}", seed=1, key_file=key_file) as sandbox:
        course = Course(sandbox, folder, kind, chance)
        try:
            return await course.run()
        except BaseException as exc:
            exc.add_note(f"{kind} schedule {seed}, big:{size}: {sandbox.telegram.faults.rules}")
            raise
