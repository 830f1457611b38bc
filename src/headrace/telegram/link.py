"""A link: one encrypted connection to one data centre, through Telethon's own sender.

A link lives once. When it breaks, every request on it fails and a new link is made;
Telethon's silent reconnects are off, because they hide how long nothing has arrived.
"""

from __future__ import annotations

import asyncio
import collections
import contextlib
import logging
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from telethon import errors as telethon_errors
from telethon.crypto import AuthKey
from telethon.network import MTProtoSender

from headrace import errors
from headrace.model.proxy import Proxy
from headrace.telegram.bounds import bound_inflation
from headrace.telegram.proxy import make_connection

#: Telethon's own log holds message contents and addresses, so it stays silent.
_SILENT = logging.getLogger("headrace.telegram.wire")
_SILENT.setLevel(logging.CRITICAL + 1)

#: What a broken link may end with that means more than that it broke.
_SAYS_WHY = (
    OSError,
    telethon_errors.RPCError,
    telethon_errors.AuthKeyNotFound,
    telethon_errors.InvalidBufferError,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where a data centre is and the key that was agreed with it (a secret)."""

    host: str
    port: int
    dc: int
    #: Has no default, so that no connection is made past it by oversight.
    proxy: Proxy | None
    #: Empty: the next link agrees one with the server, whose RSA key has to be known.
    key: bytes = field(default=b"", repr=False)


OnUpdate = Callable[[Any], None]

#: One key in 256 comes out with a leading zero, for which a server may ask for another.
_KEY_RETRIES = 3


class Link:
    """An open connection. Requests may be sent side by side."""

    def __init__(self, sender: Any) -> None:
        """Take over a connected sender."""
        self._sender = sender
        self._gone = False
        self._over = asyncio.Event()
        sender._disconnected.add_done_callback(self._ended)  # noqa: SLF001

    @classmethod
    async def open(cls, endpoint: Endpoint, on_update: OnUpdate | None = None) -> Link:
        """Connect, and agree on a key if there is none; ``on_update`` hears what is pushed.

        Raises:
            OSError: there is no connection; ``ProxyFailed`` says why.
            ConfigError: the server cannot prove that it is the one whose key we know.
            ConfigError, ConnectionLost: the proxy will not have us.
        """
        bound_inflation()
        loggers: Any = collections.defaultdict(lambda: _SILENT)
        sender = MTProtoSender(
            AuthKey(data=endpoint.key or None),
            loggers=loggers,
            retries=0 if endpoint.key else _KEY_RETRIES,
            delay=0,
            auto_reconnect=False,
            updates_queue=_Updates(on_update),
        )
        connection = make_connection(
            endpoint.host, endpoint.port, endpoint.dc, loggers=loggers, proxy=endpoint.proxy
        )
        try:
            await sender.connect(connection)
        except BaseException as exc:
            await sender.disconnect()
            if isinstance(exc, OSError) and endpoint.proxy and connection.failure:
                raise connection.failure from exc
            if not endpoint.key and "auth_key" in str(exc):
                sender._disconnected.exception()  # noqa: SLF001 - or asyncio complains of it
                raise _stranger(endpoint) from exc
            raise
        return cls(sender)

    @property
    def key(self) -> bytes:
        """The key of this link (a secret)."""
        return bytes(self._sender.auth_key.key)

    @property
    def alive(self) -> bool:
        """Whether requests can still be sent."""
        return not self._gone and bool(self._sender.is_connected())

    @property
    def clock_offset(self) -> int:
        """Seconds by which Telethon found the server ahead, 0 when it had no reason to ask."""
        return int(self._sender._state.time_offset)  # noqa: SLF001

    async def send(self, request: Any, deadline: float) -> Any:
        """The answer to a request.

        Raises:
            TimeoutError: nothing came within ``deadline`` seconds.
            ConnectionError: the link broke first.
        """
        try:
            future = self._sender.send(request)
        except (struct.error, TypeError) as exc:
            raise errors.HeadraceError(f"A malformed request was not sent: {exc}") from exc
        async with asyncio.timeout(deadline):
            try:
                return await future
            except asyncio.CancelledError:
                task = asyncio.current_task()
                if future.cancelled() and not (task and task.cancelling()):
                    raise ConnectionResetError("The link was closed.") from None
                raise
            except _SAYS_WHY:
                raise
            except Exception as exc:
                if self._sender.is_connected():
                    raise
                # The link broke on bytes without sense: they tell nothing about this answer.
                raise ConnectionResetError(f"The link broke ({type(exc).__name__}).") from exc

    async def ended(self, seconds: float) -> None:
        """Return when the link has ended, or after so many seconds."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._over.wait()

    async def close(self) -> None:
        """End the connection; what was in flight fails with ``ConnectionError``."""
        self._mark_gone()
        writer = getattr(self._sender._connection, "_writer", None)  # noqa: SLF001
        if writer is not None:
            # A peer that no longer reads would hold up the orderly end for ten seconds.
            writer.transport.abort()
        await self._sender.disconnect()
        self._drop_queue()

    def _mark_gone(self) -> None:
        self._gone = True
        self._over.set()

    def _ended(self, ended: asyncio.Future[None]) -> None:
        self._mark_gone()
        if not ended.cancelled():
            ended.exception()
        self._drop_queue()

    def _drop_queue(self) -> None:
        """Fail what was never sent; Telethon would leave it waiting for ever."""
        queue = self._sender._send_queue._deque  # noqa: SLF001
        while queue:
            queue.popleft().future.cancel()


class _Updates:
    """Where Telethon puts what a server pushes; without a listener it is forgotten."""

    def __init__(self, listener: OnUpdate | None) -> None:
        self._listener = listener

    def put_nowait(self, update: Any) -> None:
        if self._listener is not None:
            self._listener(update)


def _stranger(endpoint: Endpoint) -> errors.ConfigError:
    return errors.ConfigError(
        f"{endpoint.host}:{endpoint.port} could not prove that it is the Telegram server it "
        "should be.",
        hint="A server of your own has a key of its own: --public-key FILE",
    )
