"""``headrace import``: read a channel into the archive, or what is missing of it."""

from __future__ import annotations

import time
from shlex import quote
from typing import TYPE_CHECKING, Annotated

import typer

from headrace.cli import output
from headrace.cli.media_options import (
    Kinds,
    MaxSize,
    Protected,
    files_line,
    media_policy,
    print_left_out,
)
from headrace.cli.options import CHAT_OPTION, Globals
from headrace.errors import UsageError

if TYPE_CHECKING:
    from headrace.model.download import MediaPolicy
    from headrace.model.plan import ImportOptions, ImportReport
    from headrace.settings import Settings

Ref = Annotated[
    str,
    typer.Argument(
        metavar="REF",
        help="@name, t.me/name, t.me/c/ID, t.me/+hash, an id, or the path of a Telegram Desktop "
        "export (folder, result.json or zip).",
    ),
]
Limit = Annotated[int | None, typer.Option(min=1, help="Only the newest N posts.")]
Since = Annotated[str | None, typer.Option(help="From this time on: 2024-01-31, 30d.")]
Until = Annotated[str | None, typer.Option(help="Up to this time, exclusive.")]
PaceName = Annotated[str | None, typer.Option("--pace", help="gentle, normal or fast.")]
OfExport = Annotated[
    str, typer.Option(CHAT_OPTION, help="Which chat of an export: its title or id.")
]
CommentsOption = Annotated[
    str | None, typer.Option("--comments", metavar="all|none", help="Read comments, or not.")
]
CommentsLimit = Annotated[
    int | None,
    typer.Option("--comments-limit", min=1, help="Only the newest N comments of each post."),
]
WholeGroup = Annotated[
    bool | None,
    typer.Option("--whole-group/--no-whole-group", help="Keep the chatter of the group, too."),
]
LookAgain = Annotated[
    str | None,
    typer.Option(
        "--refresh",
        help="Stored posts to look at again for edits, deletions and counts: 7d (the default: "
        "of the last 7 days), 12h, all or none.",
    ),
]
MaxWait = Annotated[
    str | None, typer.Option(help="Longest pause to wait for, as 15m; a longer one parks.")
]

#: Failures told one by one; the rest is in ``headrace status``.
_LISTED = 10


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("import")(import_)


def import_(
    context: typer.Context,
    ref: Ref,
    *,
    limit: Limit = None,
    since: Since = None,
    until: Until = None,
    pace: PaceName = None,
    max_wait: MaxWait = None,
    kinds: Kinds = None,
    max_size: MaxSize = None,
    protected: Protected = None,
    comments: CommentsOption = None,
    comments_limit: CommentsLimit = None,
    whole_group: WholeGroup = None,
    refresh: LookAgain = None,
    chat: OfExport = "",
) -> None:
    """Read a channel into the archive. The same command again goes on, or brings what is new."""
    chosen: Globals = context.obj
    settings = chosen.settings(
        pace=pace,
        max_wait=max_wait,
        comments=comments,
        comments_limit=comments_limit,
        whole_group=whole_group,
        refresh=refresh,
    )
    policy = media_policy(
        settings, kinds=kinds or settings.media, max_size=max_size, protected=protected
    )
    options = import_options(settings, policy, limit=limit, since=since, until=until)
    _carry_out(chosen, settings, ref, options, chat)


def _carry_out(
    chosen: Globals, settings: Settings, ref: str, options: ImportOptions, chat: str
) -> None:
    """Run it, with whoever sits before it; ``chat``: which chat of an export."""
    from headrace import app
    from headrace.cli.before_bytes import BeforeBytes
    from headrace.cli.login import sign_in_first
    from headrace.cli.progress import shown
    from headrace.cli.run import run, told

    if not app.needs_no_account(ref, chat):
        sign_in_first(settings)
    again = " ".join(["headrace import", quote(ref), *(["--chat", quote(chat)] if chat else [])])
    show = None if chosen.quiet else print_report
    with shown(quiet=chosen.quiet) as sink, told(again, show):
        confirm = BeforeBytes(sink, yes=chosen.yes)
        work = app.import_chat(settings, ref, options, sink, of_export=chat, confirm=confirm)
        report = run(work, go_on=again)
    finish(report, chosen)


def import_options(
    settings: Settings,
    policy: MediaPolicy,
    *,
    limit: int | None = None,
    since: str | None = None,
    until: str | None = None,
) -> ImportOptions:
    """The options as values; the times hold for messages and files alike."""
    from headrace.model.plan import ImportOptions

    first, last = time_range(since, until)
    media = policy.within(first, last)
    return ImportOptions(
        limit=limit,
        since=first,
        until=last,
        pace=settings.pace,
        media=media,
        comments=settings.comments == "all",
        comments_limit=settings.comments_limit,
        whole_group=settings.whole_group,
        refresh=settings.looks_again,
    )


def time_range(since: str | None, until: str | None) -> tuple[int | None, int | None]:
    """The two options in Unix seconds.

    Raises:
        UsageError: a time is of no known form, or the range is empty.
    """
    from headrace.transform.moments import parse_moment

    now = time.time()
    try:
        first = None if since is None else parse_moment(since, now)
        last = None if until is None else parse_moment(until, now)
    except ValueError as error:
        raise UsageError(str(error)) from None
    if first is not None and last is not None and first >= last:
        raise UsageError(f"--since {since} is not before --until {until}.")
    return first, last


def finish(report: ImportReport, chosen: Globals, *, next_step: str = "") -> None:
    """Print how it ended; exit 3 when something failed and is recorded."""
    from headrace import app

    if not chosen.quiet:
        print_report(report)
        if next_step:
            output.line(f"\n{next_step}")
    if chosen.json:
        output.as_json(app.builtins_of(report))
    if report.failures or report.files["failed"]:
        raise typer.Exit(3)


def print_report(report: ImportReport) -> None:
    """The summary for people."""
    number, counts = output.number, report.messages
    asked = sum(report.requests.values())
    rate = report.new / report.elapsed_s if report.elapsed_s else 0
    output.line(f"{report.title} ({report.chat})")
    if not report.requests:
        output.line("  read from an export, which says nothing of the ids that it does not contain")
    output.line(
        f"  {number(counts['stored'])} messages stored, {number(counts['absent'])} ids deleted or "
        f"never there, {number(counts['failed'])} failed, {number(report.albums)} albums"
    )
    if report.comments["expected"]:
        told = f"{number(report.comments['stored'])} of {number(report.comments['expected'])}"
        failed = report.comments["failed"]
        output.line(f"  {told} comments" + (f", {number(failed)} failed" if failed else ""))
    if any(report.files.values()):
        told = files_line(report.files, thumbnails=report.thumbnails, avatars=report.avatars)
        output.line(f"  {told}")
        print_left_out(report.left_out)
    output.line(f"  {report.elapsed_s:.1f} s, {rate:,.0f} messages/s, {number(asked)} requests")
    if report.refreshed:
        output.line(f"  {number(report.refreshed)} stored messages looked at again")
    for line in told_failures(report):
        output.line(line)
    output.line("  " + ("complete" if report.complete else "not complete; run it again to retry"))
    output.line(sums(report.new, report.edited, report.deleted, report.files["fetched"]))


def sums(new: int, edited: int, deleted: int, files: int) -> str:
    """What an import or a sync has changed, as its last line."""
    number = output.number
    return (
        f"{number(new)} new, {number(edited)} edited, {number(deleted)} deleted, "
        f"{number(files)} files"
    )


def told_failures(report: ImportReport) -> list[str]:
    """The first failures of a report, as lines."""
    lines = []
    for failure in report.failures[:_LISTED]:
        ids = (
            failure["lo"] if failure["lo"] == failure["hi"] else f"{failure['lo']}..{failure['hi']}"
        )
        lines.append(f"  failed: {ids}: {failure['detail'] or failure['reason']}")
    more = len(report.failures) - _LISTED
    return [*lines, f"  … and {more} more: headrace status {report.chat}"] if more > 0 else lines
