"""The command ``tgsandbox``: serve a world, or print what it holds."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tgsandbox.errors import SandboxError

if TYPE_CHECKING:
    from tgsandbox.worlds.base import World

_USAGE_ERROR = 2
_WORLDS = (
    "tiny, zoo, reference, comments[:PART], talk:PxC, big:N, files[:COUNTxSIZE,...] or export:PATH"
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    options = _parser().parse_args(argv)
    try:
        if options.command == "expect":
            return _expect(options)
        if options.command == "story":
            return _story(options)
        return asyncio.run(_serve(options))
    except SandboxError as exc:
        sys.stderr.write(f"tgsandbox: {exc}\n")
        return _USAGE_ERROR
    except KeyboardInterrupt:
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="tgsandbox", description="A small Telegram on loopback, for tests and demonstrations."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="serve a world; print one JSON line when ready")
    expect = commands.add_parser("expect", help="print a world's content as JSON lines")
    story = commands.add_parser("story", help="print random changes of a world as JSON lines")
    story.add_argument("--changes", type=int, default=100, metavar="N", help="how many")
    story.add_argument("--story-seed", type=int, default=1, metavar="N")
    for command in (serve, expect, story):
        command.add_argument("--world", required=True, help=_WORLDS)
        command.add_argument("--seed", type=int, default=1)
    expect.add_argument("--chat", help="only this chat: its @name or marked id")
    expect.add_argument(
        "--comments", action="store_true", help="which message of a group hangs on which post"
    )
    expect.add_argument(
        "--after", type=Path, metavar="FILE", help="after the changes in it, one JSON object a line"
    )
    serve.add_argument("--profile", default="instant", help="instant, wan or wan-limited")
    serve.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", dest="settings")
    serve.add_argument("--port", type=int, default=0)
    serve.add_argument("--faults", type=Path, metavar="FILE", help="rules as JSON")
    serve.add_argument("--dcs", type=int, default=1, help="how many data centres")
    serve.add_argument("--spread", action="store_true", help="files lie in data centres 1 to 5")
    serve.add_argument("--state", type=Path, metavar="DIR", help="keep keys and session here")
    serve.add_argument("--key-file", type=Path, metavar="FILE", help="the server's RSA key")
    return parser


async def _serve(options: argparse.Namespace) -> int:
    from tgsandbox import faults, profile
    from tgsandbox.server import serve

    rules = faults.from_file(options.faults) if options.faults else None
    async with serve(
        options.world,
        profile=options.profile,
        settings=profile.parsed(options.settings),
        faults=rules,
        seed=options.seed,
        dcs=options.dcs,
        spread=options.spread,
        port=options.port,
        state=options.state,
        key_file=options.key_file,
    ) as sandbox:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, sandbox.stopped.set)
        sys.stdout.write(sandbox.ready_line() + "\n")
        sys.stdout.flush()
        await sandbox.stopped.wait()
    return 0


def _expect(options: argparse.Namespace) -> int:
    from tgsandbox.server import opened_world
    from tgsandbox.worlds import expect, expect_comments

    world = opened_world(options.world, options.seed)
    if options.after is not None:
        _carry_out(world, options.after)
    chats = None
    if options.chat is not None:
        name = options.chat
        marked = int(name) if name.lstrip("-").isdigit() else world.by_username(name.lstrip("@"))
        if marked not in world.chats:
            raise SandboxError(f"There is no chat {name!r} in this world.")
        chats = [marked]
    lines = expect.lines(world, chats)
    if options.comments:
        found = expect_comments.contents(world, chats)
        lines = (expect.line(one["type"], one) for one in found)
    return _print(lines)


def _carry_out(world: World, file: Path) -> None:
    from tgsandbox.changes import Changes
    from tgsandbox.clock import Clock

    changes = Changes(world, Clock())
    try:
        for line in file.read_text(encoding="utf-8").splitlines():
            changes.apply(json.loads(line))
    except (OSError, ValueError) as exc:
        raise SandboxError(f"The changes in {file} cannot be read: {exc}.") from exc


def _story(options: argparse.Namespace) -> int:
    from tgsandbox.stories import story

    made = story(options.world, options.changes, seed=options.story_seed, world_seed=options.seed)
    return _print(json.dumps(one, ensure_ascii=False) for one in made)


def _print(lines: Iterable[str]) -> int:
    try:
        for line in lines:
            sys.stdout.write(line + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


if __name__ == "__main__":
    sys.exit(main())
