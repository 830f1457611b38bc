"""Positions, and the changes that tests make to a world."""

import bisect

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tgsandbox.worlds import open_world
from tgsandbox.worlds.contents import post
from tgsandbox.worlds.tl import message_tl


def big(count=40):
    world = open_world(f"big:{count}")
    ((chat_id, chat),) = world.chats.items()
    return world, chat_id, chat.history


def check_positions(history):
    messages = [history.at(index) for index in range(len(history))]
    ids = [message["id"] for message in messages]
    dates = [message["date"] for message in messages]
    assert ids == sorted(set(ids))
    assert dates == sorted(dates)
    for message_id in range(history.top_id() + 3):
        assert history.position(message_id) == bisect.bisect_left(ids, message_id)
        assert (history.get(message_id) is None) == (message_id not in ids)
    for date in {*dates, *(date + 1 for date in dates), 0}:
        assert history.position_at(date) == bisect.bisect_left(dates, date)


@pytest.mark.parametrize("count", [0, 1, 29, 30, 400])
def test_positions_of_big(count):
    _, _, history = big(count)
    assert len(history) == count
    check_positions(history)


def test_a_few_percent_of_the_ids_are_missing():
    _, _, history = big(20_000)
    assert 0.02 < 1 - 20_000 / history.top_id() < 0.05


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["add", "edit", "delete"]), st.integers(0, 60))))
def test_changes_behave_like_a_list(changes):
    world, chat_id, history = big()
    model = {one["id"]: one for one in (history.at(i) for i in range(len(history)))}
    for kind, number in changes:
        if kind == "add":
            new = post(history.top_id() + 1 + number % 3, 2_000_000_000, "new")
            history.add(new)
            model[new["id"]] = new
        elif kind == "edit" and number in model:
            history.edit(number, {"text": "changed", "edited": 2_000_000_001, "entities": None})
            model[number] = {**model[number], "text": "changed", "edited": 2_000_000_001}
            model[number].pop("entities", None)
        elif kind == "delete" and number in model:
            history.delete(number)
            del model[number]
    assert [history.at(i) for i in range(len(history))] == [model[key] for key in sorted(model)]
    check_positions(history)
    for index in range(len(history)):
        wanted = bytes(message_tl(history.at(index), chat_id, world.locations))
        assert history.wire(index) == wanted


def test_impossible_changes_are_refused():
    _, _, history = big()
    with pytest.raises(ValueError):
        history.add(post(history.top_id(), 2_000_000_000, "late"))
    with pytest.raises(KeyError):
        history.edit(10_000, {"text": "nobody"})
    with pytest.raises(KeyError):
        history.delete(10_000)
    with pytest.raises(IndexError):
        history.at(len(history))


def test_big_is_as_varied_as_a_channel():
    _, _, history = big(8_000)
    messages = [history.at(index) for index in range(len(history))]
    wires = [len(history.wire(index)) for index in range(len(history))]
    photos = sum(one.get("media", {}).get("kind") == "photo" for one in messages)
    assert photos == 2_000
    assert 0.25 < sum("reactions" in one for one in messages) / 8_000 < 0.4
    assert 560 < sum(wires) / 8_000 < 760
    for key in ("entities", "reply", "forward", "edited", "grouped_id", "signature", "action"):
        assert any(key in one for one in messages)
    assert any(ord(letter) > 0x1F000 for one in messages for letter in one.get("text", ""))


def test_photos_of_big_are_all_different():
    world, _, history = big(400)
    seen = set()
    for index in range(len(history)):
        media = history.at(index).get("media", {})
        for size in media.get("sizes", []):
            file = world.file(media["file"], size["type"])
            content = file.read(0, 1 << 20)
            assert len(content) == size["size"] == file.size
            assert content.startswith(b"\xff\xd8")
            assert content.endswith(b"\xff\xd9")
            assert file.read(4096, 100) == content[4096:4196]
            seen.add(content)
    assert len(seen) == 3 * 100
    assert world.file("photo/5", "y") is None
