"""Reads what Telethon keeps of a session: (data centre, host, port, key)."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path
from urllib.parse import quote

from telethon.sessions import StringSession

from headrace import errors

_KEY_BYTES = 256

Login = tuple[int, str, int, bytes]


def read_sqlite(path: Path) -> Login:
    """A Telethon session file, opened so that not a byte of it can change."""
    uri = f"file:{quote(str(path.absolute()))}?mode=ro&immutable=1"
    with contextlib.closing(sqlite3.connect(uri, uri=True)) as connection:
        row = connection.execute(
            "SELECT dc_id, server_address, port, auth_key FROM sessions"
        ).fetchone()
    if row is None or not row[3]:
        raise errors.NotSignedIn(f"Nobody is signed in with the session file {path}.")
    return _checked(int(row[0]), str(row[1] or ""), int(row[2] or 0), bytes(row[3]))


def read_string(text: str) -> Login:
    """The text of a Telethon StringSession."""
    session = StringSession(text)
    if session.auth_key is None:
        raise ValueError("no key")
    return _checked(
        int(session.dc_id), str(session.server_address), int(session.port), session.auth_key.key
    )


def _checked(dc: int, host: str, port: int, key: bytes) -> Login:
    if len(key) != _KEY_BYTES:
        raise ValueError("a key of the wrong length")
    return dc, host, port, key
