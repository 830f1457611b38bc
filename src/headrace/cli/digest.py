"""``headrace digest``: one hash of all that the archive holds, for comparing two archives."""

from __future__ import annotations

from typing import Annotated

import typer

from headrace.cli import output
from headrace.cli.options import Globals


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("digest")(digest)


def digest(
    context: typer.Context,
    *,
    lines: Annotated[
        bool, typer.Option(help="Print the content instead, one JSON object a line.")
    ] = False,
) -> None:
    """Hash the archive: equal digests, equal archives, on SQLite and PostgreSQL alike."""
    from headrace import app
    from headrace.cli.run import run

    chosen: Globals = context.obj
    settings = chosen.settings()
    if lines:
        run(app.content(settings, output.exactly))
        return
    found = run(app.digest(settings))
    if not chosen.quiet:
        for table, value in found["tables"].items():
            output.line(f"{value}  {table}")
        output.line(f"{found['digest']}  archive")
    if chosen.json:
        output.as_json(found)
