"""``headrace plan``: what an import would read, and what it would cost, before it does."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Any

import typer

from headrace.cli import output
from headrace.cli.import_ import (
    CommentsLimit,
    CommentsOption,
    Limit,
    PaceName,
    Ref,
    Since,
    Until,
    WholeGroup,
    import_options,
)
from headrace.cli.media_options import Kinds, MaxSize, Protected, amount, media_policy
from headrace.cli.options import Globals


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("plan")(plan)


def plan(
    context: typer.Context,
    ref: Ref,
    *,
    limit: Limit = None,
    since: Since = None,
    until: Until = None,
    pace: PaceName = None,
    kinds: Kinds = None,
    max_size: MaxSize = None,
    protected: Protected = None,
    comments: CommentsOption = None,
    comments_limit: CommentsLimit = None,
    whole_group: WholeGroup = None,
) -> None:
    """Say what an import would bring: messages, requests, files, bytes. Nothing is written."""
    from headrace import app
    from headrace.cli.run import run

    chosen: Globals = context.obj
    settings = chosen.settings(
        pace=pace, comments=comments, comments_limit=comments_limit, whole_group=whole_group
    )
    policy = media_policy(
        settings, kinds=kinds or settings.media, max_size=max_size, protected=protected
    )
    options = import_options(settings, policy, limit=limit, since=since, until=until)
    found = run(app.plan_chat(settings, ref, options))
    if not chosen.quiet:
        print_plan(found)
    if chosen.json:
        output.as_json(found)


def print_plan(found: dict[str, Any]) -> None:
    """The plan for people."""
    number = output.number
    output.line(f"{found['title']} ({found['chat']})")
    output.line(
        f"  on the server: {number(found['count'])} messages, newest id {number(found['top'])}"
    )
    output.line(
        f"  to read: about {number(found['messages'])} messages with "
        f"{number(found['requests'])} requests in {found['lanes']} lanes"
    )
    for lo, hi in found["ranges"][:10]:
        output.line(f"  ids {number(lo)}..{number(hi)}")
    if found.get("comments"):
        output.line(f"  {comments_line(found['comments'])}")
    if "files" in found:
        _print_files(found)
    if "seconds" in found:
        # Rounded up: what is said is not to be too little.
        output.line(f"  takes at least {timedelta(seconds=math.ceil(found['seconds']))}")


def comments_line(found: dict[str, Any]) -> str:
    """Both ways to the comments, and which one is taken."""
    number = output.number
    if not found["requests"]:
        return "no comments to read"
    wanted = f"about {number(found['comments'])} comments"
    if found["way"] == "both":
        requests, groups = number(found["requests"]), number(len(found["groups"]))
        return f"{wanted}: {requests} requests, the cheaper way in each of {groups} groups"
    threads = f"{number(found['threads'])} requests post by post"
    if found["scan"] is None:
        return f"{wanted}: {threads}, as the discussion group is closed to this account"
    scan = f"{number(found['scan'])} requests for one pass over the discussion group"
    taken, other = (scan, threads) if found["way"] == "scan" else (threads, scan)
    return f"{wanted}: {taken} (rather than {other})"


def _print_files(found: dict[str, Any]) -> None:
    for kind, one in found["files"].items():
        size = amount(one["bytes"], one["error"])
        output.line(f"  {kind:<12} {output.number(one['files']):>9} files  {size}")
    total = amount(found["bytes"], found["bytes_error"])
    output.line(f"  to fetch: {total}; {found['free'] / 1e9:,.1f} GB are free beside the reserve")
    if found["files"]:
        output.line(
            "  (stickers, custom emoji, link previews, thumbnails and avatars are not counted)"
        )
    if not found["fits"]:
        output.line("  it may not fit: --max-size, --media, or --since choose less")
