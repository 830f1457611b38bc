"""A proxy on the way to Telegram, and the forms in which people write one."""

from __future__ import annotations

import base64
import binascii
from enum import StrEnum
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

import msgspec

_SECRET_BYTES = 16
#: First bytes of longer MTProxy secrets: padded packets, and disguise as TLS.
_PADDED, _FAKE_TLS = 0xDD, 0xEE
_MOST_IN_SOCKS = 255
_FORMS = "use socks5://HOST:PORT, socks5://USER:PASSWORD@HOST:PORT or mtproxy://SECRET@HOST:PORT"


class ProxyKind(StrEnum):
    """What a proxy speaks."""

    SOCKS5 = "SOCKS5"
    MTPROXY = "MTProxy"


class Proxy(msgspec.Struct, frozen=True, kw_only=True):
    """A proxy; ``str`` and ``repr`` show nothing secret of it."""

    kind: ProxyKind
    host: str
    port: int
    user: str = ""
    password: str = ""
    #: The 16 bytes of an MTProxy secret.
    secret: bytes = b""

    def __str__(self) -> str:
        """For people: ``SOCKS5 proxy 127.0.0.1:1080``."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.kind} proxy {host}:{self.port}".replace("MTProxy proxy", "MTProxy")

    def __repr__(self) -> str:
        """Without user, password and secret."""
        return f"Proxy({self})"


def parse_proxy(text: str) -> Proxy:
    """A proxy from a URL of ours or from a link of Telegram's (``t.me/proxy?server=…``).

    Raises:
        ValueError: says why, without repeating any of the text.
    """
    try:
        url = urlsplit(text.strip())
    except ValueError:
        raise ValueError(_FORMS) from None
    if link := _link_kind(url):
        asked = {key: values[-1] for key, values in parse_qs(url.query).items()}
        given = asked.get("port", "")
        port = int(given) if given.isascii() and given.isdigit() else None
        user, password = asked.get("user", ""), asked.get("pass", "")
        return _proxy(link, asked.get("server"), port, user, password, asked.get("secret", ""))
    if url.path not in ("", "/") or url.query or url.fragment:
        # The rest of a password ends up there, and what stands before is no port then.
        raise ValueError(f"{_FORMS}; write '/', '?' and '#' of a password as %2F, %3F and %23")
    try:
        port = url.port
    except ValueError:
        raise ValueError(_FORMS) from None
    user, password = unquote(url.username or ""), unquote(url.password or "")
    match url.scheme:
        case "socks5" | "socks5h":
            return _proxy(ProxyKind.SOCKS5, url.hostname, port, user, password, "")
        case "mtproxy" if not password:
            return _proxy(ProxyKind.MTPROXY, url.hostname, port, "", "", user)
        case _:
            raise ValueError(_FORMS)


def _link_kind(url: SplitResult) -> ProxyKind | None:
    """Of ``tg://proxy?…`` and ``https://t.me/proxy?…``, and the same with ``socks``."""
    name = url.netloc if url.scheme == "tg" else ""
    if url.scheme in ("http", "https") and url.hostname in ("t.me", "telegram.me"):
        name = url.path.strip("/")
    return {"proxy": ProxyKind.MTPROXY, "socks": ProxyKind.SOCKS5}.get(name)


def _proxy(
    kind: ProxyKind, host: str | None, port: int | None, user: str, password: str, secret: str
) -> Proxy:
    if not host or not port or port > 0xFFFF:  # noqa: PLR2004 - the highest port
        raise ValueError("a proxy has a host and a port from 1 to 65535; " + _FORMS)
    if kind is ProxyKind.MTPROXY:
        return Proxy(kind=kind, host=host, port=port, secret=_secret(secret))
    if password and not user:
        raise ValueError("a proxy password needs a user name")
    if any(len(one.encode()) > _MOST_IN_SOCKS for one in (user, password)):
        raise ValueError("SOCKS5 carries no user name or password longer than 255 bytes")
    return Proxy(kind=kind, host=host, port=port, user=user, password=password)


def _secret(text: str) -> bytes:
    """The 16 bytes of a secret, in hexadecimal digits or base64."""
    try:
        found = bytes.fromhex(text)
    except ValueError:
        plain = text.replace("-", "+").replace("_", "/").rstrip("=")
        try:
            found = base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
        except (binascii.Error, ValueError):
            found = b""
    if len(found) > _SECRET_BYTES and found[0] == _FAKE_TLS:
        raise ValueError(
            "an MTProxy secret that begins with ee (disguise as TLS) is not supported; "
            "ask for one that begins with dd, or use SOCKS5"
        )
    if len(found) == _SECRET_BYTES + 1 and found[0] == _PADDED:
        found = found[1:]
    if len(found) != _SECRET_BYTES:
        raise ValueError("an MTProxy secret is 32 hexadecimal digits, or dd and 32 of them")
    return found
