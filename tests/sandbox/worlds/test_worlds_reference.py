# ruff: noqa: RUF001 -- texts in two languages
"""The reference world is exactly the work that the figures are measured on."""

import io
from collections import Counter

import pytest
from PIL import Image

from tgsandbox.worlds import open_world

CHANNEL, GROUP = -1003000000001, -1003000000002


@pytest.fixture(scope="module", params=[1, 5])
def world(request):
    return open_world("reference", request.param)


@pytest.fixture(scope="module")
def posts(world):
    history = world.chats[CHANNEL].history
    return {one["id"]: one for one in (history.at(i) for i in range(len(history)))}


@pytest.fixture(scope="module")
def talk(world):
    history = world.chats[GROUP].history
    return {one["id"]: one for one in (history.at(i) for i in range(len(history)))}


def test_the_channel(world, posts):
    assert world.by_username("MillRace") == CHANNEL
    assert list(posts) == list(range(1, 502))
    assert posts[1]["action"]["type"] == "channel_create"
    photos = [one["media"] for one in posts.values() if one.get("media", {}).get("sizes")]
    lengths = [media["size"] for media in photos]
    assert len({media["file"] for media in photos}) == len(photos) == 100
    assert sum(lengths) == 50_300_000
    assert min(lengths) == 230_000
    assert max(lengths) == 825_000
    albums = Counter(one["grouped_id"] for one in posts.values() if "grouped_id" in one)
    assert sorted(albums.values()) == [4] * 10
    reposts = [one["forward"]["from"] for one in posts.values() if "forward" in one]
    assert len(reposts) == 40
    assert len(set(reposts)) == 5
    assert sum("reactions" in one for one in posts.values()) == 310


def test_no_post_repeats_another(posts):
    texts = Counter(one["text"] for one in posts.values() if len(one.get("text", "")) > 60)
    assert [text for text, count in texts.items() if count > 1] == []
    russian = sum(any("а" <= letter <= "я" for letter in text) for text in texts)
    assert 0.35 < russian / len(texts) < 0.75


def test_the_group(world, posts, talk):
    assert list(talk) == list(range(1, 5001))
    copies = [one for one in talk.values() if "saved_from" in one.get("forward", {})]
    assert [one["forward"]["saved_from_msg_id"] for one in copies] == list(range(2, 502))
    for copy in copies:
        post = posts[copy["forward"]["saved_from_msg_id"]]
        assert copy["author"] == copy["forward"]["saved_from"] == CHANNEL
        assert copy.get("media") == post.get("media")
        assert copy["forward"]["post"] == post.get("forward", {"post": post["id"]})["post"]
        assert world.chats[GROUP].roots[post["id"]] == copy["id"]
    roots = {one["id"]: one for one in copies}
    comments = [one for one in talk.values() if one.get("thread_id") in roots]
    assert len(comments) == 200
    assert len({one["thread_id"] for one in comments}) == 60
    assert sum("top_id" in one["reply"] for one in comments) == 43
    assert sum(one["author"] == CHANNEL for one in comments) == 6
    assert len({one["author"] for one in comments} - {CHANNEL}) == 68
    assert len(talk) - len(copies) - len(comments) == 4_300
    counts = Counter(one["thread_id"] for one in comments)
    for copy in copies:
        post = posts[copy["forward"]["saved_from_msg_id"]]
        assert post.get("replies", {"count": 0})["count"] == counts[copy["id"]]


def test_answers_come_after_what_they_answer(talk):
    dates = [one["date"] for one in talk.values()]
    assert dates == sorted(dates)
    for message_id, one in talk.items():
        reply = one.get("reply", {})
        assert reply.get("msg_id", 0) < message_id
        assert reply.get("top_id", 1) in talk


def test_the_people(world):
    users = [peer for peer in world.all_peers() if peer["kind"] == "user" and "photo" in peer]
    assert len(users) == 100
    assert len({user["name"] for user in users}) == 100
    sizes = [world.file(f"peer_photo/{user['photo']}", "c").size for user in users]
    assert 44_000 < sum(sizes) / 100 < 46_000


def test_pictures_have_the_sizes_that_were_stated(world, posts):
    media = next(one["media"] for one in posts.values() if one.get("media", {}).get("sizes"))
    keys = [(media["file"], size["type"], size["width"]) for size in media["sizes"]]
    keys.append(("peer_photo/6100000000000", "a", 160))
    keys.append(("peer_photo/6100000000001", "c", 640))
    for key, kind, width in keys:
        file = world.file(key, kind)
        content = file.read(0, 1 << 20)
        assert len(content) == file.size
        with Image.open(io.BytesIO(content)) as image:
            image.load()
            assert image.width == width


def test_pictures_are_the_same_in_every_run(world, monkeypatch, tmp_path):
    first = world.file("peer_photo/6100000000002", "c").read(0, 1 << 20)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    again = open_world("reference", world.seed)
    assert again.file("peer_photo/6100000000002", "c").read(0, 1 << 20) == first
