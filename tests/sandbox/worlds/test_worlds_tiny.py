"""What the world ``tiny`` promises in its table."""

from tgsandbox.worlds import open_world, prepare
from tgsandbox.worlds.tl import chat_tl


def test_names_lead_where_the_table_says():
    world = open_world("tiny")
    assert world.by_username("TinyMill") == -1001000000101
    assert world.by_username("tinymilltalk") == -1001000000102
    assert world.by_username("emptymill") == -1001000000104
    assert world.by_username("old_miller") == 500001
    assert world.by_username("sandbox_reader") == world.me["id"]
    assert world.by_username("nobody_here") is None


def test_a_renamed_channel_is_found_by_its_new_name():
    world = open_world("tiny")
    world.chats[-1001000000101].content["username"] = "bigmill"
    assert world.by_username("bigmill") == -1001000000101
    assert world.by_username("tinymill") is None


def test_the_closed_channel_is_forbidden():
    world = open_world("tiny")
    closed = world.chats[-1001000000103]
    assert type(chat_tl(world, closed)).__name__ == "ChannelForbidden"


def test_every_file_has_the_size_that_its_message_states():
    world = open_world("tiny")
    prepare(world)
    for key, kind in world.drawn_keys():
        file = world.file(key, kind)
        assert len(file.read(0, 1 << 21)) == file.size
    document = world.file("document/8011", "")
    assert document.dc == 4
    assert document.read(200_000, 200_000) == document.read(0, 400_000)[200_000:]
    assert document.read(300_123, 10) == b""


def test_comments_hang_on_the_copies():
    world = open_world("tiny")
    channel = world.chats[-1001000000101].history
    group = world.chats[-1001000000102]
    talk = [group.history.at(index) for index in range(len(group.history))]
    for index in range(len(channel)):
        post = channel.at(index)
        root = group.roots.get(post["id"])
        count = sum(one.get("thread_id") == root for one in talk) if root else 0
        assert post.get("replies", {"count": 0})["count"] == count
    assert sum(one.get("thread_id") in group.roots.values() for one in talk) == 9
