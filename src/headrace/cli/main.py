"""The entry point: global options, error messages, exit codes."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from headrace import __version__
from headrace.cli import (
    accounts,
    chats,
    check,
    demo,
    digest,
    doctor,
    export,
    import_,
    login,
    logout,
    media,
    output,
    plan,
    reparse,
    resume,
    serve,
    show,
    status,
    stop,
    sync,
    watch,
)
from headrace.cli.options import Globals, hoist
from headrace.errors import HeadraceError, Interrupted

EXIT_CODES = """Exit codes: 0 complete · 1 unforeseen · 2 wrong use or setting · 3 finished, with
recorded failures · 4 Telegram refused or is out of reach · 5 account lost or not signed in ·
6 channel or message not found, or private · 8 archive or database · 9 another process works on it ·
10 check found damage · 11 check found damage and repaired all of it ·
75 Telegram asks for a long pause, try again at the time named · 130 stopped by you · 143 ended."""

app = typer.Typer(
    name="headrace",
    help="Telegram channels in an archive of your own: posts, comments, media, albums.",
    epilog=EXIT_CODES + "\n\nThe options above work before and after every command.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
_COMMANDS = (
    demo,
    login,
    logout,
    accounts,
    doctor,
    chats,
    plan,
    import_,
    resume,
    sync,
    watch,
    media,
    export,
    serve,
    stop,
    status,
    show,
    check,
    digest,
    reparse,
)
for command in _COMMANDS:
    command.register(app)


def _version(value: bool) -> None:
    if value:
        typer.echo(f"headrace {__version__}")
        raise typer.Exit


@app.callback()
def _global_options(
    context: typer.Context,
    *,
    archive: Annotated[Path | None, typer.Option(help="The archive folder.")] = None,
    account: Annotated[str | None, typer.Option(help="The account to read with.")] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object as the last line.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print only errors.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Answer every question with yes.")] = False,
    server: Annotated[str | None, typer.Option(help="Another server, HOST:PORT.")] = None,
    dc: Annotated[int | None, typer.Option(help="Data centre of that server.")] = None,
    public_key: Annotated[Path | None, typer.Option(help="Its RSA public key file.")] = None,
    session: Annotated[Path | None, typer.Option(help="A session file to use.")] = None,
    api_id: Annotated[int | None, typer.Option(help="Application id.")] = None,
    proxy: Annotated[
        str | None,
        typer.Option(help="Proxy: socks5://HOST:PORT, mtproxy://SECRET@HOST:PORT or its link."),
    ] = None,
    log_level: Annotated[str | None, typer.Option(help="DEBUG, INFO, WARNING, ERROR.")] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print it.")
    ] = False,
) -> None:
    del version
    given = {
        "archive": archive,
        "account": account,
        "server": server,
        "dc": dc,
        "public_key": public_key,
        "session": session,
        "api_id": api_id,
        "proxy": proxy,
        "log_level": log_level,
    }
    context.obj = Globals(json=as_json, quiet=quiet, yes=yes, given=given)


def main() -> None:
    """Run the command line; a user's mistake never ends in a traceback."""
    os.umask(0o077)
    argv = hoist(sys.argv[1:])
    try:
        app(args=argv, prog_name="headrace")
    except HeadraceError as error:
        output.error(error, as_json="--json" in argv)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        output.error(Interrupted(), as_json="--json" in argv)
        sys.exit(Interrupted.exit_code)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
