"""An archive as the first schema had it, made by its own migration, with a few rows."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing

import pytest
from tests.builders import CHAT_ID
from tests.postgres import run

from headrace.blobs.files import LocalFiles
from headrace.store import archive as archives
from headrace.store import migrate

FIRST = [
    (
        f"INSERT INTO chats VALUES ({CHAT_ID}, 'channel', 'The Mill', '', '', NULL, NULL, NULL, '',"
        " false, false, false, 1, 2)"
    ),
    "INSERT INTO peers VALUES (5, 'user', 'Miller', '', '', false, false, false, false, false)",
    *(
        "INSERT INTO messages (chat_id, id, source, kind, text, date, signature, flags, noforwards,"
        f" first_seen_at, last_seen_at) VALUES ({CHAT_ID}, {number}, '{source}', '',"
        f" 'message {number}', {1_700_000_000 + number}, '', 2, false, 1, 2)"
        for number, source in ((1, "telegram"), (2, "telegram"), (4, "desktop"))
    ),
    f"INSERT INTO message_versions VALUES ({CHAT_ID}, 1, 1, 'old', NULL, NULL, NULL, 1, 2)",
    f"INSERT INTO failures VALUES ({CHAT_ID}, 'history', 3, 3, 'database', 'too long')",
    f"INSERT INTO coverage VALUES ({CHAT_ID}, 'history', 'telegram', 1, 3, 2, 0, 3)",
    f"INSERT INTO coverage VALUES ({CHAT_ID}, 'history', 'desktop', 4, 4, 1, 0, 4)",
]


def make(folder, scripts, url=None):
    """An archive of schema 0001 in a folder, with its rows at a URL if one is given.

    ``scripts``: a folder for the migrations of that version, not there yet.
    """
    shutil.copytree(migrate._SCRIPTS, scripts, ignore=shutil.ignore_patterns("000[2-9]*"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(migrate, "_SCRIPTS", scripts)
        patch.setattr(migrate, "HEAD", "0001")
        patch.setattr(archives, "_SCHEMA", 1)
        archives.create(LocalFiles(), folder, url)
        if url:
            migrate.migrate_postgres(url)
            run(url, *FIRST)
        else:
            migrate.migrate_sqlite(LocalFiles(), folder / "archive.db")
            with closing(sqlite3.connect(folder / "archive.db", isolation_level=None)) as database:
                for statement in FIRST:
                    database.execute(statement)
    return folder
