"""What the server has done: counts, and a bounded log of the requests."""

from __future__ import annotations

import time
from collections import Counter, deque
from datetime import datetime
from typing import Any

from tgsandbox.parts import PartCounts

#: Requests kept in the log; the oldest go first.
LOG_LENGTH = 20_000


class Entry:
    """One request in the log. The request itself is kept; it becomes JSON when asked for."""

    __slots__ = ("at", "connection", "dc", "method", "number", "outcome", "request")

    def __init__(self, number: int, method: str, request: Any, dc: int, connection: int) -> None:
        self.number = number
        self.at = time.monotonic()
        self.method = method
        self.request = request
        self.dc = dc
        self.connection = connection
        self.outcome = "pending"

    def as_json(self, since: float) -> dict[str, Any]:
        return {
            "n": self.number,
            "at": round(self.at - since, 4),
            "method": self.method,
            "dc": self.dc,
            "connection": self.connection,
            "outcome": self.outcome,
            "args": arguments(self.request),
        }


class Counters:
    """Counts since the start or the last reset."""

    def __init__(self) -> None:
        self.started = time.monotonic()
        self.open_connections = 0
        self.reset()

    def reset(self) -> None:
        self.methods: Counter[str] = Counter()
        self.errors: Counter[str] = Counter()
        self.devices: Counter[str] = Counter()
        self.unknown_methods: Counter[str] = Counter()
        self.bytes_in = 0
        self.bytes_out = 0
        self.connections = 0
        self.handshakes = 0
        self.internal_errors = 0
        self.log: deque[Entry] = deque(maxlen=LOG_LENGTH)
        self.parts = PartCounts()
        self._number = 0

    def request(self, method: str, request: Any, dc: int, connection: int) -> Entry:
        self._number += 1
        self.methods[method] += 1
        entry = Entry(self._number, method, request, dc, connection)
        self.log.append(entry)
        return entry

    def sent(self, size: int) -> None:
        self.bytes_out += size

    def requests(self, method: str | None = None) -> list[dict[str, Any]]:
        """The log as JSON, of one method or of all."""
        chosen = [entry for entry in self.log if method in (None, entry.method)]
        return [entry.as_json(self.started) for entry in chosen]

    def as_json(self) -> dict[str, Any]:
        return {
            "methods": dict(self.methods),
            "errors": dict(self.errors),
            "devices": dict(self.devices),
            "unknown_methods": dict(self.unknown_methods),
            "bytes_in": self.bytes_in,
            "bytes_out": self.bytes_out,
            "connections": self.connections,
            "open_connections": self.open_connections,
            "handshakes": self.handshakes,
            "internal_errors": self.internal_errors,
            "files": self.parts.as_json(),
            "seconds": round(time.monotonic() - self.started, 3),
        }


def arguments(request: Any) -> Any:
    """The fields of a request as JSON; times become Unix seconds, bytes hexadecimal."""
    if isinstance(request, bytes):
        return request.hex()
    if isinstance(request, datetime):
        return int(request.timestamp())
    if isinstance(request, list):
        return [arguments(one) for one in request]
    if hasattr(request, "CONSTRUCTOR_ID"):
        fields = {name: arguments(value) for name, value in vars(request).items()}
        return {"_": type(request).__name__, **fields}
    return request
