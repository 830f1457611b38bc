"""``headrace accounts``: who is signed in."""

from __future__ import annotations

from typing import Any

import typer

from headrace.cli import output
from headrace.cli.options import Globals


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("accounts")(accounts)


def accounts(context: typer.Context) -> None:
    """List the accounts that are signed in. Asks no network."""
    from headrace import app

    chosen: Globals = context.obj
    found = app.accounts(chosen.settings())
    if not chosen.quiet:
        for one in found:
            output.line(_line(one))
        if not found:
            output.line("Nobody is signed in. Sign in: headrace login")
    if chosen.json:
        output.as_json({"accounts": found})


def _line(one: dict[str, Any]) -> str:
    if "problem" in one:
        return f"{one['account']}: {one['problem']}"
    marks = [
        word for word, said in (("default", one["default"]), ("in use", one["in_use"])) if said
    ]
    return f"{one['account']}: {one['name']}" + (f" ({', '.join(marks)})" if marks else "")
