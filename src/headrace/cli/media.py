"""``headrace media``: fetch the files of a channel that is in the archive."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated

import typer

from headrace.cli import output
from headrace.cli.options import Globals
from headrace.errors import UsageError

if TYPE_CHECKING:
    from headrace.model.download import FileKind, MediaPolicy, MediaReport, Protection

Kinds = Annotated[
    str,
    typer.Option(
        "--media",
        help="Which files: all, none, or some of photo, video, round_video, voice, audio, "
        "animation, sticker, file, web_page, custom_emoji, thumbnail, avatar.",
    ),
]
MaxSize = Annotated[str | None, typer.Option(help="Leave larger files, as 100MB.")]
Protected = Annotated[
    str | None,
    typer.Option(
        help="Where the owner restricts saving: skip, text (no files; the default) or all."
    ),
]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("media")(media)


def media(
    context: typer.Context,
    ref: Annotated[str, typer.Argument(metavar="REF", help="A channel that is in the archive.")],
    *,
    kinds: Kinds = "all",
    max_size: MaxSize = None,
    since: Annotated[str | None, typer.Option(help="Of messages from this time on.")] = None,
    until: Annotated[str | None, typer.Option(help="Of messages before this time.")] = None,
    protected: Protected = None,
) -> None:
    """Fetch the files that are still wanted; the same command again goes on where it was."""
    from headrace import app
    from headrace.cli.progress import shown
    from headrace.cli.run import run

    chosen: Globals = context.obj
    settings = chosen.settings()
    policy = media_policy(kinds, max_size=max_size, since=since, until=until, protected=protected)
    with shown(quiet=chosen.quiet) as sink:
        report = run(app.fetch_media(settings, ref, policy, sink), go_on=f"headrace media {ref}")
    if not chosen.quiet:
        print_report(report)
    if chosen.json:
        output.as_json(app.builtins_of(report))
    if report.files["failed"]:
        raise typer.Exit(3)


def media_policy(
    kinds: str,
    *,
    max_size: str | None,
    since: str | None,
    until: str | None,
    protected: str | None,
) -> MediaPolicy:
    """The options as values.

    Raises:
        UsageError: one of them is of no known form.
    """
    from headrace.model.download import MediaPolicy
    from headrace.transform.moments import parse_moment, parse_size

    now = time.time()
    try:
        return MediaPolicy(
            kinds=_kinds(kinds),
            max_size=None if max_size is None else parse_size(max_size),
            since=None if since is None else parse_moment(since, now),
            until=None if until is None else parse_moment(until, now),
            protected=_protection(protected),
        )
    except ValueError as error:
        raise UsageError(f"{error}.", hint="See: headrace media --help") from None


def _kinds(typed: str) -> frozenset[FileKind]:
    from headrace.model.download import FileKind

    words = {word.strip().lower() for word in typed.split(",") if word.strip()}
    if words == {"all"}:
        return frozenset(FileKind)
    unknown = words - {"none"} - set(FileKind)
    if unknown:
        raise ValueError(f"--media knows no {min(unknown)!r}")
    return frozenset(FileKind(word) for word in words - {"none"})


def _protection(typed: str | None) -> Protection:
    from headrace.model.download import Protection

    if typed is not None and typed not in set(Protection):
        raise ValueError(f"--protected knows no {typed!r}: write skip, text or all")
    return Protection(typed or Protection.TEXT)


def print_report(report: MediaReport) -> None:
    """The summary for people."""
    number, files = output.number, report.files
    output.line(f"{report.title} ({report.chat})")
    output.line(
        f"  {number(files['stored'])} files stored ({files['bytes'] / 1e6:,.1f} MB), "
        f"{number(files['skipped'])} left out, {number(files['absent'])} not there any more, "
        f"{number(files['failed'])} failed"
    )
    rate = report.fetched_bytes / 1e6 / report.elapsed_s if report.elapsed_s else 0
    output.line(
        f"  {number(report.fetched)} fetched now ({report.fetched_bytes / 1e6:,.1f} MB) in "
        f"{report.elapsed_s:.1f} s, {rate:,.1f} MB/s, {number(report.thumbnails)} thumbnails"
    )
    output.line("  " + ("complete" if report.complete else "not complete; run it again to retry"))
