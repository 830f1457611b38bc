"""``headrace status``: what the archive holds, and the proof that nothing is missing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from headrace.cli import output
from headrace.cli.options import Globals

#: Failures, and posts that lack comments, told one by one.
_LISTED = 10


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("status")(status)


def status(
    context: typer.Context,
    ref: Annotated[
        str | None,
        typer.Argument(metavar="REF", help="A channel, or one message as CHANNEL/ID; all without."),
    ] = None,
    *,
    following: Annotated[
        bool, typer.Option("--follow", help="Show imports of headrace serve until they end.")
    ] = False,
) -> None:
    """Show what the archive holds; REF/ID says what became of one message. Asks no network."""
    from headrace import app
    from headrace.cli.run import run

    chosen: Globals = context.obj
    if following:
        from headrace.cli.follow import follow

        follow(chosen, ref)
        return
    found = run(app.status(chosen.settings(), ref))
    if not chosen.quiet:
        if "state" in found:
            output.line(f"{found['chat']}/{found['id']}: {message_line(found)}")
            if comments := found.get("comments"):
                output.line("  " + talk_line({"missing": {}} | comments))
        for chat in found.get("chats", [] if "state" in found else [found]):
            print_chat(chat)
    if chosen.json:
        output.as_json(found)


def print_chat(found: dict[str, Any]) -> None:
    """One chat for people."""
    name = f"@{found['username']}" if found["username"] else str(found["id"])
    output.line(f"{found['title']} ({name})")
    facts = []
    if found["created"]:
        facts.append(f"since {datetime.fromtimestamp(found['created'], UTC):%Y-%m-%d}")
    if found["subscribers"] is not None:
        facts.append(f"{output.number(found['subscribers'])} subscribers")
    facts.append(f"{output.number(found['posts_count'])} posts")
    output.line("  " + ", ".join(facts))
    output.line("  " + found["summary"])
    if found.get("comments"):
        output.line("  " + talk_line(found["comments"]))
    print_first([thread_line(one) for one in found.get("threads", ())])
    print_first([f"failed: {one['lo']}..{one['hi']}: {one['detail']}" for one in found["failures"]])
    output.line("  " + ("complete" if found["complete"] else "not complete"))


def print_first(lines: list[str]) -> None:
    """The first of many lines, and where the others are."""
    for line in lines[:_LISTED]:
        output.line("  " + line)
    if (more := len(lines) - _LISTED) > 0:
        output.line(f"  … and {output.number(more)} more: --json lists them")


def talk_line(found: dict[str, Any]) -> str:
    """How many comments are stored of how many, and why the others are not."""
    number = output.number
    if found.get("reason") == "before_linking":
        return "no comments: posted before there was the discussion group"
    line = f"{number(found['stored'])} of {number(found['expected'])} comments"
    if found["missing"]:
        line += f" ({_numbered(found['missing'])})"
    if before := found.get("before_linking"):
        line += f"; posted before there was the discussion group: {number(before)}"
    return line


def thread_line(found: dict[str, Any]) -> str:
    """A post that lacks comments, and why."""
    stored, expected = output.number(found["stored"]), output.number(found["expected"])
    missing: dict[str, int] = found["missing"]
    (first, *others) = missing
    why = _numbered(missing) if others else _WHY.get(first, first)
    return f"post {found['post']}: {stored} of {expected}, {why}"


def _numbered(missing: dict[str, int]) -> str:
    """How many comments are missing for each reason."""
    return ", ".join(f"{output.number(n)} {_WHY.get(one, one)}" for one, n in missing.items())


_WHY = {
    "deleted": "deleted",
    "root_deleted": "out of reach since the copy of their post was deleted",
    "forbidden": "in a group that is closed to this account",
    "limit": "beyond the limit for each post",
    "failed": "failed",
    "not_read": "not read yet",
}


def message_line(found: dict[str, Any]) -> str:
    """What became of one id, as a sentence."""
    when = found.get("at")
    moment = f"{datetime.fromtimestamp(when, UTC):%Y-%m-%d %H:%M:%S} UTC" if when else "unknown"
    from headrace.model.coverage import DESKTOP

    if found.get("source") == DESKTOP:
        return _line_from_export(found)
    sentences = {
        "stored": f"stored (posted {moment})",
        "deleted": f"stored, and deleted at Telegram since (noticed {moment})",
        "never there": "never there, or deleted before headrace first looked",
        "left out": "left out: it hangs on no post (headrace import --whole-group keeps it)",
        "failed": f"failed: {found.get('reason')}",
    }
    detail = f" ({found['detail']})" if found.get("detail") else ""
    return sentences.get(found["state"], "not read yet") + detail


def _line_from_export(found: dict[str, Any]) -> str:
    """The same where only an export speaks."""
    if found["state"] != "stored":
        return "not in the export; only Telegram can tell whether it ever was there"
    if found.get("off_server"):
        return "stored (from the export; not on the server when headrace looked)"
    if found.get("reason"):
        return f"stored (from the export; Telegram's could not be read: {found['reason']})"
    return "stored (from the export; Telegram was not asked)"
