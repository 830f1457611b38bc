"""``headrace chats``: the channels in the archive."""

from __future__ import annotations

import typer

from headrace.cli import output
from headrace.cli.options import Globals


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("chats")(chats)


def chats(context: typer.Context) -> None:
    """List the channels in the archive."""
    from headrace import app
    from headrace.cli.run import run

    chosen: Globals = context.obj
    found = run(app.chats(chosen.settings()))
    if not chosen.quiet:
        for chat in found:
            name = f"@{chat['username']}" if chat.get("username") else ""
            output.line(f"{chat['id']:>15}  {name:<24}  {chat.get('title', '')}")
        if not found:
            output.line("No channels yet. Bring one in: headrace import @name")
    if chosen.json:
        output.as_json({"chats": found})
