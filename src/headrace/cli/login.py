"""``headrace login``: sign in by code or QR code, or take a session file over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from headrace.cli import output
from headrace.cli.options import Globals
from headrace.errors import NotSignedIn, UsageError

if TYPE_CHECKING:
    from headrace.settings import Settings


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("login")(login)


def login(
    context: typer.Context,
    *,
    qr: Annotated[bool, typer.Option("--qr", help="Sign in with a QR code at once.")] = False,
) -> None:
    """Sign in to Telegram: by phone and code, or by QR code. With --session, take one over."""
    chosen: Globals = context.obj
    settings = chosen.settings()
    account = signed_in(settings, by_qr=qr)
    if not chosen.quiet:
        again = "is signed in already" if account.get("already") else "is signed in"
        output.line(f"{account['name']} {again} (account {account['account']}).")
    if chosen.json:
        output.as_json(account)


def signed_in(settings: Settings, *, by_qr: bool = False) -> dict[str, Any]:
    """Let the person at the terminal sign in, or take over the session that is given.

    Raises:
        UsageError: there is nobody to ask.
    """
    from headrace import app
    from headrace.cli.prompt import on_terminal
    from headrace.cli.run import run

    if settings.session is not None:
        return run(app.adopt(settings))
    if not on_terminal():
        raise UsageError(
            "Signing in asks questions, and there is no terminal to ask them on.",
            hint="Run headrace login in a terminal once; everything else works without one.",
        )
    from headrace.cli.person import Person

    person = Person()
    return run(
        app.login(settings, person, by_qr=by_qr, on_wait=person.wait), go_on="headrace login"
    )


def sign_in_first(settings: Settings) -> None:
    """Before a command that needs an account: sign in on a terminal, else name the command.

    Raises:
        NotSignedIn: nobody is, and there is nobody to ask.
    """
    from headrace import app
    from headrace.cli.prompt import on_terminal

    if app.is_signed_in(settings):
        return
    if not on_terminal():
        name = "" if settings.account == "default" else f" --account {settings.account}"
        raise NotSignedIn(
            f"The account {settings.account!r} is not signed in.",
            hint=f"Sign in first, in a terminal: headrace login{name}",
        )
    output.notice("No account is signed in yet, so this comes first.")
    account = signed_in(settings)
    output.notice(f"{account['name']} is signed in. On with the import.")
