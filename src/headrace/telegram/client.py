"""A client: an account's session, connected and checked, behind its gate."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import platform
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from telethon.crypto import rsa
from telethon.tl.alltlobjects import LAYER
from telethon.tl.functions import (
    InitConnectionRequest,
    InvokeWithLayerRequest,
    InvokeWithoutUpdatesRequest,
)
from telethon.tl.functions.auth import LogOutRequest
from telethon.tl.functions.help import GetConfigRequest
from telethon.tl.functions.users import GetUsersRequest
from telethon.tl.types import InputUserSelf

from headrace import __version__, errors
from headrace.model.clock import Clock
from headrace.model.plan import Pace
from headrace.model.proxy import Proxy
from headrace.telegram.calls import Gate
from headrace.telegram.centres import Centres, Keep
from headrace.telegram.clock import SystemClock
from headrace.telegram.failures import (
    Verdict,
    classify,
    skewed,
    too_long,
    translate,
    wrong_account,
)
from headrace.telegram.link import Endpoint, Link, OnUpdate
from headrace.telegram.methods import READING, Methods
from headrace.telegram.pace_book import PaceBook
from headrace.telegram.patience import Patience
from headrace.telegram.proxy import ProxyFailed
from headrace.telegram.pushes import Pushes
from headrace.telegram.session import Session
from headrace.telegram.traffic import OnWait, Traffic

#: Telethon drops, without a word, what is 30 s ahead of the local clock.
LARGEST_SKEW_S = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerAddress:
    """A Telegram server other than the one that the session names."""

    host: str
    port: int
    dc: int
    #: Its RSA key (PEM, PKCS#1); only needed where a new key is agreed.
    public_key_file: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """The api_id and api_hash under which headrace speaks to Telegram."""

    api_id: int
    api_hash: str

    def __repr__(self) -> str:
        """Without the hash."""
        return f"Application(api_id={self.api_id})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """A signed-in account, ready to be asked."""

    gate: Gate
    user_id: int
    #: The way to files, wherever they lie.
    centres: Centres

    async def log_out(self) -> None:
        """End the session at Telegram; its key is worth nothing from then on.

        Raises:
            MethodNotAllowed: the client was not opened for that (``methods.SIGNING_OUT``).
        """
        await self.gate.call(LogOutRequest())


@contextlib.asynccontextmanager
async def open_client(
    session: Session,
    application: Application,
    *,
    server: ServerAddress | None = None,
    proxy: Proxy | None = None,
    pace: Pace = Pace.NORMAL,
    book: PaceBook | None = None,
    patience: Patience | None = None,
    clock: Clock | None = None,
    on_wait: OnWait | None = None,
    methods: Methods = READING,
    keep: Keep | None = None,
    pushes: Pushes | None = None,
) -> AsyncIterator[Client]:
    """Connect, check clock and account, and hang up at the end.

    ``keep`` saves the session with the keys of more data centres, which are its own to lose.
    ``pushes`` hears the main connection; without it Telegram tells nothing unasked.

    Raises:
        ConfigError: no api_id, no crypto library, an unreadable key, another data centre.
        ClockSkew, ConnectionLost, NotSignedIn, AccountLost: as they say.
    """
    clock = clock or SystemClock()
    patience = patience or Patience()
    dialler = Dialler(
        endpoint=_endpoint(session, server, proxy),
        application=application,
        clock=clock,
        patience=patience,
        on_update=pushes.hear if pushes else None,
        on_link=pushes.linked if pushes else None,
    )
    traffic = Traffic(clock=clock, pace=pace, book=book, patience=patience, on_wait=on_wait)
    async with _started(Gate(dialler.dial, traffic, methods=methods)) as gate:
        user_id = await _check_account(gate, session)
        yield Client(gate=gate, user_id=user_id, centres=Centres(dialler, gate, session, keep))


@contextlib.asynccontextmanager
async def _started(gate: Gate) -> AsyncIterator[Gate]:
    """Connect, and hang up at the end."""
    try:
        await gate.start()
        yield gate
    except BaseException:
        # Why it ended says more than why what was learned could not be kept.
        with contextlib.suppress(errors.ArchiveError):
            await gate.close()
        raise
    await gate.close()


async def try_server(
    application: Application,
    server: ServerAddress,
    *,
    proxy: Proxy | None = None,
    patience: Patience | None = None,
) -> None:
    """Connect without an account, agree on a passing key, check the clock, and hang up.

    Raises:
        ConfigError: the server's public key is not the one that is known.
        ClockSkew, ConnectionLost: as they say.
    """
    clock, patience = SystemClock(), patience or Patience()
    if server.public_key_file is not None:
        trust(server.public_key_file)
    endpoint = Endpoint(host=server.host, port=server.port, dc=server.dc, proxy=proxy)
    dialler = Dialler(endpoint=endpoint, application=application, clock=clock, patience=patience)
    async with _started(Gate(dialler.dial, Traffic(clock=clock, patience=patience))):
        pass


def check_crypto() -> None:
    """Refuse to go on in pure Python.

    Raises:
        ConfigError: cryptg is not installed.
    """
    if importlib.util.find_spec("cryptg") is None:
        raise errors.ConfigError(
            "The library cryptg is missing, without which everything is 30 times slower.",
            hint="Install headrace again: pipx install --force headrace",
        )


def _endpoint(session: Session, server: ServerAddress | None, proxy: Proxy | None) -> Endpoint:
    check_crypto()
    centre = session.home_centre
    endpoint = Endpoint(
        host=centre.host, port=centre.port, dc=centre.id, key=centre.key, proxy=proxy
    )
    if server is None:
        return endpoint
    if server.dc not in session.centres:
        known = ", ".join(str(dc) for dc in sorted(session.centres))
        raise errors.ConfigError(
            f"The session has no key for data centre {server.dc} (only for {known})."
        )
    if server.public_key_file is not None:
        trust(server.public_key_file)
    key = session.centres[server.dc].key
    return replace(endpoint, host=server.host, port=server.port, dc=server.dc, key=key)


def trust(public_key_file: Path) -> None:
    """Telethon keeps server keys in one table for the whole process; nothing else writes there."""
    try:
        rsa.add_key(public_key_file.read_bytes(), old=False)
    except (OSError, ValueError) as exc:
        raise errors.ConfigError(
            f"The server's public key {public_key_file} cannot be read: {exc}."
        ) from exc


async def _check_account(gate: Gate, session: Session) -> int:
    users = await gate.call(GetUsersRequest([InputUserSelf()]))
    user_id = int(users[0].id) if users else 0
    if not user_id or session.user_id not in (0, user_id):
        raise wrong_account()
    return user_id


@dataclass(slots=True, kw_only=True)
class Dialler:
    """Opens links to one data centre and introduces headrace as what it is."""

    #: Gets the key that the first link agrees on, where it has none.
    endpoint: Endpoint
    application: Application
    clock: Clock
    patience: Patience
    #: Hears what the server pushes; without it nothing is pushed.
    on_update: OnUpdate | None = None
    #: Hears of each link that is ready.
    on_link: Callable[[Link], None] | None = None
    #: What the server said of itself when it was last dialled (``help.getConfig``).
    config: Any = None

    async def dial(self) -> Link:
        """A link on which headrace has said who it is."""
        link = await self._open()
        try:
            self.config = config = await self._introduce(link)
        except BaseException:
            await link.close()
            raise
        skew = self.clock.now() - config.date.timestamp() - 0.5  # Telegram cuts off fractions
        if abs(skew) > LARGEST_SKEW_S:
            await link.close()
            raise skewed(skew)
        self.endpoint = replace(self.endpoint, key=link.key)
        if self.on_link is not None:
            self.on_link(link)
        return link

    async def _open(self) -> Link:
        try:
            async with asyncio.timeout(self.patience.connect):
                return await Link.open(self.endpoint, self.on_update)
        except TimeoutError:
            if self.endpoint.proxy is None:
                raise
            raise ProxyFailed(
                f"Nothing came through the {self.endpoint.proxy} in {self.patience.connect:g} s."
            ) from None

    async def _introduce(self, link: Link) -> Any:
        opening = InitConnectionRequest(
            api_id=self.application.api_id,
            device_model=f"headrace {__version__}",
            system_version=platform.system() or "unknown",
            app_version=__version__,
            system_lang_code="en",
            lang_pack="",
            lang_code="en",
            query=GetConfigRequest(),
        )
        quiet = opening if self.on_update else InvokeWithoutUpdatesRequest(opening)
        request = InvokeWithLayerRequest(LAYER, quiet)
        try:
            return await link.send(request, self.patience.connect)
        except TimeoutError:
            if abs(link.clock_offset) > LARGEST_SKEW_S:
                raise skewed(-link.clock_offset) from None
            raise
        except OSError:
            raise
        except Exception as exc:
            raise self._not_introduced(exc) from exc

    def _not_introduced(self, exc: Exception) -> Exception:
        """The error to raise; one of the connection where another attempt may help."""
        failure = classify(exc)
        if failure.verdict is Verdict.WAIT:
            resume_at = self.clock.now() + failure.seconds
            return too_long(failure.seconds, 0, "connection", resume_at)
        if failure.verdict in (Verdict.RECONNECT, Verdict.RETRY):
            return ConnectionError(failure.code)
        return translate(failure, "help.getConfig")
