"""Small proxies on loopback: SOCKS5 (RFC 1928, 1929) and MTProxy; both count."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import socket
import struct
import threading
from contextlib import asynccontextmanager, contextmanager

from telethon.crypto import AESModeCTR

PADDED = b"\xdd\xdd\xdd\xdd"


class Proxy:
    """Accepts on a free port of 127.0.0.1, and forwards as its kind does."""

    def __init__(self):
        self.accepted = 0
        self.forwarded = []
        #: The local ports from which it spoke to the server.
        self.ports = set()
        self.address = ""

    @asynccontextmanager
    async def running(self):
        tasks = set()

        async def serve(reader, writer):
            tasks.add(task := asyncio.current_task())
            self.accepted += 1
            try:
                await self.serve(reader, writer)
            except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
                pass
            finally:
                tasks.discard(task)
                writer.transport.abort()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        host, port = server.sockets[0].getsockname()
        self.address = f"{host}:{port}"
        try:
            yield self
        finally:
            server.close()
            for task in list(tasks):
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    @contextmanager
    def in_a_thread(self):
        """The same for tests that are not asynchronous."""
        ready, ended = threading.Event(), None

        async def main():
            nonlocal ended
            ended = asyncio.Event()
            loop = asyncio.get_running_loop()
            async with self.running():
                self.stop = lambda: loop.call_soon_threadsafe(ended.set)
                ready.set()
                await ended.wait()

        thread = threading.Thread(target=asyncio.run, args=(main(),))
        thread.start()
        assert ready.wait(30)
        try:
            yield self
        finally:
            self.stop()
            thread.join(30)

    async def forward(self, reader, writer, host, port, *, up=bytes, down=bytes, first=b""):
        """Join both sides; ``up`` and ``down`` change the bytes on their way."""
        far_reader, far_writer = await asyncio.open_connection(host, port)
        self.ports.add(far_writer.get_extra_info("sockname")[1])
        far_writer.write(first)

        async def pump(source, sink, change):
            while data := await source.read(65536):
                sink.write(change(data))
                await sink.drain()

        pumps = [
            asyncio.ensure_future(pump(reader, far_writer, up)),
            asyncio.ensure_future(pump(far_reader, writer, down)),
        ]
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            far_writer.transport.abort()
            for one in pumps:
                one.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)


class SocksProxy(Proxy):
    """``names``: what it resolves itself; ``reply``: refuse with this code of RFC 1928."""

    def __init__(self, *, user="", password="", reply=0, names=None, babble=b""):
        super().__init__()
        self.user, self.password = user.encode(), password.encode()
        self.reply, self.babble = reply, babble
        self.names = names or {}

    async def serve(self, reader, writer):
        if self.babble:
            writer.write(self.babble)
            await writer.drain()
            return
        _, count = await reader.readexactly(2)
        methods = await reader.readexactly(count)
        wanted = 2 if self.user else 0
        writer.write(bytes([5, wanted if wanted in methods else 0xFF]))
        if wanted not in methods:
            await writer.drain()
            return
        if wanted:
            good = await self._login(reader)
            writer.write(bytes([1, 0 if good else 1]))
            if not good:
                await writer.drain()
                return
        _, _, _, kind = await reader.readexactly(4)
        host = await self._host(reader, kind)
        (port,) = struct.unpack(">H", await reader.readexactly(2))
        self.forwarded.append((host, port))
        writer.write(bytes([5, self.reply, 0, 1, 0, 0, 0, 0, 0, 0]))
        if self.reply:
            await writer.drain()
            return
        await self.forward(reader, writer, self.names.get(host, host), port)

    async def _login(self, reader):
        _, length = await reader.readexactly(2)
        user = await reader.readexactly(length)
        (length,) = await reader.readexactly(1)
        return (user, await reader.readexactly(length)) == (self.user, self.password)

    async def _host(self, reader, kind):
        if kind == 1:
            return socket.inet_ntoa(await reader.readexactly(4))
        assert kind == 3
        (length,) = await reader.readexactly(1)
        return (await reader.readexactly(length)).decode()


class MTProxy(Proxy):
    """Takes off the obfuscation that its secret belongs to; to the server it speaks plainly."""

    def __init__(self, secret, server):
        super().__init__()
        self.secret, self.server = secret, server

    async def serve(self, reader, writer):
        greeting = await reader.readexactly(64)
        back = greeting[55:7:-1]
        incoming = self._cipher(greeting[8:40], greeting[40:56])
        outgoing = self._cipher(back[:32], back[32:])
        plain = incoming.decrypt(greeting)
        if plain[56:60] != PADDED:  # a wrong secret gives noise
            return
        self.forwarded.append(int.from_bytes(plain[60:62], "little", signed=True))
        host, port = self.server.split(":")
        await self.forward(
            reader,
            writer,
            host,
            int(port),
            up=incoming.decrypt,
            down=outgoing.encrypt,
            first=PADDED,
        )

    def _cipher(self, key, iv):
        return AESModeCTR(hashlib.sha256(key + self.secret).digest(), iv)


@contextlib.contextmanager
def dead_port():
    """An address where nobody listens; held, so that nobody else takes it meanwhile."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{held.getsockname()[1]}"
