"""The names that a site answers to: a page of another name may not speak to it (DNS rebinding)."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable

#: How this machine calls itself.
LOOPBACK = frozenset(("127.0.0.1", "localhost", "[::1]"))
_HOST = re.compile(r"(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(?::([0-9]{1,5}))?", re.ASCII)
_LARGEST_PORT = 65_535


def host_name(header: bytes) -> str | None:
    """The name in a ``Host`` header, lower case and without its port; nothing if malformed."""
    found = _HOST.fullmatch(header.decode("latin-1"))
    if found is None or (found[2] is not None and int(found[2]) > _LARGEST_PORT):
        return None
    return found[1].lower()


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a host."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def in_url(host: str) -> str:
    """A host as it stands in an address."""
    return f"[{host}]" if ":" in host and not host.startswith("[") else host


def answering_to(names: Iterable[str]) -> frozenset[str]:
    """This machine's own names, and others."""
    return LOOPBACK | {in_url(name.strip().lower()) for name in names if name.strip()}
