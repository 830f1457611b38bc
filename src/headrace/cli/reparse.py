"""``headrace reparse``: understands better what an earlier version could not read."""

from __future__ import annotations

from typing import Annotated

import typer

from headrace.cli import output
from headrace.cli.options import Globals


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("reparse")(reparse)


def reparse(
    context: typer.Context,
    ref: Annotated[
        str | None,
        typer.Argument(metavar="REF", help="A channel in the archive; all of them without."),
    ] = None,
) -> None:
    """Read what was not understood again, from the bytes that were kept. Asks no network."""
    from headrace import app
    from headrace.cli.run import run

    chosen: Globals = context.obj
    found = run(app.reparse(chosen.settings(), ref))
    if not chosen.quiet:
        looked_at, made_good = output.number(found["looked_at"]), output.number(found["made_good"])
        output.line(f"{looked_at} messages looked at, {made_good} made good")
        if found["left"]:
            output.line(f"{output.number(found['left'])} wait for a newer headrace")
    if chosen.json:
        output.as_json(found)
