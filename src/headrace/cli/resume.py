"""``headrace resume``: go on with imports, where headrace serve runs them or else here."""

from __future__ import annotations

import inspect
from typing import Annotated, Any

import typer

from headrace.cli.import_ import import_
from headrace.cli.options import Globals
from headrace.cli.stop import tell_of

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
    tell_of(chosen, "resumed", resumed, "Nothing was stopped.")


def _may_go_on(job: dict[str, Any]) -> bool:
    return job["state"] in _UNFINISHED


def _with_the_options_of_import() -> inspect.Signature:
    own = inspect.signature(resume, eval_str=True).parameters
    theirs = inspect.signature(import_, eval_str=True).parameters
    options = [one for one in theirs.values() if one.kind is one.KEYWORD_ONLY]
    return inspect.Signature([own["context"], own["ref"], *options])


# Typer reads the options from it; to mypy a function has no such attribute.
resume.__signature__ = _with_the_options_of_import()  # type: ignore[attr-defined]
