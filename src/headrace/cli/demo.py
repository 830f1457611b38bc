"""``headrace demo``: see it work without an account, against the sandbox on this machine."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from headrace.cli import output
from headrace.cli.import_ import finish
from headrace.cli.options import Globals
from headrace.cli.serve import Port, tell

if TYPE_CHECKING:
    from headrace.app.servers import Running
    from headrace.model.job import ProgressSink
    from headrace.model.plan import ImportReport
    from headrace.settings import Settings

#: The username of the demonstration channel in the world ``reference``.
CHANNEL = "@millrace"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo")(demo)


def demo(
    context: typer.Context,
    *,
    serve: Annotated[
        bool, typer.Option(help="Open the site and import there; without it, only import.")
    ] = True,
    port: Port = None,
    profile: Annotated[
        str, typer.Option(help="The network to imitate: instant, wan or wan-limited.")
    ] = "wan",
) -> None:
    """Import a demonstration channel from the sandbox: no account, no network."""
    from headrace.cli.run import run

    chosen: Globals = context.obj
    archive = Path(chosen.given.get("archive") or "./demo-archive")
    if not chosen.quiet:
        output.line(
            f"A small Telegram on this machine serves {CHANNEL}; importing it into {archive}"
        )
    if serve:
        run(_serve(chosen, archive, profile, port), go_on="headrace demo")
    else:
        _import_only(chosen, archive, profile)


def _import_only(chosen: Globals, archive: Path, profile: str) -> None:
    from headrace.cli.progress import shown
    from headrace.cli.run import run

    with shown(quiet=chosen.quiet) as sink:
        report = run(_import(chosen, archive, profile, sink), go_on="headrace demo --no-serve")
    if not chosen.quiet:
        output.line("")
    finish(report, chosen, next_step=f"Look around:  headrace status --archive {archive}")


@asynccontextmanager
async def _telegram(
    chosen: Globals, archive: Path, profile: str, **more: object
) -> AsyncIterator[Settings]:
    """The small Telegram, and the settings that lead there."""
    import tempfile

    from headrace.model.plan import Pace
    from tgsandbox.server import serve

    async with serve("reference", profile=profile) as sandbox:
        with tempfile.TemporaryDirectory(prefix="headrace-demo-") as config:
            yield chosen.settings(
                archive=archive,
                config=Path(config),
                server=sandbox.address,
                dc=sandbox.dc,
                public_key=sandbox.public_key_file,
                session=sandbox.session_file,
                pace=Pace.FAST,
                **more,
            )


async def _serve(chosen: Globals, archive: Path, profile: str, port: int | None) -> None:
    from headrace.app.serve import serve as serve_archive

    async with _telegram(chosen, archive, profile, port=port) as settings:

        def ready(running: Running, token: str) -> None:
            tell(chosen, running, token)

        await serve_archive(settings, ready, begin=CHANNEL)


async def _import(chosen: Globals, archive: Path, profile: str, sink: ProgressSink) -> ImportReport:
    from headrace import app
    from headrace.model.plan import ImportOptions, Pace

    async with _telegram(chosen, archive, profile) as settings:
        return await app.import_chat(settings, CHANNEL, ImportOptions(pace=Pace.FAST), sink)
