"""Who may come in: a token on this machine, and the sessions of browsers that have shown it."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections import deque
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from pathlib import Path

from headrace.errors import ConfigError
from headrace.model.clock import Clock
from headrace.model.files import FileOps, file_errors, write_whole

#: A session that nobody uses ends after so long, any other after so much longer.
IDLE_S = 12 * 3600.0
LONGEST_S = 30 * 86_400.0
#: Wrong tokens within so many seconds: of one address, and of all together.
WINDOW_S = 300.0
MOST_OF_ONE = 5
MOST_OF_ALL = 100
#: A token that somebody sets has at least so many characters.
SHORTEST = 32
COOKIE = "sid"


class TooManyAttempts(Exception):
    """So many wrong tokens came that none is looked at for a while."""

    def __init__(self, seconds: float) -> None:
        """``seconds``: until one is looked at again."""
        super().__init__()
        self.seconds = seconds


def read_token(files: FileOps, path: Path) -> str | None:
    """The token of a file, or nothing where there is none.

    Raises:
        ConfigError: it is too short to be one.
    """
    if files.size(path) is None:
        return None
    with file_errors(path):
        token = files.read(path).decode("ascii", "replace").strip()
    return checked_token(
        token, f"The token in {path}", "Remove the file, and headrace serve makes a new one."
    )


def checked_token(token: str, name: str, hint: str) -> str:
    """A token that is long enough to hold.

    ``name``: what it is called in a sentence; ``hint``: how to get a better one.

    Raises:
        ConfigError: it is not.
    """
    if len(token) < SHORTEST or not token.isascii() or not token.isprintable():
        raise ConfigError(
            f"{name} cannot be used: it needs at least {SHORTEST} characters of plain ASCII.",
            hint=hint,
        )
    return token


def make_token(files: FileOps, path: Path) -> str:
    """A new token, kept in a file that only its owner can read."""
    token = secrets.token_urlsafe(32)
    with file_errors(path.parent):
        files.make_folder(path.parent)
    write_whole(files, path, token.encode() + b"\n")
    return token


@dataclass(slots=True)
class Visitor:
    """Whoever showed the token, or the cookie of a session."""

    #: The hash of its session; nothing where the token itself came.
    session: bytes = b""
    began: float = 0.0
    seen: float = 0.0
    #: Signed out, or its time is over.
    is_gone: bool = False


@dataclass(slots=True)
class Door:
    """Lets visitors in by token or session. Sessions live as long as the process."""

    token: str
    clock: Clock
    _sessions: dict[bytes, Visitor] = field(default_factory=dict)
    _failures: deque[tuple[float, str]] = field(default_factory=deque)

    def knows(self, token: str, address: str) -> bool:
        """Whether this is the token; wrong ones are counted by address.

        Raises:
            TooManyAttempts: nothing was looked at.
        """
        now = self.clock.monotonic()
        while self._failures and self._failures[0][0] <= now - WINDOW_S:
            self._failures.popleft()
        of_one = [when for when, whose in self._failures if whose == address]
        for times, most in ((of_one, MOST_OF_ONE), ([w for w, _ in self._failures], MOST_OF_ALL)):
            if len(times) >= most:
                raise TooManyAttempts(times[-most] + WINDOW_S - now)
        if hmac.compare_digest(token.encode(), self.token.encode()):
            return True
        self._failures.append((now, address))
        return False

    def begin(self) -> str:
        """A new session; what its cookie holds."""
        self._drop_old()
        name = secrets.token_urlsafe(32)
        now = self.clock.monotonic()
        visitor = Visitor(session=_hash(name), began=now, seen=now)
        self._sessions[visitor.session] = visitor
        return name

    def visitor(self, name: str) -> Visitor | None:
        """Whose session a cookie names; using it keeps it."""
        self._drop_old()
        visitor = self._sessions.get(_hash(name))
        if visitor is not None:
            visitor.seen = self.clock.monotonic()
        return visitor

    def end(self, visitor: Visitor) -> None:
        """Sign out: its cookie is worth nothing, and its streams end."""
        visitor.is_gone = True
        self._sessions.pop(visitor.session, None)

    def _drop_old(self) -> None:
        now = self.clock.monotonic()
        for visitor in tuple(self._sessions.values()):
            if visitor.seen <= now - IDLE_S or visitor.began <= now - LONGEST_S:
                self.end(visitor)


def cookie_value(header: str, name: str = COOKIE) -> str:
    """The value of a cookie in a ``Cookie`` header, or nothing."""
    try:
        found = SimpleCookie(header).get(name)
    except CookieError:
        return ""
    return found.value if found else ""


def _hash(name: str) -> bytes:
    return hashlib.sha256(name.encode()).digest()
