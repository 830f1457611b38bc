"""What the site asks for every page is an index look-up, however large the archive is."""

import itertools

import pytest
from tests.builders import CHAT_ID
from tests.store.test_plans import plan

from headrace.blobs.files import LocalFiles
from headrace.store import feed, hidden, reading, reading_threads, shown, sqlite
from headrace.store.feed import _Shape
from headrace.store.migrate import migrate_sqlite


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    path = tmp_path_factory.mktemp("plans") / "archive.db"
    migrate_sqlite(LocalFiles(), path)
    engine = sqlite.engine(path)
    yield engine
    engine.dispose()


VALUES = {
    "lo": 1, "hi": 9, "since": 0, "until": 9, "moment": 5, "author": 5, "kinds": ["photo"],
    "posts": [1, 2], "channel": CHAT_ID, "group": CHAT_ID, "root": 1, "keys": ["photo/1"],
}  # fmt: skip


def assert_looked_up(engine, statement, *parts):
    lines = plan(engine, statement, **VALUES)
    assert [one for one in lines if one.startswith("SCAN") and "CONSTANT ROW" not in one] == []
    assert [one for one in lines if "TEMP B-TREE FOR ORDER" in one] == [], lines
    for part in parts:
        assert any(part in one for one in lines), lines


def test_posts_of_every_filter(engine):
    for up, every, deleted, media in itertools.product((0, 1), (0, 1), (0, 1), (None, True, False)):
        shape = _Shape(bool(up), not every, not every, not every, bool(deleted), bool(every),
                       bool(every), media, media)  # fmt: skip
        asked = feed.heads(shape)
        assert_looked_up(
            engine, asked, "(chat_id=? AND id>? AND id<?)", "(chat_id=? AND grouped_id=? AND id<?)"
        )


@pytest.mark.parametrize(
    ("statement", "index"),
    [
        (feed._END_DOWN, "(chat_id=? AND id>? AND id<?)"),
        (feed._END_UP, "(chat_id=? AND id>? AND id<?)"),
        (feed._FIRST_SINCE, "COVERING INDEX messages_by_date (chat_id=? AND date>?)"),
        (reading._MEMBERS, "messages_by_album (chat_id=? AND grouped_id=?)"),
        (reading._FIRST, "COVERING INDEX messages_by_date (chat_id=?)"),
        (reading._LAST, "COVERING INDEX messages_by_date (chat_id=?)"),
        (reading._NEXT, "COVERING INDEX messages_by_date (chat_id=? AND date>?)"),
        (reading._OF_MONTH, "COVERING INDEX messages_by_date (chat_id=? AND date>? AND date<?)"),
        (reading_threads._HANGING, "messages_by_thread (chat_id=? AND thread_id=?)"),
        (reading_threads._READ, "(channel_id=? AND post_id=?)"),
        (reading_threads._POST_OF, "(group_id=? AND root_id=?)"),
        (shown._VERSIONS, "(chat_id=? AND id=?)"),
        (shown._NAMED, "(chat_id=? AND id=?)"),
        (shown._FILES, "(key=?)"),
        (shown._PICTURES, "(chat_id=? AND peer_id=?)"),
        (shown._SHOWN_IN, "message_files_by_file (file=?)"),
        (shown._FACE_OF, "peer_files_by_file (file=?)"),
        (hidden._AMONG, "(chat_id=? AND id=?)"),
    ],
)
def test_questions(engine, statement, index):
    assert_looked_up(engine, statement, index)


def test_comments_are_counted_in_the_index_alone(engine):
    lines = plan(engine, reading_threads._STORED, **VALUES)
    assert any(
        "COVERING INDEX messages_by_thread (chat_id=? AND thread_id=?)" in one for one in lines
    )
    assert [one for one in lines if one.startswith("SCAN")] == []
