"""Connections through a proxy, by Telethon's own classes; never past it.

Telethon swallows why a connection could not be made, so ``failure`` keeps it.
"""

from __future__ import annotations

import os
import struct
from typing import Any

from telethon.network.connection import ConnectionTcpMTProxyRandomizedIntermediate
from telethon.network.connection.tcpintermediate import RandomizedIntermediatePacketCodec

from headrace import errors
from headrace.model.proxy import Proxy, ProxyKind
from headrace.telegram.bounds import BoundedReader, BoundedTcp

#: SOCKS5's reply "connection not allowed by ruleset" (RFC 1928, section 6).
_NOT_ALLOWED = 2
#: Of an encrypted packet: auth_key_id and msg_key, and then blocks of AES.
_HEADER_BYTES, _BLOCK_BYTES = 24, 16


class ProxyFailed(ConnectionError):
    """The proxy cannot be reached, or cannot reach Telegram: worth another attempt."""


class SocksConnection(BoundedTcp):
    """The full transport through SOCKS5; names are resolved by the proxy."""

    failure: Exception | None = None

    def __init__(self, host: str, port: int, dc: int, *, loggers: Any, proxy: Proxy) -> None:
        """``host`` and ``port`` are Telegram's."""
        self._through = proxy
        chosen = {
            "proxy_type": "socks5",
            "addr": proxy.host,
            "port": proxy.port,
            "rdns": True,
            "username": proxy.user or None,
            "password": proxy.password if proxy.user else None,
        }
        super().__init__(host, port, dc, loggers=loggers, proxy=chosen)

    async def _proxy_connect(self, timeout: float | None = None, local_addr: Any = None) -> Any:  # noqa: ASYNC109 - Telethon's signature
        try:
            return await super()._proxy_connect(timeout=timeout, local_addr=local_addr)
        except Exception as exc:
            # Telethon patches the classes of python-socks, so their types tell nothing.
            self.failure = _socks_failure(self._through, exc)
            raise ConnectionError from exc


class PaddedCodec(RandomizedIntermediatePacketCodec):  # type: ignore[misc]
    """Takes off all 15 bytes of padding that are allowed; Telethon takes off 3.

    https://core.telegram.org/mtproto/mtproto-transports#padded-intermediate
    """

    async def read_packet(self, reader: Any) -> bytes:
        """One packet: behind its header an encrypted one has whole blocks only."""
        (length,) = struct.unpack("<i", await reader.readexactly(4))
        packet: bytes = await BoundedReader(reader).readexactly(length)
        if length < _HEADER_BYTES:
            return packet[: length - length % 4]  # an error code
        if not any(packet[:8]):
            return packet  # not encrypted; says its length itself
        return packet[: length - (length - _HEADER_BYTES) % _BLOCK_BYTES]


class MTProxyConnection(ConnectionTcpMTProxyRandomizedIntermediate):  # type: ignore[misc]
    """Padded intermediate packets to an MTProxy, which chooses Telegram's address itself."""

    packet_codec = PaddedCodec
    failure: Exception | None = None

    def __init__(self, host: str, port: int, dc: int, *, loggers: Any, proxy: Proxy) -> None:
        """Only ``dc`` is told to the proxy."""
        self._through = proxy
        # Telethon strips a leading "dd" or "ee" of plain secrets, too, unless one stands before.
        chosen = (proxy.host, proxy.port, "dd" + proxy.secret.hex())
        super().__init__(host, port, dc, loggers=loggers, proxy=chosen)

    async def _connect(self, timeout: float | None = None, ssl: Any = None) -> None:  # noqa: ASYNC109 - Telethon's signature
        done = False
        try:
            await super()._connect(timeout=timeout, ssl=ssl)
            done = True
        except OSError as exc:
            reason = "closed the connection; is its secret right?"
            if self._writer is None:
                reason = f"cannot be reached: {_reason(exc)}."
            self.failure = ProxyFailed(f"The {self._through} {reason}")
            raise
        finally:
            if not done and self._writer is not None:
                # Telethon closes only what it holds for connected.
                self._writer.transport.abort()


def make_connection(host: str, port: int, dc: int, *, loggers: Any, proxy: Proxy | None) -> Any:
    """A connection that is not open yet: direct without a proxy, else only through it."""
    if proxy is None:
        return BoundedTcp(host, port, dc, loggers=loggers)
    kind = SocksConnection if proxy.kind is ProxyKind.SOCKS5 else MTProxyConnection
    return kind(host, port, dc, loggers=loggers, proxy=proxy)


def _socks_failure(proxy: Proxy, exc: Exception) -> Exception:
    code = getattr(exc, "error_code", None)
    said = str(exc)
    if code is None and "authentication" in said.lower():
        what = "does not accept this user name and password" if proxy.user else "wants a password"
        return errors.ConfigError(
            f"The {proxy} {what}.",
            hint='Set proxy = "socks5://USER:PASSWORD@HOST:PORT" in config.toml, '
            "or HEADRACE_PROXY.",
        )
    if code == _NOT_ALLOWED:
        return errors.ConnectionLost(
            f"The {proxy} does not allow connections to Telegram.",
            hint="Ask who runs it, or set another proxy.",
        )
    if code is not None:
        return ProxyFailed(f"The {proxy} cannot reach Telegram: {said}.")
    if isinstance(exc, OSError) and exc.errno is not None:
        return ProxyFailed(f"The {proxy} cannot be reached: {_reason(exc)}.")
    return ProxyFailed(f"The {proxy} does not answer as a SOCKS5 proxy does.")


def _reason(exc: OSError) -> str:
    """In the words of the system; its longer texts repeat addresses."""
    if exc.errno and exc.errno > 0:
        return os.strerror(exc.errno)
    # Name look-ups fail with numbers of their own, below zero.
    return "its name is not known" if exc.errno else type(exc).__name__
