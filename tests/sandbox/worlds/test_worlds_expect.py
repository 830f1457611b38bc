"""The oracle's lines."""

import json

import pytest

from tgsandbox.worlds import expect, named, open_world
from tgsandbox.worlds.contents import is_empty


@pytest.mark.parametrize(
    "spec", ["tiny", "zoo", "reference", "comments", "big:1500", "files:30x20k,2x2m"]
)
def test_lines_are_canonical_and_the_same_in_every_run(spec):
    lines = list(expect.lines(open_world(spec)))
    assert lines == list(expect.lines(open_world(spec)))
    kinds = {"chat": 0, "peer": 1, "message": 2}
    keys = []
    for line in lines:
        content = json.loads(line)
        packed = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        assert line == packed
        check_nothing_empty(content)
        keys.append((kinds[content["type"]], content.get("chat", 0), content["id"]))
    assert keys == sorted(set(keys))


def check_nothing_empty(value):
    assert not is_empty(value)
    for one in value.values() if isinstance(value, dict) else value if type(value) is list else ():
        check_nothing_empty(one)


def test_zero_stays():
    assert expect.line("message", {"id": 1, "views": 0, "text": "", "post": False}) == (
        '{"id":1,"type":"message","views":0}'
    )


def test_peers_are_those_that_messages_name():
    world = open_world("tiny")
    channel = -1001000000101
    lines = [json.loads(line) for line in expect.lines(world, {channel})]
    history = world.chats[channel].history
    wanted = set().union(*(named.in_message(history.at(i)) for i in range(len(history))))
    assert {one["id"] for one in lines if one["type"] == "peer"} == wanted
    assert {one["chat"] for one in lines if one["type"] == "message"} == {channel}


def test_closed_chats_are_left_out_unless_asked_for():
    world = open_world("tiny")
    chats = {json.loads(line)["id"] for line in expect.lines(world) if '"type":"chat"' in line}
    assert -1001000000103 not in chats
    assert -1001000000105 in chats
    assert any("Closed Weir" in line for line in expect.lines(world, {-1001000000103}))


@pytest.mark.parametrize("spec", ["", "huge", "tiny:3", "big", "big:many", "big:-4", "export:/no"])
def test_unknown_specs_say_so_in_one_sentence(spec):
    with pytest.raises(ValueError) as caught:
        open_world(spec)
    assert str(caught.value).endswith((".", "."))
    assert "\n" not in str(caught.value)
