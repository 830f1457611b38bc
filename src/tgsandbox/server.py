"""The sandbox: data centres that listen on loopback, and what one needs to talk to them.

async with serve(open_world("tiny")) as sandbox:
    sandbox.address, sandbox.public_key_file, sandbox.session_file, ...
"""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tgsandbox import accounts, kept, rsa_key, services
from tgsandbox.connection import Connection
from tgsandbox.control import Control
from tgsandbox.dispatcher import Dispatcher
from tgsandbox.errors import SandboxError
from tgsandbox.journal import Event
from tgsandbox.profile import Profile, named, override
from tgsandbox.sign_in import SignIn
from tgsandbox.telegram import Telegram
from tgsandbox.worlds import expect_comments
from tgsandbox.worlds.base import World

HOST = "127.0.0.1"
_DC_IDS = (1, 2, 3, 4, 5)


@dataclass
class Sandbox:
    """A running server, and all that a client or a test needs to know of it."""

    telegram: Telegram
    folder: Path
    control: Control
    api_id: int = accounts.API_ID
    api_hash: str = accounts.API_HASH

    @property
    def control_address(self) -> str:
        return self.control.address

    @property
    def stopped(self) -> asyncio.Event:
        """Set by ``POST /stop``; whoever runs the server ends it then."""
        return self.control.stopped

    @property
    def dc(self) -> int:
        return self.telegram.home_dc

    @property
    def address(self) -> str:
        """``127.0.0.1:PORT`` of the home data centre."""
        host, port = self.telegram.addresses[self.dc]
        return f"{host}:{port}"

    @property
    def phone(self) -> str:
        """The number of the first account."""
        return self.telegram.accounts.first.phone

    @property
    def sign_in(self) -> SignIn:
        """The accounts, their codes and tokens, as ``/sign-in`` shows and changes them."""
        return self.control.sign_in

    @property
    def public_key_file(self) -> Path:
        return self.folder / "public_key.pem"

    @property
    def session_file(self) -> Path:
        """A Telethon session that is signed in already."""
        return self.folder / "account.session"

    @property
    def world(self) -> World:
        return self.telegram.world

    def change(self, **change: Any) -> Any:
        """Change the world: ``sandbox.change(verb="post", text="…")``."""
        return self.telegram.changes.apply(change)

    def comments(self) -> list[dict[str, Any]]:
        """Which message of a group hangs on which post now: what ``GET /comments`` answers."""
        return list(expect_comments.contents(self.world))

    @property
    def log(self) -> list[Event]:
        """What has happened so far, the oldest first."""
        return self.telegram.changes.journal.events

    def report(self) -> dict[str, Any]:
        """What ``GET /counters`` answers."""
        return self.telegram.report()

    def ready_line(self) -> str:
        """One JSON object: how to reach this server."""
        ready = {
            "address": self.address,
            "dc": self.dc,
            "public_key": str(self.public_key_file),
            "api_id": self.api_id,
            "api_hash": self.api_hash,
            "session": str(self.session_file),
            "phone": self.phone,
            "control": self.control_address,
        }
        return json.dumps(ready)


@asynccontextmanager
async def serve(
    world: World | str,
    *,
    profile: str | Profile = "instant",
    settings: Mapping[str, Any] | None = None,
    faults: Any = None,
    seed: int = 1,
    dcs: int = 1,
    spread: bool = False,
    port: int = 0,
    state: Path | None = None,
    key_file: Path | None = None,
) -> AsyncIterator[Sandbox]:
    """Serve a world (or the spec of one) until the block is left.

    ``faults`` is what `Faults.add` takes. ``state`` is a folder in which keys and session
    are kept; without it they lie in a temporary one. ``port`` is that of the home data
    centre, 0 for any. With ``spread`` the files lie in data centres 1 to 5 by turns.
    """
    key_path = key_file or (state and state / "private_key.pem")
    telegram = Telegram(
        world=_world(world, seed, spread=spread),
        profile=override(named(profile) if isinstance(profile, str) else profile, settings or {}),
        server_key=await asyncio.to_thread(rsa_key.load_or_make, key_path),
        seed=seed,
    )
    telegram.faults.add([] if faults is None else faults)
    async with AsyncExitStack() as stack:
        folder = _folder(stack, state)
        await _listen(stack, telegram, dcs, port)
        control = await stack.enter_async_context(Control.listening(HOST, telegram))
        own = kept.load(telegram, state)
        sandbox = Sandbox(telegram, folder, control)
        sandbox.public_key_file.write_bytes(telegram.server_key.public_pem)
        kept.write_session(sandbox.session_file, telegram, own)
        try:
            yield sandbox
        finally:
            if state is not None:
                kept.save(telegram, state, own)


def _world(world: World | str, seed: int, *, spread: bool) -> World:
    opened = opened_world(world, seed)
    opened.locations.spread |= spread
    return opened


def _folder(stack: AsyncExitStack, state: Path | None) -> Path:
    """Where key and session file lie: the state folder, or one that goes with the stack."""
    if state is None:
        return Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tgsandbox-")))
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    return state.resolve()


def data_centres(home: int, many: int) -> list[int]:
    """Ids of the data centres, the home one first."""
    if not 1 <= many <= len(_DC_IDS):
        raise SandboxError(f"There can be 1 to {len(_DC_IDS)} data centres, not {many}.")
    return [home, *(one for one in _DC_IDS if one != home)][:many]


async def _listen(stack: AsyncExitStack, telegram: Telegram, dcs: int, port: int) -> None:
    """Open a port for each data centre; all close with the stack, their connections too."""
    dispatcher = Dispatcher()
    services.register_all(dispatcher)
    # No task group: what goes wrong in the body must reach the caller as it is.
    connected: set[asyncio.Task[None]] = set()
    stack.push_async_callback(_hang_up, connected)
    for dc in data_centres(telegram.home_dc, dcs):

        def accept(
            reader: asyncio.StreamReader, writer: asyncio.StreamWriter, dc: int = dc
        ) -> None:
            connection = Connection(telegram, dispatcher, dc, (reader, writer))
            task = asyncio.get_running_loop().create_task(connection.run())
            connected.add(task)
            task.add_done_callback(connected.discard)

        wanted = port if dc == telegram.home_dc else 0
        try:
            server = await asyncio.start_server(accept, HOST, wanted)
        except OSError as exc:
            raise SandboxError(f"Port {wanted} cannot be opened: {exc.strerror}.") from exc
        stack.callback(server.close)
        telegram.addresses[dc] = server.sockets[0].getsockname()[:2]


async def _hang_up(connected: set[asyncio.Task[None]]) -> None:
    for task in connected:
        task.cancel()
    await asyncio.gather(*connected, return_exceptions=True)


def opened_world(world: World | str, seed: int) -> World:
    """The world itself, or the one that a spec names; a wrong spec is a SandboxError."""
    if not isinstance(world, str):
        return world
    from tgsandbox.worlds import open_world

    try:
        return open_world(world, seed)
    except (ValueError, OSError) as exc:
        raise SandboxError(str(exc)) from exc
