"""Signing in and out, and the list of accounts; one folder each in the configuration directory."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import msgspec

from headrace import errors
from headrace.app.accounts import (
    account_folder,
    find_application,
    open_account,
    patience_of,
    server_address,
    stored_session,
)
from headrace.blobs.files import LocalFiles
from headrace.model.files import FileOps, file_errors
from headrace.model.login import Login
from headrace.model.plan import Pace
from headrace.settings import Settings
from headrace.telegram.client import Application, ServerAddress, trust
from headrace.telegram.clock import SystemClock
from headrace.telegram.link import Endpoint
from headrace.telegram.login import SignIn
from headrace.telegram.methods import SIGNING_OUT
from headrace.telegram.session import Session, is_held, load_session, locked, save_session
from headrace.telegram.traffic import OnWait

#: Where everybody begins; Telegram sends on from there.
_FIRST = ServerAddress(host="149.154.167.51", port=443, dc=2)
_LARGEST_API_ID = 2**31 - 1

WHERE_TO_GET_ONE = """\
Telegram wants every program to have an application id (api_id) and hash (api_hash) of its user's.
1. Open https://my.telegram.org and sign in with your phone number.
2. The code comes as a message in your Telegram app, not as an SMS.
3. Open "API development tools" and create an application: any title and short name will do.
4. Copy api_id (a number) and api_hash (32 letters and digits) from there."""


def is_signed_in(settings: Settings) -> bool:
    """Whether there is a session to read with; nobody is asked."""
    return settings.session is not None or _session_file(settings).exists()


async def login(
    settings: Settings,
    person: Login,
    *,
    by_qr: bool = False,
    on_wait: OnWait | None = None,
    files: FileOps | None = None,
) -> dict[str, Any]:
    """Sign in under the account's name; a session that still works is left as it is.

    Raises:
        SignInFailed, ConfigError, TelegramError: as they say; nothing was written.
    """
    files = files or LocalFiles()
    path = _session_file(settings)
    with locked(files, path):
        known = load_session(path) if path.exists() else None
        if known is not None and await _still_works(files, settings, known):
            return _described(settings.account, known, already=True)
        application = await _application(settings, person)
        signing_in = SignIn(
            _first(settings),
            application,
            person,
            clock=SystemClock(),
            patience=patience_of(settings, hurried=True),
            on_wait=on_wait,
        )
        async with signing_in:
            session = await signing_in.run(by_qr=by_qr)
        if known is not None and known.user_id not in (0, session.user_id):
            raise await _another(files, settings, known, session)
        save_session(files, path, session)
    return _described(settings.account, session)


async def adopt(settings: Settings, *, files: FileOps | None = None) -> dict[str, Any]:
    """Check the session given as a setting and keep it as an account of headrace's own."""
    files = files or LocalFiles()
    session = stored_session(settings)
    application = find_application(settings, session)
    async with open_account(files, settings, session, Pace.GENTLE) as client:
        kept = msgspec.structs.replace(
            session,
            user_id=client.user_id,
            api_id=application.api_id,
            api_hash=application.api_hash,
        )
    path = _session_file(settings)
    with locked(files, path):
        known = load_session(path) if path.exists() else None
        same = known is not None and known.home_centre.key == kept.home_centre.key
        if known is not None and not same and await _still_works(files, settings, known):
            raise errors.ConfigError(
                f"The account {settings.account!r} has a session already.",
                hint="Sign it out first (headrace logout), or choose another name: --account NAME",
            )
        save_session(files, path, kept)
    return _described(settings.account, kept)


async def logout(
    settings: Settings, *, forget: bool = False, files: FileOps | None = None
) -> dict[str, Any]:
    """End the session at Telegram, then remove all that is kept of the account.

    ``forget``: only remove it; the session at Telegram stays open.

    Raises:
        NotSignedIn: there is no such account.
        TelegramError: Telegram was not reached; nothing was removed.
    """
    if settings.session is not None:
        raise errors.UsageError(
            "A session given with --session belongs to another program; sign out there."
        )
    files = files or LocalFiles()
    session = stored_session(settings)
    revoked = False if forget else await _revoke(files, settings, session)
    folder = account_folder(settings, session)
    with locked(files, folder / "session.json"), file_errors():
        for path in sorted(folder.iterdir()):
            files.unlink(path)
        files.remove_folder(folder)
    return {"account": settings.account, "revoked": revoked, "removed": str(folder)}


def accounts(settings: Settings) -> list[dict[str, Any]]:
    """The accounts of headrace's own, by name; no network."""
    files, found = LocalFiles(), []
    for path in sorted((settings.config / "accounts").glob("*/session.json")):
        name = path.parent.name
        try:
            session = load_session(path)
        except errors.HeadraceError as problem:
            found.append({"account": name, "problem": str(problem)})
            continue
        shown = _described(name, session)
        found.append(shown | {"in_use": is_held(files, path), "default": name == settings.account})
    return found


def checked_application(api_id: str, api_hash: str) -> tuple[int, str]:
    """Both in the shape that Telegram gives them.

    Raises:
        ConfigError: says which of them is wrong, and how it should look.
    """
    number = api_id.strip()
    if not (number.isascii() and number.isdigit() and 0 < int(number) <= _LARGEST_API_ID):
        raise errors.ConfigError("The api_id is a number of up to ten digits, as 1234567.")
    secret = api_hash.strip().lower()
    if not re.fullmatch(r"[0-9a-f]{32}", secret):
        raise errors.ConfigError(
            "The api_hash has 32 characters, digits and the letters a to f; "
            f"this one has {len(secret)} characters."
        )
    return int(number), secret


async def _application(settings: Settings, person: Login) -> Application:
    """As set, or as another account has it, or as the person types it."""
    if settings.api_id and settings.api_hash:
        typed = (str(settings.api_id), settings.api_hash.get_secret_value())
    else:
        known = _of_another_account(settings)
        if known is not None:
            return known
        typed = await person.application()
    api_id, api_hash = checked_application(*typed)
    return Application(api_id=api_id, api_hash=api_hash)


def _of_another_account(settings: Settings) -> Application | None:
    for path in sorted((settings.config / "accounts").glob("*/session.json")):
        try:
            session = load_session(path)
        except errors.HeadraceError:
            continue
        if session.api_id and session.api_hash:
            return Application(api_id=session.api_id, api_hash=session.api_hash)
    return None


async def _still_works(files: FileOps, settings: Settings, session: Session) -> bool:
    try:
        async with open_account(files, settings, session, Pace.GENTLE, lock=False, hurried=True):
            return True
    except errors.AccountLost:
        return False


async def _revoke(
    files: FileOps, settings: Settings, session: Session, *, lock: bool = True
) -> bool:
    """Whether the session ended now; a session that Telegram knows no more has ended before."""
    opened = open_account(
        files,
        settings,
        session,
        Pace.GENTLE,
        methods=SIGNING_OUT,
        lock=lock,
        hurried=True,
    )
    try:
        async with opened as client:
            await client.log_out()
    except errors.AccountLost:
        return False
    except errors.ConnectionLost as exc:
        exc.hint = (
            "Nothing was removed. Try again later, or remove the account here only and end its "
            "session in a Telegram app: headrace logout --forget"
        )
        raise
    return True


async def _another(
    files: FileOps, settings: Settings, known: Session, fresh: Session
) -> errors.ConfigError:
    """Somebody else signed in: the new session goes, the known one stays."""
    await _revoke(files, settings, fresh, lock=False)
    return errors.ConfigError(
        f"The account {settings.account!r} is {known.name or known.user_id} so far, and "
        f"{fresh.name} has signed in now. Nothing was changed.",
        hint="Give the other one a name of its own: headrace login --account NAME",
    )


def _first(settings: Settings) -> Endpoint:
    server = server_address(settings) or _FIRST
    if server.public_key_file is not None:
        trust(server.public_key_file)
    return Endpoint(host=server.host, port=server.port, dc=server.dc, proxy=settings.way)


def _session_file(settings: Settings) -> Path:
    folder = settings.config / "accounts" / settings.account
    return folder / "session.json"


def _described(name: str, session: Session, *, already: bool = False) -> dict[str, Any]:
    shown = {
        "account": name,
        "id": session.user_id,
        "name": session.name or f"user {session.user_id}",
        "dc": session.home,
    }
    return shown | ({"already": True} if already else {})
