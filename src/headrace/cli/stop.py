"""``headrace stop``: stop imports of a server that runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from headrace.cli import output
from headrace.cli.options import Globals


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("stop")(stop)


def stop(
    context: typer.Context,
    ref: Annotated[
        str | None, typer.Argument(metavar="REF", help="A channel; every running import without.")
    ] = None,
) -> None:
    """Stop an import that headrace serve runs; it can be resumed there, or with import."""
    from headrace import app

    chosen: Globals = context.obj
    server = app.find_server(chosen.settings())
    live = ("queued", "running", "waiting")
    names = [ref] if ref else [job["id"] for job in server.statuses() if job["state"] in live]
    stopped = [server.stop(name) for name in names]
    tell_of(chosen, "stopped", stopped, "Nothing is running.")


def tell_of(chosen: Globals, what: str, jobs: Sequence[dict[str, Any]], nothing: str) -> None:
    """Print what became of the jobs of a server; ``what`` names them in JSON."""
    if not chosen.quiet:
        for job in jobs:
            output.line(f"{job['title'] or job['channel']}: {job['state']}")
        if not jobs:
            output.line(nothing)
    if chosen.json:
        output.as_json({what: jobs})
