"""Sessions: who is signed in, with the keys of the data centres; a secret on the disk.

headrace keeps its own file (JSON, mode 0600, in a folder of mode 0700). It also reads the
session files of Telethon (SQLite, or the text of a StringSession) and leaves them as they are.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import msgspec

from headrace import errors
from headrace.model.files import FileOps, file_error, file_errors, write_whole
from headrace.telegram.foreign_sessions import read_sqlite, read_string

_VERSION = 1


class DataCentre(msgspec.Struct, frozen=True, kw_only=True):
    """A data centre and the key agreed with it."""

    id: int
    host: str
    port: int
    key: bytes

    def __repr__(self) -> str:
        """Without the key."""
        return f"DataCentre(id={self.id}, host={self.host!r}, port={self.port})"


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """A signed-in account."""

    version: int = _VERSION
    #: 0 while unknown (a session from elsewhere).
    user_id: int = 0
    #: What the account was called when it signed in.
    name: str = ""
    #: 0 and empty where the session does not say.
    api_id: int = 0
    api_hash: str = ""
    home: int
    centres: dict[int, DataCentre]

    def __repr__(self) -> str:
        """Without the secrets."""
        return f"Session(user_id={self.user_id}, home={self.home})"

    @property
    def home_centre(self) -> DataCentre:
        """The data centre that the account lives in."""
        return self.centres[self.home]


def load_session(path: Path) -> Session:
    """A session file of headrace or of Telethon.

    Raises:
        NotSignedIn: there is no such file.
        ConfigError: it is there and makes no sense.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise errors.NotSignedIn(f"There is no session file {path}.") from None
    except OSError as exc:
        raise errors.ConfigError(f"The session file {path} cannot be read: {exc}.") from exc
    try:
        return _parse(content, path)
    except errors.HeadraceError:
        raise
    except Exception as exc:
        raise errors.ConfigError(
            f"{path} is no session file: neither headrace's own, nor Telethon's."
        ) from exc


def _parse(content: bytes, path: Path) -> Session:
    if content.startswith(b"SQLite format 3\0"):
        dc, host, port, key = read_sqlite(path)
    elif content.lstrip().startswith(b"{"):
        session = msgspec.json.decode(content, type=Session)
        if session.version > _VERSION:
            raise errors.ConfigError(f"{path} was written by a newer headrace.")
        if session.home not in session.centres:
            raise errors.ConfigError(f"{path} has no key of its home data centre.")
        return session
    else:
        dc, host, port, key = read_string(content.decode("ascii").strip())
    centre = DataCentre(id=dc, host=host, port=port, key=key)
    return Session(home=dc, centres={dc: centre})


def save_session(files: FileOps, path: Path, session: Session) -> None:
    """Write headrace's own form: whole or not at all, 0600, in a folder of 0700.

    Raises:
        DiskFull, ArchiveReadOnly, ArchiveError: the old file, if any, is as it was.
    """
    with file_errors():
        files.make_folder(path.parent)
    write_whole(files, path, msgspec.json.encode(session))


@contextlib.contextmanager
def locked(files: FileOps, path: Path) -> Iterator[None]:
    """Hold a session for this process; Telegram ends a session that is used from two places.

    Raises:
        ConfigError: another process holds it.
    """
    with contextlib.ExitStack() as held:
        try:
            _hold(files, path, held)
        except BlockingIOError:
            raise errors.ConfigError(
                f"The session {path} is in use by another headrace.",
                hint="Wait until it has ended, or stop it.",
            ) from None
        yield


def is_held(files: FileOps, path: Path) -> bool:
    """Whether a process holds the session now."""
    try:
        with locked(files, path):
            return False
    except errors.ConfigError:
        return True


def _hold(files: FileOps, path: Path, held: contextlib.ExitStack) -> None:
    """Own sessions are replaced when saved, so their lock lies beside; others lock themselves."""
    own = path.suffix == ".json"
    try:
        if own:
            files.make_folder(path.parent)
            beside = path.with_name(f"{path.name}.lock")
            held.enter_context(files.lock(beside, create=True, wait=False))
        else:
            held.enter_context(files.lock(path, wait=False))
    except BlockingIOError:
        raise
    except OSError as exc:
        if own:
            raise file_error(exc) from exc
        if isinstance(exc, FileNotFoundError):
            raise errors.NotSignedIn(f"There is no session file {path}.") from None
        raise errors.ConfigError(f"The session file {path} cannot be read: {exc}.") from exc
