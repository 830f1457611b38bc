"""A TCP proxy before a PostgreSQL server that cuts the line at a chosen COMMIT."""

from __future__ import annotations

import asyncio
import urllib.parse
from contextlib import asynccontextmanager, suppress

_SIMPLE_QUERY, _PARSE = b"Q", b"P"


class Proxy:
    """Counts the COMMITs that clients send, and cuts the line after one of them.

    The server has carried it out by then, and the client gets no answer.
    """

    def __init__(self, socket):
        self._socket = socket
        self.commits = 0
        #: Which COMMIT is to go without an answer, counted from 1.
        self.cut_at = None
        #: Awaited after the server has answered, before the client learns that it will not.
        self.between = None
        self.cuts = 0

    async def serve(self, reader, writer):
        """One connection of a client."""
        line = _Line()
        to_server = None
        try:
            from_server, to_server = await asyncio.open_unix_connection(self._socket)
            answers = asyncio.create_task(self._answers(from_server, writer, line))
            try:
                await self._requests(reader, to_server, line)
            finally:
                answers.cancel()
                with suppress(asyncio.CancelledError, OSError):
                    await answers
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            for one in (writer, to_server):
                if one is not None:
                    one.transport.abort()

    async def _requests(self, reader, to_server, line):
        size = await reader.readexactly(4)
        to_server.write(size + await reader.readexactly(int.from_bytes(size) - 4))
        while True:
            kind = await reader.readexactly(1)
            size = await reader.readexactly(4)
            body = await reader.readexactly(int.from_bytes(size) - 4)
            if kind in (_SIMPLE_QUERY, _PARSE) and b"COMMIT" in body[:20]:
                self.commits += 1
                line.is_doomed = self.commits == self.cut_at
            to_server.write(kind + size + body)
            await to_server.drain()

    async def _answers(self, from_server, writer, line):
        while answer := await from_server.read(65536):
            if line.is_doomed:
                self.cuts += 1
                if self.between is not None:
                    await self.between()
                break
            writer.write(answer)
            await writer.drain()
        writer.transport.abort()


class _Line:
    """What the two directions of a connection know of each other."""

    is_doomed = False


@asynccontextmanager
async def proxied(url):
    """A proxy before the server of a libpq URL, and the URL that leads through it."""
    head, _, query = url.partition("?")
    folder = urllib.parse.parse_qs(query)["host"][0]
    proxy = Proxy(f"{folder}/.s.PGSQL.5432")
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    name = head.rpartition("/")[2]
    way = f"postgresql://postgres@127.0.0.1:{port}/{name}?sslmode=disable&gssencmode=disable"
    try:
        yield proxy, way
    finally:
        server.close()
