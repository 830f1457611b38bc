"""``headrace sync``: bring what is in the archive up to date."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING, Annotated

import typer

from headrace.cli import output
from headrace.cli.import_ import (
    CommentsLimit,
    CommentsOption,
    LookAgain,
    MaxWait,
    PaceName,
    WholeGroup,
    import_options,
    sums,
    told_failures,
)
from headrace.cli.media_options import Kinds, MaxSize, Protected, media_policy
from headrace.cli.options import Globals

if TYPE_CHECKING:
    from headrace.app.sync import Outcome
    from headrace.cli.progress import Shown
    from headrace.model.sync import SyncReport

Refs = Annotated[
    list[str] | None,
    typer.Argument(metavar="REF", help="Channels that are in the archive; all without."),
]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("sync")(sync)


def sync(
    context: typer.Context,
    refs: Refs = None,
    *,
    kinds: Kinds = None,
    max_size: MaxSize = None,
    protected: Protected = None,
    comments: CommentsOption = None,
    comments_limit: CommentsLimit = None,
    whole_group: WholeGroup = None,
    refresh: LookAgain = None,
    pace: PaceName = None,
    max_wait: MaxWait = None,
) -> None:
    """Bring new posts, and look again at those that may have changed, of all channels or some."""
    from headrace import app
    from headrace.cli.before_bytes import BeforeBytes
    from headrace.cli.progress import shown
    from headrace.cli.run import run, told

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
    options = import_options(settings, policy)
    again = " ".join(["headrace sync", *(quote(ref) for ref in refs or ())])
    with shown(quiet=chosen.quiet) as sink, told(again, None):
        telling = _Telling(sink, quiet=chosen.quiet)
        confirm = BeforeBytes(sink, yes=chosen.yes)
        work = app.sync_chats(settings, refs or (), options, sink, telling, confirm=confirm)
        report = run(work, go_on=again)
    _finish(report, chosen)


def _finish(report: SyncReport, chosen: Globals) -> None:
    from headrace import app

    if not chosen.quiet:
        output.line(sums(report.new, report.edited, report.deleted, report.files))
    if chosen.json:
        output.as_json(app.builtins_of(report))
    if report.failed:
        raise typer.Exit(report.failed[0].exit_code)
    if any(one.failures or one.files["failed"] for one in report.chats):
        raise typer.Exit(3)


class _Telling:
    """Says how it went with a chat as soon as that is known."""

    def __init__(self, shown: Shown, *, quiet: bool) -> None:
        self._shown = shown
        self._quiet = quiet

    def __call__(self, outcome: Outcome) -> None:
        with self._shown.aside():
            if outcome.report is not None and not self._quiet:
                self._report(outcome)
            if outcome.error is not None:
                hint = f"\n{outcome.error.hint}" if outcome.error.hint else ""
                output.notice(f"headrace: {outcome.chat.title}: {outcome.error}{hint}")

    def _report(self, outcome: Outcome) -> None:
        report = outcome.report
        assert report is not None
        told = sums(report.new, report.edited, report.deleted, report.files["fetched"])
        looked = f"{output.number(report.refreshed)} looked at again"
        output.line(f"{report.title} ({report.chat}): {told}; {looked}")
        if failed := report.files["failed"]:
            output.line(
                f"  {output.number(failed)} files failed; to try them again: "
                f"headrace media {report.chat}"
            )
        for line in told_failures(report):
            output.line(line)
