"""What outlives a run: keys, logins and accounts, and a session file that is signed in.

With a state folder, clients stay signed in over a restart.
"""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path
from typing import Any

from telethon.crypto import AuthKey
from telethon.sessions import SQLiteSession

from tgsandbox.logins import Login
from tgsandbox.rsa_key import write_private
from tgsandbox.telegram import Telegram

_FILE = "sign_in.json"


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


def load(telegram: Telegram, state: Path | None) -> bytes:
    """Take over accounts and keys of an earlier run.

    Returns the key of the session file: the one it had, or a new one where there was none
    or where it has been signed out.
    """
    kept = _read(state)
    for one in kept["accounts"]:
        if one["dc"] not in telegram.addresses:
            one["dc"] = telegram.home_dc
        telegram.accounts.restore(one)
    logins = [Login(user_id) for user_id in kept["logins"]]
    for one in kept["keys"]:
        login = None if one["login"] is None else logins[one["login"]]
        if login is not None and login.user_id not in telegram.accounts.by_id:
            login = None
        telegram.add_key(one["dc"], bytes.fromhex(one["key"]), login=login)
    return _own(telegram, kept["session"])


def save(telegram: Telegram, state: Path, own: bytes) -> None:
    """Keep accounts, keys, and what the keys are signed in to."""
    logins = {key.login for key in telegram.keys.values() if key.authorised}
    numbers = {login: number for number, login in enumerate(logins)}
    keys = [
        {"dc": dc, "key": key.data.hex(), "login": numbers.get(key.login)}
        for (dc, _), key in telegram.keys.items()
    ]
    content = {
        "session": own.hex(),
        "accounts": [account.as_json() for account in telegram.accounts],
        "logins": [login.user_id for login in numbers if login is not None],
        "keys": keys,
    }
    write_private(state / _FILE, json.dumps(content).encode())


def _own(telegram: Telegram, kept: str | None) -> bytes:
    me = telegram.accounts.first.user_id
    for (dc, _), key in telegram.keys.items():
        if dc == telegram.home_dc and key.data.hex() == kept and key.user_id == me:
            return key.data
    made = b"\x01" + secrets.token_bytes(255)
    telegram.add_key(telegram.home_dc, made, login=Login(me))
    return made


def _read(state: Path | None) -> dict[str, Any]:
    if state is None or not (state / _FILE).exists():
        return {"session": None, "accounts": [], "logins": [], "keys": []}
    loaded: dict[str, Any] = json.loads((state / _FILE).read_text())
    return loaded
