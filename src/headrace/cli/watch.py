"""``headrace watch``: keep channels of the archive as they are at Telegram, as it happens."""

from __future__ import annotations

import time
from shlex import quote
from typing import TYPE_CHECKING, Annotated

import typer

from headrace.cli import output
from headrace.cli.import_ import PaceName
from headrace.cli.media_options import Kinds, MaxSize, Protected, media_policy
from headrace.cli.options import Globals
from headrace.errors import HeadraceError, UsageError

if TYPE_CHECKING:
    from headrace.model.job import Wait
    from headrace.model.watch import Happening, WatchReport

Refs = Annotated[
    list[str] | None,
    typer.Argument(metavar="REF", help="Channels in the archive; all of them without."),
]
Length = Annotated[
    str | None, typer.Option("--for", help="End after so long, as 2h; else with Ctrl-C.")
]
LongestWait = Annotated[
    str | None, typer.Option(help="Longest pause to wait for, as 15m; a longer one ends it.")
]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("watch")(watch)


def watch(
    context: typer.Context,
    refs: Refs = None,
    *,
    length: Length = None,
    pace: PaceName = None,
    max_wait: LongestWait = None,
    kinds: Kinds = None,
    max_size: MaxSize = None,
    protected: Protected = None,
) -> None:
    """Stay, and take new posts, edits, deletions and counts into the archive as they happen.

    What happened since the last time comes first. Channels that the account is no member of are
    asked as often as Telegram says. Nothing is ever joined.
    """
    from headrace import app
    from headrace.cli.run import run, told

    chosen: Globals = context.obj
    settings = chosen.settings(pace=pace, max_wait=max_wait)
    policy = media_policy(
        settings, kinds=kinds or settings.media, max_size=max_size, protected=protected
    )
    again = " ".join(["headrace watch", *map(quote, refs or [])])
    show = None if chosen.quiet else print_report
    lines = Lines(quiet=chosen.quiet, as_json=chosen.json)
    work = app.watch_chats(
        settings, refs or [], policy, lines, lines.waiting, seconds=_seconds(length)
    )
    with told(again, show):
        try:
            report = run(work, go_on=again)
        except HeadraceError as error:
            error.report = error.report or lines.report
            raise
    _finish(report, chosen)


def _finish(report: WatchReport, chosen: Globals) -> None:
    """Print how it ended; the exit code is that of the first chat that was lost."""
    from headrace import app

    if not chosen.quiet:
        print_report(report)
    if chosen.json:
        output.as_json(app.builtins_of(report))
    if lost := next((one for one in report.chats if one.exit_code), None):
        raise typer.Exit(lost.exit_code)


def _seconds(text: str | None) -> float | None:
    from headrace.settings import duration_s

    if text is None:
        return None
    try:
        return duration_s(text)
    except ValueError as error:
        raise UsageError(f"--for: {error}.") from None


class Lines:
    """One line for each thing that happens, for people or, as JSON, for programs."""

    def __init__(self, *, quiet: bool, as_json: bool) -> None:
        """Quiet lines are those that nobody asked for."""
        self._quiet = quiet
        self._as_json = as_json
        #: The last word, once it is spoken.
        self.report: WatchReport | None = None

    def happened(self, happening: Happening) -> None:
        """Print it."""
        if self._as_json:
            from headrace import app

            output.as_json(app.builtins_of(happening))
        elif happening.event == "lost":
            output.notice(sentence(happening))
        elif not self._quiet:
            output.line(sentence(happening))

    def waiting(self, wait: Wait | None) -> None:
        """Print a pause."""
        from headrace.cli.progress import wait_line

        if wait is not None and not self._quiet:
            output.notice(wait_line(wait, time.time()))

    def ended(self, report: WatchReport) -> None:
        """Keep it."""
        self.report = report


def sentence(happening: Happening) -> str:
    """What happened, for people."""
    name = happening.name
    if happening.event == "watching":
        return f"{name}: watching"
    if happening.event == "comments_left_out":
        return (
            f"{name}: its comments were read post by post and are not watched; "
            "headrace sync brings new ones"
        )
    if happening.event == "lost":
        return f"{name}: no longer watched. {happening.error}"
    parts = []
    if happening.new:
        parts.append(f"{output.number(happening.new)} new {_posts(happening.new)}{_ids(happening)}")
    if happening.edited:
        parts.append(f"{output.number(happening.edited)} edited")
    if happening.deleted:
        parts.append(f"{output.number(happening.deleted)} deleted")
    behind = " since the last time" if happening.event == "caught_up" else ""
    return f"{name}: {', '.join(parts)}{behind}"


def _posts(count: int) -> str:
    return "post" if count == 1 else "posts"


def _ids(happening: Happening) -> str:
    ids = happening.ids
    if not ids:
        return ""
    return f" {ids[0]}" if len(ids) == 1 else f" {ids[0]}..{ids[-1]}"


def print_report(report: WatchReport) -> None:
    """The summary for people."""
    number = output.number
    for chat in report.chats:
        if chat.error:
            output.line(f"  not watched to the end: {chat.title} ({chat.chat}): {chat.error}")
    output.line(
        f"{number(report.new)} new, {number(report.edited)} edited, "
        f"{number(report.deleted)} deleted, {number(report.files)} files in "
        f"{length_of(report.elapsed_s)}"
    )


def length_of(seconds: float) -> str:
    """A length of time in the two units that say most of it."""
    days, rest = divmod(round(seconds), 86_400)
    hours, rest = divmod(rest, 3600)
    minutes, left = divmod(rest, 60)
    units = ((days, "d"), (hours, "h"), (minutes, "min"), (left, "s"))
    parts = [f"{count} {unit}" for count, unit in units if count]
    return " ".join(parts[:2]) or "0 s"
