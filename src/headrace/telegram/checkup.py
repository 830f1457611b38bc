"""Checks of what stands between headrace and Telegram: libraries, server, clock, account."""

from __future__ import annotations

import importlib.util
import os
import platform
import time
from pathlib import Path

import telethon
from telethon.tl.alltlobjects import LAYER
from telethon.tl.functions.help import GetConfigRequest

from headrace import errors
from headrace.model.check import Check, Standing, of_error
from headrace.model.files import FileOps
from headrace.model.plan import Pace
from headrace.model.proxy import Proxy
from headrace.telegram.client import (
    LARGEST_SKEW_S,
    Application,
    ServerAddress,
    open_client,
    try_server,
)
from headrace.telegram.clock import SystemClock
from headrace.telegram.pace_book import PaceBook
from headrace.telegram.patience import Patience
from headrace.telegram.session import Session, load_session, locked

#: A checkup gives up soon: two connections, and no pause of Telegram's is waited for.
_SOON = Patience(connect=10, answer=10, max_wait=2, retries=1, connections=2)
#: Below this the crypto library would hold up a fast line.
_SLOW_MB_PER_S = 20
_SAMPLE_BYTES = 4 * 1024 * 1024
_DRIFT_S = 5


def check_libraries() -> list[Check]:
    """Versions, and whether encryption is quick."""
    versions = f"Python {platform.python_version()}, Telethon {telethon.__version__}, layer {LAYER}"
    return [Check(name="versions", text=versions), _check_crypto()]


def _check_crypto() -> Check:
    if importlib.util.find_spec("cryptg") is None:
        return Check(
            name="crypto library",
            state=Standing.PROBLEM,
            text="The library cryptg is missing, without which everything is 30 times slower.",
            mend="Install headrace again: pipx install --force headrace",
        )
    import cryptg

    data, key, iv = bytes(_SAMPLE_BYTES), os.urandom(32), os.urandom(32)
    began = time.perf_counter()
    cryptg.encrypt_ige(data, key, iv)
    speed = _SAMPLE_BYTES / 1e6 / max(time.perf_counter() - began, 1e-6)
    state = Standing.OK if speed >= _SLOW_MB_PER_S else Standing.NOTE
    return Check(name="crypto library", state=state, text=f"cryptg, {speed:,.0f} MB/s")


def check_account_file(files: FileOps, name: str, path: Path) -> tuple[Check, Session | None]:
    """Whether the session of an account can be read and is free; the session if it is."""
    try:
        session = load_session(path)
        with locked(files, path):
            return Check(name=name, text="signed in; its session can be read"), session
    except errors.HeadraceError as error:
        return of_error(name, error, mend="Sign in again: headrace login"), None
    except OSError as error:
        text = f"{path} cannot be locked: {error.strerror}."
        mend = "Check the owner and the mode of its folder."
        return Check(name=name, state=Standing.PROBLEM, text=text, mend=mend), None


async def check_telegram(
    session: Session,
    application: Application,
    *,
    server: ServerAddress | None,
    proxy: Proxy | None,
    book: PaceBook,
) -> list[Check]:
    """Connect as an import would: server, clock and account.

    Sends help.getConfig and users.getUsers; a pause that ``book`` knows of is kept.
    """
    clock = SystemClock()
    try:
        async with open_client(
            session,
            application,
            server=server,
            proxy=proxy,
            pace=Pace.GENTLE,
            book=book,
            patience=_SOON,
        ) as client:
            began = clock.monotonic()
            config = await client.gate.call(GetConfigRequest())
            took = clock.monotonic() - began
            offset = clock.now() - took / 2 - config.date.timestamp() - 0.5
    except errors.HeadraceError as error:
        return _failed(error, proxy)
    return [
        *_way(proxy),
        Check(
            name="server", text=f"answers in {took * 1000:.0f} ms (data centre {config.this_dc})"
        ),
        _check_clock(offset),
        Check(name="account", text="Telegram accepts it"),
    ]


async def check_server(
    application: Application, server: ServerAddress, proxy: Proxy | None
) -> list[Check]:
    """The same without an account: a passing key is agreed, which needs the server's own."""
    try:
        await try_server(application, server, proxy=proxy, patience=_SOON)
    except errors.HeadraceError as error:
        return _failed(error, proxy)
    known = Check(name="server", text="answers, and its public key is known")
    clock = Check(name="clock", text=f"within {LARGEST_SKEW_S:.0f} s of Telegram's")
    return [*_way(proxy), known, clock]


def _way(proxy: Proxy | None) -> list[Check]:
    return [Check(name="proxy", text=f"{proxy}; no connection goes past it")] if proxy else []


def _check_clock(offset: float) -> Check:
    if abs(offset) < _DRIFT_S:
        return Check(name="clock", text=f"within {_DRIFT_S} s of Telegram's")
    return Check(
        name="clock",
        state=Standing.NOTE,
        text=f"{abs(offset):.0f} s {'ahead of' if offset > 0 else 'behind'} Telegram's;"
        f" from {LARGEST_SKEW_S:.0f} s on nothing works",
        mend=errors.ClockSkew.hint,
    )


def _failed(error: errors.HeadraceError, proxy: Proxy | None) -> list[Check]:
    """Which line an error belongs to, and what it proves of those before."""
    answers = Check(name="server", text="answers")
    match error:
        case errors.AccountLost():
            found = of_error("account", error)
            return [*_way(proxy), answers, found]
        case errors.ClockSkew():
            return [*_way(proxy), answers, of_error("clock", error)]
        case errors.FloodPause():
            text = "Telegram asks for a pause; it was not waited for."
            return [*_way(proxy), Check(name="server", state=Standing.NOTE, text=text)]
        case errors.ConfigError() | errors.ConnectionLost() if proxy and str(proxy) in str(error):
            return [of_error("proxy", error)]
        case _:
            mend = "Check --server, --dc and --public-key, or run it again later."
            return [of_error("server", error, mend=mend)]
