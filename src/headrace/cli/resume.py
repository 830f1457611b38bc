"""``headrace resume``: go on with imports, where headrace serve runs them or else here."""

from __future__ import annotations

import inspect
from typing import Annotated, Any

import typer

from headrace.cli import output
from headrace.cli.import_ import import_
from headrace.cli.options import Globals

#: States of jobs that were begun, have not come to their end, and do not go on by themselves.
_UNFINISHED = ("paused", "interrupted")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("resume")(resume)


def resume(
    context: typer.Context,
    ref: Annotated[
        str | None, typer.Argument(metavar="REF", help="As for import; all of headrace serve's.")
    ] = None,
    **options: Any,
) -> None:
    """Go on where an import was: in headrace serve where that runs, or else the same as import.

    What headrace serve goes on with stays as it was asked for there.
    """
    from headrace import app

    chosen: Globals = context.obj
    settings = chosen.settings()
    server = app.running_server(settings) if ref is not None else app.find_server(settings)
    if server is None:
        import_(context, str(ref), **options)
        return
    names = [ref] if ref else [one["id"] for one in server.statuses() if _may_go_on(one)]
    resumed = [server.resume(name) for name in names]
    if not chosen.quiet:
        for job in resumed:
            output.line(f"{job['title'] or job['channel']}: {job['state']}")
        if not resumed:
            output.line("Nothing was stopped.")
    if chosen.json:
        output.as_json({"resumed": resumed})


def _may_go_on(job: dict[str, Any]) -> bool:
    return job["state"] in _UNFINISHED


def _with_the_options_of_import() -> inspect.Signature:
    own = inspect.signature(resume, eval_str=True).parameters
    theirs = inspect.signature(import_, eval_str=True).parameters
    options = [one for one in theirs.values() if one.kind is one.KEYWORD_ONLY]
    return inspect.Signature([own["context"], own["ref"], *options])


resume.__signature__ = _with_the_options_of_import()  # type: ignore[attr-defined]
