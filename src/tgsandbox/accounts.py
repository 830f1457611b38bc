"""The pre-authorised account: its key, and a Telethon session file that holds it.

With a state folder, keys survive a restart, and so does the session file.
"""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path
from typing import Any

from telethon.crypto import AuthKey
from telethon.sessions import SQLiteSession

from tgsandbox.rsa_key import write_private
from tgsandbox.telegram import Telegram

API_ID = 10001
API_HASH = "0123456789abcdef0123456789abcdef"
_KEYS = "auth_keys.json"


def write_session(path: Path, telegram: Telegram, key: bytes) -> None:
    """A Telethon SQLite session on the home data centre, readable by its owner only.

    An existing file keeps its other tables; only address and key are set.
    """
    if not path.exists():
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    host, port = telegram.addresses[telegram.home_dc]
    session = SQLiteSession(str(path))
    try:
        session.set_dc(telegram.home_dc, host, port)
        session.auth_key = AuthKey(key)
        session.save()
    finally:
        session.close()


def load_keys(telegram: Telegram, state: Path | None) -> bytes:
    """Take over the keys of an earlier run; returns the account's own, made if need be."""
    kept = _read(state)
    for one in kept["keys"]:
        key = bytes.fromhex(one["key"])
        telegram.add_key(one["dc"], key, authorised=one["authorised"])
    own = bytes.fromhex(kept["account"]) if kept["account"] else _new_key()
    telegram.add_key(telegram.home_dc, own, authorised=True)
    return own


def save_keys(telegram: Telegram, state: Path, own: bytes) -> None:
    """Keep all keys, so that clients stay signed in over a restart."""
    keys = [
        {"dc": dc, "key": key.data.hex(), "authorised": key.authorised}
        for (dc, _), key in telegram.keys.items()
        if key.data != own
    ]
    content = json.dumps({"account": own.hex(), "keys": keys}).encode()
    write_private(state / _KEYS, content)


def _read(state: Path | None) -> dict[str, Any]:
    if state is None or not (state / _KEYS).exists():
        return {"account": None, "keys": []}
    loaded: dict[str, Any] = json.loads((state / _KEYS).read_text())
    return loaded


def _new_key() -> bytes:
    return b"\x01" + secrets.token_bytes(255)
