"""``headrace show``: one message, readable, with its album, what it answers, and its replies."""

from __future__ import annotations

from typing import Annotated

import typer

from headrace.cli import output
from headrace.cli.options import Globals
from headrace.cli.status import message_line
from headrace.errors import MessageNotStored


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("show")(show)


def show(
    context: typer.Context,
    ref: Annotated[
        str, typer.Argument(metavar="REF/ID", help="A message, as CHANNEL/ID or its link.")
    ],
) -> None:
    """Show one message of the archive, with its album, reactions and replies. Asks no network."""
    from headrace import app
    from headrace.cli.message_card import Card
    from headrace.cli.run import run

    chosen: Globals = context.obj
    found = run(app.show(chosen.settings(), ref))
    if "message" not in found:
        raise MessageNotStored(
            f"{found['chat']}/{found['id']}: {message_line(found)}.",
            hint=f"What is there of the channel: headrace status {found['chat']}",
        )
    if not chosen.quiet:
        for line in Card(found).lines():
            output.line(line)
    if chosen.json:
        output.as_json(found)
