"""``headrace plan``: what an import would read, and what it would cost, before it does."""

from __future__ import annotations

import typer

from headrace.cli import output
from headrace.cli.import_ import Limit, PaceName, Ref, Since, Until, import_options
from headrace.cli.media_options import media_policy
from headrace.cli.options import Globals


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("plan")(plan)


def plan(
    context: typer.Context,
    ref: Ref,
    *,
    limit: Limit = None,
    since: Since = None,
    until: Until = None,
    pace: PaceName = None,
) -> None:
    """Say what an import would read: messages, requests, ranges. Nothing is written."""
    from headrace import app
    from headrace.cli.run import run

    chosen: Globals = context.obj
    settings = chosen.settings(pace=pace)
    policy = media_policy(settings, kinds=settings.media)
    options = import_options(settings.pace, policy, limit=limit, since=since, until=until)
    found = run(app.plan_chat(settings, ref, options))
    if not chosen.quiet:
        number = output.number
        output.line(f"{found['title']} ({found['chat']})")
        output.line(
            f"  on the server: {number(found['count'])} messages, newest id {number(found['top'])}"
        )
        output.line(
            f"  to read: about {number(found['messages'])} messages with "
            f"{number(found['requests'])} requests in {found['lanes']} lanes"
        )
        for lo, hi in found["ranges"][:10]:
            output.line(f"  ids {number(lo)}..{number(hi)}")
    if chosen.json:
        output.as_json(found)
