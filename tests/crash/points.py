"""Kill points: a command is killed at a random moment and run again; nothing may show it.

A scene is a folder to start from and a command that works on it. It is run once undisturbed;
then, from copies of the same folder, killed and run again until it ends by itself.
"""

from __future__ import annotations

import asyncio
import random
import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from telethon.tl import types
from tests import first_version
from tests.builders import CHAT_ID, DATE, make_chat, make_page
from tests.desktop.exports import entry, root, write
from tests.e2e import processes

from headrace import app, settings
from headrace.blobs.files import LocalFiles
from headrace.model.message import Message, Unsupported
from headrace.store.open import open_archive
from headrace.telegram.lean_reader import PlainMessage

POSTS = 1200
#: What a healthy network may do to an import; all of it must be survived without a trace.
DISTURBING = [
    {"probability": 0.05, "count": None, "action": {"type": "reset"}},
    {"probability": 0.03, "count": None, "action": {"type": "reset_after", "bytes": 9000}},
    {"probability": 0.05, "count": None, "action": {"type": "delay", "seconds": 0.05}},
    {"probability": 0.05, "count": 4, "action": {"type": "empty_page"}},
    {"probability": 0.05, "count": 4, "action": {"type": "duplicate_reply"}},
    {"probability": 0.05, "count": 4,
     "action": {"type": "error", "code": 500, "message": "RPC_CALL_FAIL"}},
]  # fmt: skip
#: A kill may fall between two changes too.
_MOMENT_S = 0.02
IMPORT = ["import", "@longrace", "--pace", "fast"]


@dataclass(kw_only=True)
class Scene:
    """A command, and the folder that it starts from (``archive`` in it may be missing)."""

    name: str
    base: Path
    command: list[str]
    sandbox: processes.Sandbox | None = None
    disturbing: bool = False
    #: The digest that the command comes to, and how often the archive's files change on the way.
    digest: dict[str, Any] = field(default_factory=dict)
    changes: int = 0

    def measure(self, folder: Path) -> None:
        """Run the command undisturbed."""
        self._prepare(folder, disturbing=False)
        with self._start(folder) as process:
            self.changes = _watched(process, folder, None)
        assert process.returncode == 0, self.name
        self.digest = digest(folder)

    def kill(self, chance: random.Random, folder: Path) -> tuple[int, int]:
        """Kill and run again; (kills of a running process, points past its end)."""
        self._prepare(folder, disturbing=self.disturbing)
        kills = past = 0
        for _ in range(chance.randrange(1, 4)):
            with self._start(folder) as process:
                _watched(process, folder, chance.randrange(1, self.changes + 1))
                time.sleep(chance.uniform(0, _MOMENT_S))
                alive = process.poll() is None
                process.kill()
            kills, past = kills + alive, past + (not alive)
        ran = processes.headrace(*self._arguments(folder), config=folder / "config", check=0)
        found = digest(folder)
        assert found == self.digest, (
            self.name,
            [t for t in found["tables"] if found["tables"][t] != self.digest["tables"][t]],
            ran.stdout,
        )
        return kills, past

    def _prepare(self, folder: Path, *, disturbing: bool) -> None:
        shutil.copytree(self.base, folder)
        if self.sandbox is not None:
            self.sandbox.ask("/faults", method="DELETE")
            if disturbing:
                self.sandbox.ask("/faults", DISTURBING)

    def _arguments(self, folder: Path) -> list[str]:
        options = [] if self.sandbox is None else self.sandbox.options()
        return [*self.command, "--archive", str(folder / "archive"), *options]

    def _start(self, folder: Path) -> Any:
        return processes.start(*self._arguments(folder), config=folder / "config")


def _watched(process: Any, folder: Path, many: int | None) -> int:
    """Wait until the archive's files were seen to change so often, or the process has ended.

    Counting changes, not seconds, spreads the kills over the work on a busy machine as well.
    """
    seen, before = 0, _tree(folder / "archive")
    while process.poll() is None and seen != many:
        now = _tree(folder / "archive")
        seen, before = seen + (now != before), now
        processes.pause()
    return seen


def _tree(folder: Path) -> list[tuple[str, int, int]]:
    found = []
    for path in folder.rglob("*"):
        try:
            stat = path.stat()
        except FileNotFoundError:  # a file of SQLite's that came and went
            continue
        found.append((str(path), stat.st_size, stat.st_mtime_ns))
    return sorted(found)


def digest(folder: Path) -> dict[str, Any]:
    """The digest of an archive, by which two are the same."""
    given = {"archive": folder / "archive", "config": folder / "config"}
    return asyncio.run(app.digest(settings.load(given)))


def scenes(folder: Path, sandbox: processes.Sandbox, changed: processes.Sandbox) -> list[Scene]:
    """Every command that writes; ``changed`` serves the world of ``sandbox`` with more posts."""
    empty = folder / "empty"
    empty.mkdir()
    half, whole = folder / "half", folder / "whole"
    for base, more in ((half, ["--limit", "500"]), (whole, [])):
        options = ["--archive", base / "archive", *sandbox.options()]
        processes.headrace(*IMPORT, *more, *options, config=base / "config", check=0)
    for number in range(250):
        changed.ask("/world", {"verb": "post", "text": f"news {number}"})
    export = write(folder / "export", root(*[entry(n) for n in range(1, 2400, 2)]))
    unread = _made(folder / "unread", _with_unsupported)
    old = _made(folder / "old", _of_the_first_version)
    return [
        Scene(name="import", base=empty, command=IMPORT, sandbox=sandbox, disturbing=True),
        Scene(name="resume", base=half, command=IMPORT, sandbox=sandbox),
        Scene(name="increment", base=whole, command=IMPORT, sandbox=changed, disturbing=True),
        Scene(name="export", base=empty, command=["import", str(export)]),
        Scene(name="reparse", base=unread, command=["reparse"]),
        Scene(name="migration", base=old, command=["chats"]),
    ]


def _made(folder: Path, make: Callable[[Path], None]) -> Path:
    folder.mkdir()
    make(folder / "archive")
    return folder


def _with_unsupported(archive: Path) -> None:
    """An archive whose messages an older version kept as bytes."""
    channel = types.PeerChannel(-CHAT_ID - 1_000_000_000_000)

    def kept(number: int) -> Message:
        text = f"message {number}"
        odd = PlainMessage(id=number, peer_id=channel, date=DATE, message=text, post=True)
        lost = Unsupported(constructor="0x00000bad", layer=200, where="message", raw=bytes(odd))
        return Message(id=number, date=DATE, kind="unsupported", unsupported=(lost,))

    async def fill() -> None:
        async with open_archive(LocalFiles(), archive) as store:
            lease = await store.acquire(f"chat:{CHAT_ID}", "here:1:1")
            await store.save_chat(lease, make_chat(), [])
            for lo in range(1, 2000, 100):
                await store.save_page(lease, make_page([kept(n) for n in range(lo, lo + 100)]))
            await store.release(lease)

    asyncio.run(fill())


def _of_the_first_version(archive: Path) -> None:
    """An archive as the version before 0002 left it, with some more rows."""
    more = (
        "INSERT INTO messages (chat_id, id, source, kind, text, date, signature, flags,"
        " noforwards, first_seen_at, last_seen_at) VALUES"
        f" ({CHAT_ID}, ?, 'telegram', '', 'text', 1700000000, '', 2, false, 1, 2)"
    )
    first_version.make(archive, archive.parent / "migrations")
    with closing(sqlite3.connect(archive / "archive.db")) as database, database:
        database.executemany(more, [(number,) for number in range(100, 10_000)])
