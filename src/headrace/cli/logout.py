"""``headrace logout``: end the session at Telegram and remove what is kept of the account."""

from __future__ import annotations

from typing import Annotated

import typer

from headrace.cli import output
from headrace.cli.options import Globals


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("logout")(logout)


def logout(
    context: typer.Context,
    *,
    forget: Annotated[
        bool,
        typer.Option(
            "--forget",
            help="Remove the account here without asking Telegram; its session stays open there.",
        ),
    ] = False,
) -> None:
    """Sign out: the session ends at Telegram, and nothing that opens the account stays here."""
    from headrace import app
    from headrace.cli.run import run

    chosen: Globals = context.obj
    ended = run(app.logout(chosen.settings(), forget=forget))
    if not chosen.quiet:
        if ended["revoked"]:
            output.line(f"The account {ended['account']} is signed out, at Telegram as well.")
        elif forget:
            output.line(
                f"The account {ended['account']} is forgotten here. Its session is still open: end "
                "it in a Telegram app (Settings, Devices)."
            )
        else:
            output.line(f"Telegram had ended the session before; {ended['account']} is removed.")
    if chosen.json:
        output.as_json(ended)
