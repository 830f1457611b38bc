"""What the site asks for every page is an index look-up, however large the archive is."""

import pytest
from tests.builders import CHAT_ID
from tests.store.test_plans import plan

from headrace.blobs.files import LocalFiles
from headrace.store import (
    feed,
    hidden,
    indexing,
    months,
    reading,
    reading_threads,
    search,
    shown,
    sqlite,
    word_index,
)
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
    "places": [1],
}  # fmt: skip


def assert_looked_up(engine, statement, *parts):
    lines = plan(engine, statement, **VALUES)
    assert [one for one in lines if one.startswith("SCAN") and "CONSTANT ROW" not in one] == []
    for part in parts:
        assert any(part in one for one in lines), lines


@pytest.mark.parametrize("up", [True, False])
@pytest.mark.parametrize("media", [None, True, False])
@pytest.mark.parametrize("few", [True, False])
def test_posts_of_every_filter(engine, up, media, few):
    shape = _Shape(up, not few, not few, not few, few, few, few, media, media)
    window = "(chat_id=? AND id>? AND id<?)"
    assert_looked_up(engine, feed.heads(shape), window, "(chat_id=? AND grouped_id=? AND id<?)")


def test_the_newest_posts_come_in_the_order_of_the_index(engine):
    shape = _Shape(False, False, True, True, True, False, False, None, None)
    lines = plan(engine, feed.heads(shape), **VALUES)
    assert [one for one in lines if "TEMP B-TREE" in one] == []


@pytest.mark.parametrize(
    ("statement", "index"),
    [
        (feed._END_DOWN, "(chat_id=? AND id>? AND id<?)"),
        (feed._END_UP, "(chat_id=? AND id>? AND id<?)"),
        (feed._FIRST_SINCE, "COVERING INDEX messages_by_date (chat_id=? AND date>?)"),
        (reading._MEMBERS, "messages_by_album (chat_id=? AND grouped_id=?)"),
        (reading._LAST, "COVERING INDEX messages_by_date (chat_id=?)"),
        (reading._NEXT, "COVERING INDEX messages_by_date (chat_id=? AND date>?)"),
        (months._POSTS, "COVERING INDEX messages_by_date (chat_id=? AND date>? AND date<?)"),
        (months._OF_CHAT, "PRIMARY KEY (chat_id=?)"),
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
        (indexing._ROWS, "findable_by_message (chat_id=? AND id=?)"),
        (indexing._TAKEN, "INTEGER PRIMARY KEY (rowid=?)"),
        (search._AT, "INTEGER PRIMARY KEY (rowid=?)"),
    ],
)
def test_questions(engine, statement, index):
    assert_looked_up(engine, statement, index)


def test_comments_are_counted_in_the_index_alone(engine):
    lines = plan(engine, reading_threads._STORED, **VALUES)
    counted = "COVERING INDEX messages_by_thread (chat_id=? AND thread_id=?)"
    assert any(counted in one for one in lines)
    assert [one for one in lines if one.startswith("SCAN")] == []


def test_months_to_count_are_found_in_an_index_of_these_alone(engine):
    (line,) = plan(engine, months._STALE, limit=9)
    assert line == "SCAN months USING INDEX months_stale"


def test_words_are_asked_of_their_index(engine):
    index = word_index.Fts5()
    for statement in (search._places(index), search._candidates(index), search._counting(index)):
        lines = plan(engine, statement, **VALUES, match='"x"')
        assert any("SCAN found VIRTUAL TABLE INDEX" in one for one in lines), lines
        assert [one for one in lines if "TEMP B-TREE" in one] == []
        assert [one for one in lines if one.startswith("SCAN findable")] == []
