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

from tests.crash.faults import CHAT, LOSSES, changing, closing, losing, recoverable, unreadable
from tests.e2e.oracle import assert_same, of_chat

from headrace import app, errors, settings
from headrace.model.download import TEXT_ONLY
from headrace.model.job import Silent
from headrace.model.plan import ImportOptions, ImportReport, Pace
from tgsandbox.server import Sandbox, serve
from tgsandbox.worlds import expect

KINDS = ("recoverable", "unreadable", "account", "closed", "changing")
#: Requests that pace fast has on their way at once.
IN_FLIGHT = 8
_DEADLINE = 1.5
#: A schedule ends within this, whatever it holds.
LONGEST_S = 120


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
