"""A server process on an archive, and a client that takes the time of its answers."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.runs import BIN

#: Nothing that is measured takes as long.
_TIMEOUT_S = 120


class Client:
    """One connection that stays open, as a browser's, and the token."""

    def __init__(self, url: str, token: str) -> None:
        address = urlsplit(url)
        self._connection = http.client.HTTPConnection(
            address.hostname or "", address.port, timeout=_TIMEOUT_S
        )
        self._headers = {"Authorization": f"Bearer {token}", "Accept": "text/html"}

    def get(self, path: str) -> bytes:
        """The body of a page that is there."""
        return self._ask("GET", path, None)

    def post(self, path: str, body: object) -> bytes:
        """The answer to a request of the API."""
        return self._ask("POST", path, json.dumps(body))

    def timed(self, path: str) -> tuple[float, int]:
        """Milliseconds from the question to the last byte, and how many bytes came."""
        began = time.perf_counter()
        body = self.get(path)
        return 1000 * (time.perf_counter() - began), len(body)

    def _ask(self, method: str, path: str, body: str | None) -> bytes:
        headers = self._headers | ({"Content-Type": "application/json"} if body else {})
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        found = answer.read()
        if answer.status >= http.client.BAD_REQUEST:
            raise SystemExit(f"{method} {path}: {answer.status} {found[:300]!r}")
        return found

    def close(self) -> None:
        """End the connection."""
        self._connection.close()


class Server:
    """A running server: clients of it, and what it has worked."""

    def __init__(self, process, told):
        self._process = process
        self._url = told["url"]
        self._token = told["address"].partition("#token=")[2]

    def client(self) -> Client:
        """A new connection."""
        return Client(self._url, self._token)

    def cpu_ms(self) -> float:
        """Milliseconds that it has computed, in all threads."""
        stat = Path(f"/proc/{self._process.pid}/stat").read_text(encoding="utf-8")
        user, system = stat.rpartition(")")[2].split()[11:13]
        return 1000 * (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


@contextmanager
def server(archive, config, **settings):
    """``headrace serve`` as a process."""
    command = [str(BIN / "headrace"), "serve", "--json", "--quiet", "--port", "0"]
    settings |= {"config": config, "archive": archive}
    environment = {f"HEADRACE_{name.upper()}": str(value) for name, value in settings.items()}
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        text=True,
        env=environment | {"PATH": str(BIN), "HOME": str(config)},
    )
    try:
        yield Server(process, json.loads(process.stdout.readline()))
    finally:
        process.terminate()
        process.wait(60)
        process.stdout.close()


def percentile(times, share):
    """The value that this share of the times does not exceed."""
    ordered = sorted(times)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]
