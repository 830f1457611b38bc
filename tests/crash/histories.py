"""Random histories, synced between their steps and held against the oracle."""

from __future__ import annotations

import asyncio
import json
import random
import subprocess
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
from tests.crash.history_oracle import Content, Log, Visit, as_text, authored, possible
from tests.e2e import processes
from tests.talking import expected, joined, rows

from headrace import app, errors, settings
from headrace.blobs.files import LocalFiles
from headrace.model.download import TEXT_ONLY
from headrace.model.job import Silent
from headrace.model.plan import ImportOptions, Pace
from headrace.model.refresh import parse_refresh
from headrace.store.canonical import without_empty
from headrace.store.content import message_line
from headrace.store.open import open_archive
from tgsandbox.server import Sandbox, serve
from tgsandbox.stories import story

WORLDS = ("tiny", "talk:150x3+40", "talk:40x10+20", "comments")
POLICIES = ("all", "all", "7d", "none")
#: How a visit may be broken off.
BREAKS = ("lost", "stopped", "killed")


@dataclass
class Course:
    """One history against one sandbox."""

    sandbox: Sandbox
    folder: Path
    chance: random.Random
    changes: list[dict[str, Any]]
    #: By chat: the channel's, and its group's.
    visits: dict[int, list[Visit]] = field(default_factory=dict)
    broken: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        chats = self.sandbox.world.chats
        self.chat = next(
            one.content["id"]
            for one in chats.values()
            if one.content["kind"] == "channel" and one.content.get("linked_chat_id") in chats
        )
        self.group = chats[self.chat].content["linked_chat_id"]
        self.logs = {one: Log(self.sandbox, one) for one in (self.chat, self.group)}
        self.visits = {one: [] for one in self.logs}
        self.place = {
            "archive": self.folder / "archive",
            "server": self.sandbox.address,
            "dc": self.sandbox.dc,
            "public_key": self.sandbox.public_key_file,
            "session": self.sandbox.session_file,
        }
        self.config = self.folder / "config"
        self.loaded = settings.load({**self.place, "config": self.config, "call_timeout": 1.5})

    async def run(self) -> None:
        await self._visit("all")
        while self.changes:
            for _ in range(min(self.chance.randrange(2, 16), len(self.changes))):
                self.sandbox.change(**self.changes.pop(0))
            await self._visit(self.chance.choice(POLICIES))
        # One that was broken off goes on; the other then looks at everything.
        for _ in range(2):
            await self._visit("all", unbroken=True)
        await self._compare()

    async def _visit(self, policy: str, *, unbroken: bool = False) -> None:
        began = await self._another_second()
        there = {chat: log.there() for chat, log in self.logs.items()}
        there[self.group], optional = self._comments(there[self.group])
        how = self.chance.choice([*BREAKS, *[""] * 4]) if not unbroken else ""
        done = await self._look(policy, how)
        assert done or how, "a visit failed that nothing stood in the way of"
        self.broken[how] += not done
        seen = (policy, done, began, int(time.time()))
        self.visits[self.chat].append(Visit(there[self.chat], *seen, counts_again=True))
        self.visits[self.group].append(Visit(there[self.group], *seen, optional))

    async def _another_second(self) -> int:
        """Archives count whole seconds: what two visits in one of them saw is not told apart."""
        last = self.visits[self.chat][-1].ended if self.visits[self.chat] else 0
        await asyncio.sleep(max(last + 1 - time.time(), 0))
        return int(time.time())

    def _comments(self, there: dict[int, Content]) -> tuple[dict[int, Content], frozenset[int]]:
        """What of the group is to be kept, and what of it only may be."""
        found = [one for one in self.sandbox.comments() if one.get("chat") == self.group]
        kinds = {one["id"]: one["type"] for one in found if "id" in one}
        kept = {one: what for one, what in there.items() if kinds.get(one) in {"comment", "orphan"}}
        return kept, frozenset(one for one in kept if kinds[one] == "orphan")

    async def _look(self, policy: str, how: str) -> bool:
        """Import or sync, or a part of it; whether it came to its end."""
        nth = self.chance.randrange(1, 10)
        action: Any = {"type": "error", "code": 401, "message": "SESSION_REVOKED"}
        if how == "killed":
            return await self._killed(policy, nth)
        if how == "lost":
            self.sandbox.telegram.faults.add({"method": "*", "nth": nth, "action": action})
        try:
            report = await self._ask(policy, StopsAfter(nth // 2) if how == "stopped" else None)
        except (errors.AccountLost, errors.Interrupted):
            return False
        finally:
            self.sandbox.telegram.faults.clear()
        return bool(report.complete)

    async def _ask(self, policy: str, control: Any) -> Any:
        options = ImportOptions(pace=Pace.FAST, media=TEXT_ONLY, refresh=parse_refresh(policy))
        ref = str(self.chat)
        visits = self.visits[self.chat]
        if not visits or self.chance.random() < 0.5:
            return await app.import_chat(self.loaded, ref, options, Silent(), control)
        try:
            return await app.sync_chats(
                self.loaded, [ref], options, Silent(), lambda _: None, control
            )
        except (errors.NotAnArchive, errors.ChatNotFound):
            # The first visit was broken off before there was anything.
            assert not visits[0].done
        return await app.import_chat(self.loaded, ref, options, Silent(), control)

    async def _killed(self, policy: str, nth: int) -> bool:
        """As a process that is killed while its nth request waits for an answer."""
        self.sandbox.telegram.faults.add({"method": "*", "nth": nth, "action": "silent"})
        (rule,) = self.sandbox.telegram.faults.rules
        place = [f"--{key.replace('_', '-')}={value}" for key, value in self.place.items()]
        asked = ["import", *place, "--comments", "all", "--refresh", policy, "--", self.chat]
        process = processes.start(*asked, config=self.config)
        await asyncio.to_thread(_kill_once_fired, process, rule)
        self.sandbox.telegram.faults.clear()
        return process.returncode == 0

    async def _compare(self) -> None:
        async with open_archive(LocalFiles(), self.folder / "archive", create=False) as store:
            for chat, visits in self.visits.items():
                ids = {number for visit in visits for number in visit.there}
                for number in sorted(ids):
                    known = await store.message(chat, number)
                    versions = await store.versions(chat, number)
                    self._agrees(chat, number, known, versions)
                stored = {k.message.id async for b in store.message_batches(chat) for k in b}
                assert stored <= ids | self._roots(chat)
                assert all(one.is_whole for one in await store.verify_ledger(chat))
        oracle = [one for one in self.sandbox.comments() if one.get("chat") == self.group]
        # What hung on a copy that is gone still hangs on its post in the archive.
        orphans = expected(oracle, "orphan")
        found = joined(self.folder / "archive").items()
        mine = {key: one for key, one in found if key[0] == self.group and key not in orphans}
        assert mine == expected(oracle)

    def _roots(self, chat: int) -> set[int]:
        """The copies of posts that are stored of a group."""
        if chat != self.group:
            return set()
        query = "SELECT root_id FROM roots WHERE group_id = ?"
        return {one for (one,) in rows(self.folder / "archive", query, chat)}

    def _agrees(self, chat: int, number: int, known: Any, versions: list[Any]) -> None:
        may_be = possible(self.visits[chat], number)
        if known is None:
            assert any(not one.current for one in may_be), (chat, number)
            return
        current = as_text(json.loads(message_line(chat, known.message)))
        told = tuple(authored(without_empty(msgspec.to_builtins(one))) for one in versions)
        agreeing = [one for one in may_be if (one.versions, one.current) == (told, current)]
        assert agreeing, (chat, number, told, current, may_be)
        if known.deleted_at is None:
            assert any(one.gone is None for one in agreeing), (chat, number)
            return
        gone = [self.visits[chat][one.gone] for one in agreeing if one.gone is not None]
        assert any(one.began <= known.deleted_at <= one.ended for one in gone), (chat, number)


def _kill_once_fired(process: subprocess.Popen[bytes], rule: Any) -> None:
    while not rule.fired:
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.02)
            return
    process.kill()
    process.wait()


class StopsAfter:
    """Stops a run at a checkpoint, as a person would."""

    def __init__(self, checkpoints: int) -> None:
        self._left = checkpoints

    async def checkpoint(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise errors.Interrupted


async def run(seed: int, folder: Path, *, key_file: Path) -> Course:
    """Live the history of a seed with headrace looking on, and hold the archive against it."""
    chance = random.Random(f"history {seed}")
    world = chance.choice(WORLDS)
    changes = story(world, chance.randrange(30, 90), seed=seed)
    # What happens in the story is of these days, and so in the eyes of every policy young.
    later = int(time.time()) - changes[-1]["at"]
    moved = [{**change, "at": change["at"] + later} for change in changes]
    async with serve(world, seed=1, key_file=key_file) as sandbox:
        course = Course(sandbox, folder, chance, moved)
        try:
            await course.run()
        except BaseException as exc:
            told = [(visit.policy, visit.done) for visit in course.visits[course.chat]]
            exc.add_note(f"history {seed}, {world}: {told}")
            raise
    return course
