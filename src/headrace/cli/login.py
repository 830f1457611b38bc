"""``headrace login``: take an account over from a Telethon session file."""

from __future__ import annotations

import typer

from headrace.cli import output
from headrace.cli.options import Globals
from headrace.errors import NotSupported


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("login")(login)


def login(context: typer.Context) -> None:
    """Keep the session given with --session as an account of headrace's own."""
    from headrace import app
    from headrace.cli.run import run

    chosen: Globals = context.obj
    settings = chosen.settings()
    if settings.session is None:
        raise NotSupported(
            "Signing in by phone, code or QR comes with the next version.",
            hint="Until then bring the session file of a Telethon program of yours: "
            "HEADRACE_API_HASH=… headrace login --session FILE --api-id N",
        )
    account = run(app.login(settings))
    if not chosen.quiet:
        output.line(f"Signed in as {account['name']} (account {account['account']}).")
    if chosen.json:
        output.as_json(account)
