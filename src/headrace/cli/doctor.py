"""``headrace doctor``: whether everything is in order, and how to mend what is not."""

from __future__ import annotations

from typing import Annotated

import typer

from headrace.cli import output
from headrace.cli.options import Globals

#: As an import that finished with failures: the command did all it had to, and what it found
#: is on record, line by line. Each other code would claim a cause; there may be several.
PROBLEMS_FOUND = 3
_WIDTH = 16


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("doctor")(doctor)


def doctor(
    context: typer.Context,
    *,
    offline: Annotated[bool, typer.Option("--offline", help="Do not ask Telegram.")] = False,
    fix: Annotated[
        bool, typer.Option("--fix", help="Take from others the right to read your files.")
    ] = False,
) -> None:
    """Look whether everything is in order: one line each, with how to mend it. 3 if not."""
    from headrace import app
    from headrace.cli.run import run

    chosen: Globals = context.obj
    checks = run(app.doctor(chosen.settings(), offline=offline, fix=fix))
    found = [app.builtins_of(check) for check in checks]
    good = all(check["state"] != "problem" for check in found)
    for check in found:
        if not chosen.quiet or check["state"] == "problem":
            output.line(f"{check['state']:<8} {check['name']:<{_WIDTH}} {check['text']}")
            if check["mend"]:
                output.line(f"{'':<8} {'':<{_WIDTH}} → {check['mend']}")
    if chosen.json:
        output.as_json({"ok": good, "checks": found})
    if not good:
        raise typer.Exit(PROBLEMS_FOUND)
