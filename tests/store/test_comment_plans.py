"""What is asked for every comment costs the same, however many posts and comments there are."""

from tests.builders import CHAT_ID
from tests.store.test_plans import plan

from headrace.blobs.files import LocalFiles
from headrace.store import comments, roots, sqlite, threads, undecided
from headrace.store.migrate import migrate_sqlite


def test_the_post_of_a_comment_is_an_index_look_up(tmp_path):
    path = tmp_path / "archive.db"
    migrate_sqlite(LocalFiles(), path)
    asked = {
        roots._AMONG: "(group_id=? AND root_id=?)",
        comments._STORED_AMONG: "(chat_id=? AND id=?)",
        undecided._CHATTER_AMONG: "(chat_id=? AND id=?)",
        undecided._WAITING_AMONG: "(chat_id=? AND id=?)",
        undecided._HANGING: "(chat_id=? AND thread_id=?)",
        undecided._OF_THREAD: "(chat_id=? AND thread_id=? AND id>?)",
        threads._STORED: "(chat_id=? AND thread_id=?)",
    }
    engine = sqlite.engine(path)
    for statement, key in asked.items():
        lines = plan(engine, statement, group=CHAT_ID, channel=CHAT_ID, thread=1, after=0)
        assert any(key in one for one in lines), lines
        assert [one for one in lines if one.startswith("SCAN")] == [], lines
    engine.dispose()
