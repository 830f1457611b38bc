"""The doctor: looks at everything that an import needs, in the order in which it needs it."""

from __future__ import annotations

import asyncio
from contextlib import nullcontext
from pathlib import Path

from headrace.app.accounts import account_folder, find_application, server_address
from headrace.app.file_modes import check_modes
from headrace.blobs.files import LocalFiles
from headrace.errors import ConfigError, HeadraceError
from headrace.model.check import Check, Standing, of_error
from headrace.settings import Settings
from headrace.store.archive import MARKER
from headrace.store.checkup import check_archive
from headrace.telegram.checkup import (
    check_account_file,
    check_libraries,
    check_server,
    check_telegram,
)
from headrace.telegram.client import Application
from headrace.telegram.pace_book import PaceBook
from headrace.telegram.session import Session, load_session, locked

_FILES = LocalFiles()


async def doctor(settings: Settings, *, offline: bool = False, fix: bool = False) -> list[Check]:
    """All checks. Telegram is asked only with a session or another server, and not ``offline``.

    ``fix`` narrows the modes of files and changes nothing else.
    """
    checks = check_libraries()
    checks += _check_configuration(settings, fix=fix)
    own, session = _check_accounts(settings)
    checks += own
    checks += await _check_network(settings, session, offline=offline)
    checks += await asyncio.to_thread(check_archive, settings.archive, settings.database_url)
    if (settings.archive / MARKER).is_file():
        checks.append(check_modes(_FILES, "archive files", settings.archive, fix=fix))
    return checks


def _check_configuration(settings: Settings, *, fix: bool) -> list[Check]:
    if not settings.config.is_dir():
        text = f"{settings.config} is not there yet; signing in makes it"
        return [Check(name="configuration", state=Standing.NOTE, text=text)]
    return [check_modes(_FILES, "configuration", settings.config, fix=fix)]


def _check_accounts(settings: Settings) -> tuple[list[Check], Session | None]:
    """A check of each account that is signed in, and the session to go on with."""
    if settings.session is not None:
        found, session = _foreign(settings)
        return [found, *_check_application(settings, session)], session
    checks, chosen = [], None
    paths = sorted((settings.config / "accounts").glob("*/session.json"))
    for path in paths:
        name = path.parent.name
        found, session = check_account_file(_FILES, f"account {name}", path)
        checks.append(found)
        if name == settings.account:
            chosen = session
    if settings.account not in [path.parent.name for path in paths]:
        checks.append(
            Check(
                name=f"account {settings.account}",
                state=Standing.NOTE,
                text="not signed in",
                mend="Sign in: headrace login   (exports of Telegram Desktop need no account)",
            )
        )
    return [*checks, *_check_application(settings, chosen)], chosen


def _foreign(settings: Settings) -> tuple[Check, Session | None]:
    """The session file that was given instead of an account."""
    name, path = "session", settings.session or Path()
    try:
        session = load_session(path)
        lock = account_folder(settings, session) / "session.json"
        if lock.parent.is_dir():
            with locked(_FILES, lock):
                pass
    except HeadraceError as error:
        return of_error(name, error, mend="Name another file: --session FILE"), None
    return Check(name=name, text=f"{path} can be read"), session


def _check_application(settings: Settings, session: Session | None) -> list[Check]:
    if session is None:
        return []
    try:
        find_application(settings, session)
    except ConfigError as error:
        return [of_error("application id", error)]
    return [Check(name="application id", text="set")]


async def _check_network(
    settings: Settings, session: Session | None, *, offline: bool
) -> list[Check]:
    server = server_address(settings)
    if offline or (session is None and (server is None or settings.session is not None)):
        why = "not asked (--offline)" if offline else "not asked: nobody is signed in"
        return [Check(name="server", state=Standing.NOTE, text=why)]
    if session is None and server is not None:
        application = Application(api_id=settings.api_id or 1, api_hash="")
        return await check_server(application, server, settings.way)
    assert session is not None
    try:
        application = find_application(settings, session)
    except ConfigError:
        text = "not asked: the application id is missing"
        return [Check(name="server", state=Standing.NOTE, text=text)]
    return await _check_account(settings, session, application)


async def _check_account(
    settings: Settings, session: Session, application: Application
) -> list[Check]:
    """Ask Telegram, while no other headrace uses the session; makes no folder."""
    folder = account_folder(settings, session)
    kept = folder.is_dir()
    try:
        with locked(_FILES, folder / "session.json") if kept else nullcontext():
            return await check_telegram(
                session,
                application,
                server=server_address(settings),
                proxy=settings.way,
                book=PaceBook.kept(_FILES, folder / "pace.json") if kept else PaceBook(),
            )
    except ConfigError as error:
        return [of_error("server", error)]
