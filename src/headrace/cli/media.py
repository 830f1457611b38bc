"""``headrace media``: fetch the files of a channel that is in the archive."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING, Annotated

import typer

from headrace.cli import output
from headrace.cli.import_ import time_range
from headrace.cli.media_options import (
    Kinds,
    MaxSize,
    Protected,
    files_line,
    media_policy,
    print_left_out,
)
from headrace.cli.options import Globals

if TYPE_CHECKING:
    from headrace.model.download import MediaReport


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("media")(media)


def media(
    context: typer.Context,
    ref: Annotated[str, typer.Argument(metavar="REF", help="A channel that is in the archive.")],
    *,
    kinds: Kinds = None,
    max_size: MaxSize = None,
    since: Annotated[str | None, typer.Option(help="Of messages from this time on.")] = None,
    until: Annotated[str | None, typer.Option(help="Of messages before this time.")] = None,
    protected: Protected = None,
) -> None:
    """Fetch the files that are still wanted; the same command again goes on where it was."""
    from headrace import app
    from headrace.cli.progress import shown
    from headrace.cli.run import run, told

    chosen: Globals = context.obj
    settings = chosen.settings()
    policy = media_policy(settings, kinds=kinds or "all", max_size=max_size, protected=protected)
    policy = policy.within(*time_range(since, until))
    again = f"headrace media {quote(ref)}"
    show = None if chosen.quiet else print_report
    with shown(quiet=chosen.quiet) as sink, told(again, show):
        report = run(app.fetch_media(settings, ref, policy, sink), go_on=again)
    if not chosen.quiet:
        print_report(report)
    if chosen.json:
        output.as_json(app.builtins_of(report))
    if report.files["failed"]:
        raise typer.Exit(3)


def print_report(report: MediaReport) -> None:
    """The summary for people."""
    number, files = output.number, report.files
    output.line(f"{report.title} ({report.chat})")
    told = files_line(files, thumbnails=report.thumbnails, avatars=report.avatars)
    output.line(f"  {told}")
    rate = report.fetched_bytes / 1e6 / report.elapsed_s if report.elapsed_s else 0
    output.line(
        f"  {number(report.fetched)} fetched now ({report.fetched_bytes / 1e6:,.1f} MB) in "
        f"{report.elapsed_s:.1f} s, {rate:,.1f} MB/s"
    )
    print_left_out(report.left_out)
    output.line("  " + ("complete" if report.complete else "not complete; run it again to retry"))
