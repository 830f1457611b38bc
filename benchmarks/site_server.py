"""A server process on an archive, and a client that takes the time of its answers."""

from __future__ import annotations

import http.client
import json
import subprocess
import time
from contextlib import contextmanager
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


@contextmanager
def server(archive, config, **settings):
    """``headrace serve`` as a process; gives a function that makes clients of it."""
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
        told = json.loads(process.stdout.readline())
        token = told["address"].partition("#token=")[2]
        yield lambda: Client(told["url"], token)
    finally:
        process.terminate()
        process.wait(60)
        process.stdout.close()


def percentile(times, share):
    """The value that this share of the times does not exceed."""
    ordered = sorted(times)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]
