"""``headrace serve``: the site of the archive, and the imports that are started there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from headrace.cli import output
from headrace.cli.options import Globals

if TYPE_CHECKING:
    from headrace.app.servers import Running

Port = Annotated[
    int | None, typer.Option(min=0, max=65535, help="Port; the next free one if it is taken.")
]
Host = Annotated[
    str | None, typer.Option(help="Address to listen on; this machine alone without it.")
]
Name = Annotated[
    str | None, typer.Option("--name", help="More host names that it answers to, with commas.")
]
Open = Annotated[bool, typer.Option("--open", help="Open it in the browser.")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("serve")(serve)


def serve(
    context: typer.Context,
    *,
    port: Port = None,
    host: Host = None,
    name: Name = None,
    open_: Open = False,
) -> None:
    """Serve the archive: a site to start imports, watch them and read. Ends with Ctrl-C.

    It listens on this machine alone, and prints the address that signs a browser in (without the
    token where that is a setting).
    """
    from headrace.app.serve import serve as serve_archive
    from headrace.cli.run import run

    chosen: Globals = context.obj
    settings = chosen.settings(port=port, host=host, host_names=name)

    def ready(running: Running, token: str) -> None:
        address = tell(chosen, running, token)
        if open_:
            typer.launch(address)

    run(serve_archive(settings, ready), go_on="headrace serve")


def tell(chosen: Globals, running: Running, token: str) -> str:
    """Print where the site is, and return the address that signs a browser in."""
    address = f"{running.url}/#token={token}"
    # Who has set a token knows it, and what services print is kept in logs.
    shown = address if running.token_file else running.url
    if chosen.json:
        output.as_json({"url": running.url, "address": shown, "archive": running.archive})
    else:
        output.line(f"{running.archive} is open at\n  {shown}")
    return address
