"""A channel with its comments into an archive, and whether each hangs where it belongs.

Held against the sandbox's oracle (``tgsandbox expect --comments``).
"""

from __future__ import annotations

import sqlite3
from contextlib import closing

from headrace import app
from headrace.blobs.files import LocalFiles
from headrace.model.download import TEXT_ONLY
from headrace.model.job import Silent
from headrace.model.plan import ImportOptions, Pace

YARD = "@millyard"
#: The channel, and the groups that it has had.
CHANNEL, GROUP, SECOND, THIRD = (-1001300000001 - place for place in range(4))

_COMMENTS = """
SELECT m.chat_id, m.id, r.channel_id, r.post_id, r.root_id, json_extract(m.reply, '$.msg_id')
FROM messages m JOIN roots r ON r.group_id = m.chat_id AND r.root_id = m.thread_id
WHERE m.deleted_at IS NULL
"""
_OTHERS = """
SELECT m.chat_id, m.id, m.thread_id FROM messages m JOIN chats c ON c.id = m.chat_id
WHERE c.kind = 'supergroup' AND m.deleted_at IS NULL
AND NOT EXISTS (SELECT 1 FROM roots r WHERE r.group_id = m.chat_id
                AND r.root_id IN (m.id, m.thread_id))
"""


async def bring(chosen, ref=YARD, *, files=None, media=TEXT_ONLY, sink=None, **options):
    """Import a channel with these settings in this process; the report."""
    wanted = ImportOptions(pace=Pace.FAST, media=media, **options)
    files = files or LocalFiles()
    return await app.import_chat(chosen, ref, wanted, sink or Silent(), files=files)


def rows(archive, query, *values):
    with closing(sqlite3.connect(archive / "archive.db")) as connection:
        return connection.execute(query, values).fetchall()


def joined(archive):
    """(channel, post, root, parent) of each comment by group and id, as the archive has it."""
    return {(one[0], one[1]): one[2:] for one in rows(archive, _COMMENTS)}


def others(archive):
    """What each message of a group hangs on that is neither a comment nor a copy."""
    return {(group, number): thread for group, number, thread in rows(archive, _OTHERS)}


def expected(oracle, kind="comment"):
    """The same of the sandbox's."""
    names = {
        "comment": ("channel", "post", "root", "parent"),
        "orphan": ("root",),
        "chatter": (),
    }[kind]
    return {
        (one["chat"], one["id"]): tuple(one[name] for name in names)
        for one in oracle
        if one["type"] == kind
    }


def read_of_groups(archive):
    """The ids of each group that were read, as ranges."""
    found = {}
    query = "SELECT chat_id, lo, hi FROM coverage WHERE scope = 'history' AND source = 'telegram'"
    for chat, lo, hi in rows(archive, query):
        found.setdefault(chat, []).append(range(lo, hi + 1))
    return found


def assert_joined(archive, oracle):
    """Each comment hangs where it belongs; of what was read, only orphans are kept besides."""
    ranges = read_of_groups(archive)

    def is_read(key):
        return any(key[1] in found for found in ranges.get(key[0], ()))

    assert joined(archive) == expected(oracle)
    orphans = {key: root for key, (root,) in expected(oracle, "orphan").items() if is_read(key)}
    assert others(archive) == orphans
    chatter = {key for key in expected(oracle, "chatter") if is_read(key)}
    assert set(rows(archive, "SELECT chat_id, id FROM chatter")) == chatter
    assert rows(archive, "SELECT count(*) FROM undecided") == [(0,)]
    counted = "SELECT sum(left_out) FROM coverage WHERE scope = 'history'"
    assert rows(archive, counted) == [(len(chatter),)]
