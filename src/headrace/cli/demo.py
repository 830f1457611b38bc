"""``headrace demo``: see it work without an account, against the sandbox on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from headrace.cli import output
from headrace.cli.import_ import finish
from headrace.cli.options import Globals

if TYPE_CHECKING:
    from headrace.model.job import ProgressSink
    from headrace.model.plan import ImportReport

#: The username of the demonstration channel in the world ``reference``.
CHANNEL = "@millrace"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo")(demo)


def demo(
    context: typer.Context,
    *,
    serve: Annotated[bool, typer.Option(help="Open the site (comes with a later version).")] = True,
    profile: Annotated[
        str, typer.Option(help="The network to imitate: instant, wan or wan-limited.")
    ] = "wan",
) -> None:
    """Import a demonstration channel from the sandbox: no account, no network."""
    from headrace.cli.progress import shown
    from headrace.cli.run import run

    del serve
    chosen: Globals = context.obj
    archive = Path(chosen.given.get("archive") or "./demo-archive")
    if not chosen.quiet:
        output.line(
            f"A small Telegram on this machine serves {CHANNEL}; importing it into {archive}"
        )
    with shown(quiet=chosen.quiet) as sink:
        report = run(_import(chosen, archive, profile, sink), go_on="headrace demo")
    if not chosen.quiet:
        output.line("")
    finish(report, chosen, next_step=f"Look around:  headrace status --archive {archive}")


async def _import(chosen: Globals, archive: Path, profile: str, sink: ProgressSink) -> ImportReport:
    import tempfile

    from headrace import app
    from headrace.model.plan import ImportOptions, Pace
    from tgsandbox.server import serve

    async with serve("reference", profile=profile) as sandbox:
        with tempfile.TemporaryDirectory(prefix="headrace-demo-") as config:
            settings = chosen.settings(
                archive=archive,
                config=Path(config),
                server=sandbox.address,
                dc=sandbox.dc,
                public_key=sandbox.public_key_file,
                session=sandbox.session_file,
                pace=Pace.FAST,
            )
            return await app.import_chat(settings, CHANNEL, ImportOptions(pace=Pace.FAST), sink)
