"""What is asked of the archive for every page and every file reads no table from end to end."""

import re

from sqlalchemy import BindParameter, event
from sqlalchemy.sql import visitors
from tests.builders import CHAT_ID

from headrace.blobs.files import LocalFiles
from headrace.store import albums, downloads, rounds, sqlite, tallies, thumbnails
from headrace.store.migrate import migrate_sqlite


def test_every_question_is_an_index_look_up(tmp_path):
    path = tmp_path / "archive.db"
    migrate_sqlite(LocalFiles(), path)
    asked = {
        downloads._WANTED: "files_by_state",
        downloads._FACTS: "files_by_state",
        downloads._RECONSIDER: "files_by_state",
        downloads._OWN_ORIGINS: "message_files_by_file",
        downloads._OTHER_ORIGINS: "message_files_by_file",
        downloads._FACE: "peer_files_by_file",
        thumbnails._MISSING: "thumbnails_by_state",
        tallies._OF_CHAT: "PRIMARY KEY",
        tallies._CONTENTS: "PRIMARY KEY",
        albums._MEMBERS: "(chat_id=? AND grouped_id=?)",
        albums._OF_IDS: "(chat_id=? AND id=?)",
        rounds._BELOW: "(chat_id=? AND id<?)",
        rounds._OF_IDS: "(chat_id=? AND id=?)",
    }
    engine = sqlite.engine(path)
    for statement, index in asked.items():
        lines = plan(engine, statement, chats=[CHAT_ID])
        assert any(index in one for one in lines if one.startswith("SEARCH")), lines
        assert [one for one in lines if SCAN.match(one)] == [], lines
    engine.dispose()


#: Reading a table of the archive, and not what was found already, from end to end.
SCAN = re.compile(r"SCAN (files|messages|message_files|peer_files|thumbnails|chats)\b")


def plan(engine, statement, **more):
    """SQLite's words on how it finds the rows; ``more``: values for the statement."""
    found = []

    def explain(_connection, cursor, text, values, *_):
        cursor.execute(f"EXPLAIN QUERY PLAN {text}", values)
        found.extend(row[3] for row in cursor.fetchall())

    values = {"chat": CHAT_ID, "size": 0, "key": "", "limit": 9, "excluding": ["x"]}
    values |= {"albums": [1, 2], "ids": [1, 2], "below": 9}
    names = {one.key for one in visitors.iterate(statement) if isinstance(one, BindParameter)}
    with engine.connect() as connection:
        event.listen(connection, "before_cursor_execute", explain)
        connection.execute(statement, {k: v for k, v in (values | more).items() if k in names})
    return found
