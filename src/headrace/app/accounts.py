"""Accounts: sessions, application ids and servers, from the settings to an open source."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec

from headrace.errors import ConfigError, NotSignedIn
from headrace.model.plan import Pace
from headrace.settings import Settings
from headrace.store.access import AccessBook
from headrace.telegram.calls import Patience
from headrace.telegram.client import Application, ServerAddress, open_client
from headrace.telegram.pace_book import PaceBook
from headrace.telegram.private_files import make_private_folder
from headrace.telegram.session import Session, load_session, locked, save_session
from headrace.telegram.source import TelegramSource


async def login(settings: Settings) -> dict[str, Any]:
    """Check the session given as a setting and keep it as an account of headrace's own."""
    session = _session(settings)
    application = _application(settings, session)
    async with _open_client(settings, session, Pace.GENTLE) as client:
        kept = msgspec.structs.replace(
            session,
            user_id=client.user_id,
            api_id=application.api_id,
            api_hash=application.api_hash,
        )
    folder = settings.config / "accounts" / settings.account
    make_private_folder(folder)
    save_session(folder / "session.json", kept)
    return {"account": settings.account, "id": client.user_id, "name": f"user {client.user_id}"}


@asynccontextmanager
async def open_telegram(settings: Settings, pace: Pace) -> AsyncIterator[TelegramSource]:
    session = _session(settings)
    async with _open_client(settings, session, pace) as client:
        with AccessBook(_account_folder(settings, session) / "access.db") as access:
            yield TelegramSource(client.gate, access)


@asynccontextmanager
async def _open_client(settings: Settings, session: Session, pace: Pace) -> AsyncIterator[Any]:
    folder = _account_folder(settings, session)
    make_private_folder(folder)
    with locked(folder / "session.json"):
        async with open_client(
            session,
            _application(settings, session),
            server=_server(settings),
            pace=pace,
            book=PaceBook(folder / "pace.json"),
            patience=Patience(max_wait=settings.max_wait, answer=settings.call_timeout),
        ) as client:
            yield client


def _session(settings: Settings) -> Session:
    if settings.session is not None:
        return load_session(settings.session)
    path = settings.config / "accounts" / settings.account / "session.json"
    if not path.exists():
        raise NotSignedIn(
            f"The account {settings.account!r} is not signed in.",
            hint="Sign in first: headrace login   (see headrace login --help)",
        )
    return load_session(path)


def _account_folder(settings: Settings, session: Session) -> Path:
    """Limits and access hashes belong to a key; a session from elsewhere gets its own folder."""
    if settings.session is None:
        return settings.config / "accounts" / settings.account
    name = hashlib.sha256(session.home_centre.key).hexdigest()[:16]
    return settings.config / "sessions" / name


def _application(settings: Settings, session: Session) -> Application:
    api_id = settings.api_id or session.api_id
    api_hash = settings.api_hash.get_secret_value() if settings.api_hash else session.api_hash
    if not api_id and settings.server:
        api_id, api_hash = 1, "other server"
    if not api_id:
        raise ConfigError(
            "An application id is needed to speak to Telegram.",
            hint="Get one at my.telegram.org (API development tools, any title) and give it as "
            "--api-id N and, in the environment, HEADRACE_API_HASH.",
        )
    return Application(api_id=api_id, api_hash=api_hash)


def _server(settings: Settings) -> ServerAddress | None:
    if not settings.server:
        return None
    host, _, port = settings.server.rpartition(":")
    return ServerAddress(
        host=host.strip("[]"), port=int(port), dc=settings.dc, public_key_file=settings.public_key
    )
