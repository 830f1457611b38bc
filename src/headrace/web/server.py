"""The server: sockets of one port, and uvicorn on them, ended from outside."""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import uvicorn

from headrace.errors import UsageError
from headrace.web.asked import App
from headrace.web.hosts import in_url, is_loopback

#: Ports that are tried where the one asked for is taken.
_TRIES = 50
#: Requests that are under way at the end get so long.
_GRACE_S = 5


def listen(host: str, port: int) -> list[socket.socket]:
    """Sockets of the first free port from this one on; on loopback of both kinds of address.

    Raises:
        UsageError: the host is not this machine's, or no port is free.
    """
    for candidate in range(port, min(port + _TRIES, 65_536)):
        try:
            return _listen_on(host, candidate)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise UsageError(
                    f"Nothing can listen on {in_url(host)}:{candidate}: {error.strerror or error}."
                ) from None
    raise UsageError(f"No port from {port} on is free.", hint="Name another one: --port N")


def port_of(sockets: Sequence[socket.socket]) -> int:
    """The port that sockets listen on."""
    port: int = sockets[0].getsockname()[1]
    return port


async def serve_until_cancelled(app: App, sockets: Sequence[socket.socket]) -> None:
    """Serve; when cancelled, take no more and let what is under way come to its end."""
    config = uvicorn.Config(
        app,
        lifespan="off",
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=10,
        timeout_graceful_shutdown=_GRACE_S,
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve(sockets=list(sockets)))
    try:
        await asyncio.shield(serving)
    finally:
        server.should_exit = True
        await asyncio.wait([serving])


class _Server(uvicorn.Server):
    """Signals are heard by whoever runs the server."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave them alone."""
        yield


def _listen_on(host: str, port: int) -> list[socket.socket]:
    host = "127.0.0.1" if host == "localhost" else host.strip("[]")
    first = _bound(host, port)
    if not is_loopback(host) or host == "::1" or not port:
        return [first]
    try:
        return [first, _bound("::1", port)]
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            first.close()
            raise
        # This machine has no IPv6.
        return [first]


def _bound(host: str, port: int) -> socket.socket:
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    made = socket.socket(family, kind, protocol)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        made.bind(address)
        made.listen(256)
    except BaseException:
        made.close()
        raise
    return made
