"""Servers that run: where each is, how the command line finds it, and the token of both."""

from __future__ import annotations

import hashlib
import http.client
import json
import logging
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import msgspec

from headrace.blobs.files import LocalFiles
from headrace.errors import HeadraceError, UsageError
from headrace.model.files import FileOps, file_errors, write_whole
from headrace.settings import Settings, config_directory
from headrace.web.auth import checked_token, make_token, read_token

_log = logging.getLogger(__name__)
#: An answer takes longer only where a stop waits for what is under way.
_ANSWER_S = 30.0
#: The server sends something every 15 s.
_SILENCE_S = 60.0


class Running(msgspec.Struct, frozen=True, kw_only=True):
    """Where a server is.

    Its file lies in the user's configuration directory, whatever account the server reads with,
    so that whoever knows the archive finds it; not in the archive, which can be given away.
    """

    url: str
    archive: str
    #: Nothing where the token is a setting.
    token_file: str


def token_of(files: FileOps, settings: Settings, *, may_make: bool) -> tuple[str, str]:
    """The token of the site, and the file that it lies in; made at the first start.

    Raises:
        UsageError: there is none yet, and the site would be open to others at once.
    """
    if settings.token is not None:
        token = settings.token.get_secret_value()
        hint = "Set a longer one, or none: headrace serve then makes one."
        return checked_token(token, "The setting token (HEADRACE_TOKEN)", hint), ""
    path = settings.config / "web" / "token"
    kept = read_token(files, path)
    if kept is None and not may_make:
        raise UsageError(
            f"The site would listen on {settings.host}, where others can reach it, and has no "
            "token yet.",
            hint="Make one by starting it once without --host, or set HEADRACE_TOKEN "
            "(32 characters or more).",
        )
    return kept or make_token(files, path), str(path)


@contextmanager
def announced(files: FileOps, running: Running) -> Iterator[None]:
    """Let the command line find a server while the block runs."""
    path = _place(Path(running.archive))
    try:
        with file_errors(path.parent):
            files.make_folder(path.parent)
        write_whole(files, path, msgspec.json.encode(running))
    except HeadraceError as error:
        # It serves all the same.
        _log.warning("the command line will not find this server: %s", error)
    try:
        yield
    finally:
        with suppress(OSError):
            files.unlink(path)


def find_server(settings: Settings) -> Server:
    """The server of the archive of the settings.

    Raises:
        UsageError: none is running, or its token is not here.
    """
    server = running_server(settings)
    if server is None:
        raise UsageError(
            f"No server of the archive {settings.archive} is running.",
            hint="Start one: headrace serve",
        )
    return server


def running_server(settings: Settings) -> Server | None:
    """The same, or nothing where none is running.

    Raises:
        UsageError: its token is not here.
    """
    files, path = LocalFiles(), _place(settings.archive)
    if files.size(path) is None:
        return None
    with file_errors(path):
        running = msgspec.json.decode(files.read(path), type=Running)
    if not _listens(running.url):
        # Its file outlived it.
        return None
    if settings.token is not None:
        token: str | None = settings.token.get_secret_value()
    else:
        token = read_token(files, Path(running.token_file)) if running.token_file else None
    if token is None:
        raise UsageError(
            f"The token of the server at {running.url} is not here.",
            hint="Set HEADRACE_TOKEN as it was set for the server.",
        )
    return Server(running.url, token)


@dataclass(frozen=True, slots=True)
class Server:
    """A server on this machine, asked with its token."""

    url: str
    token: str

    def statuses(self) -> list[dict[str, Any]]:
        """All of its jobs, the oldest first."""
        found: list[dict[str, Any]] = self._ask("GET", "/api/download/status")
        return found

    def status(self, channel: str) -> dict[str, Any]:
        """The latest job of a channel."""
        found: dict[str, Any] = self._ask("GET", f"/api/download/status/{quote(channel, safe='')}")
        return found

    def stop(self, channel: str) -> dict[str, Any]:
        """Stop the job of a channel; the job as it is then."""
        found: dict[str, Any] = self._ask("POST", f"/api/download/stop/{quote(channel, safe='')}")
        return found

    def resume(self, channel: str) -> dict[str, Any]:
        """Go on with the job of a channel; the job as it is then."""
        found: dict[str, Any] = self._ask("POST", f"/api/download/resume/{quote(channel, safe='')}")
        return found

    def follow(self) -> Iterator[dict[str, Any]]:
        """All jobs as they are, and each change of one, until the server ends."""
        with closing(self._connected(_SILENCE_S)) as connection:
            answer = self._answer(connection, "GET", "/api/download/events")
            kind = ""
            while line := answer.readline().decode():
                name, _, value = line.rstrip("\n").partition(": ")
                if name == "event":
                    kind = value
                elif name == "data" and kind == "status":
                    yield json.loads(value)

    def _ask(self, method: str, path: str) -> Any:
        with closing(self._connected(_ANSWER_S)) as connection:
            return json.loads(self._answer(connection, method, path).read())

    def _connected(self, seconds: float) -> http.client.HTTPConnection:
        host, port = _address(self.url)
        return http.client.HTTPConnection(host, port, timeout=seconds)

    def _answer(
        self, connection: http.client.HTTPConnection, method: str, path: str
    ) -> http.client.HTTPResponse:
        try:
            connection.request(method, path, headers={"Authorization": f"Bearer {self.token}"})
            answer = connection.getresponse()
        except (OSError, http.client.HTTPException) as error:
            raise HeadraceError(f"The server at {self.url} does not answer: {error}.") from error
        if answer.status >= http.client.BAD_REQUEST:
            said = json.loads(answer.read())
            raise UsageError(said["message"], hint=said["hint"])
        return answer


def _listens(url: str) -> bool:
    try:
        with socket.create_connection(_address(url), timeout=_ANSWER_S):
            return True
    except OSError:
        return False


def _address(url: str) -> tuple[str, int]:
    address = urlsplit(url)
    return address.hostname or "", address.port or http.client.HTTP_PORT


def _place(archive: Path) -> Path:
    name = hashlib.sha256(str(archive.resolve()).encode()).hexdigest()[:16]
    return config_directory() / "servers" / f"{name}.json"
