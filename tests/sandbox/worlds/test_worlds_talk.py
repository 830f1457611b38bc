"""The world ``talk``: what arithmetic says of it is what one finds by reading it."""

import time

import pytest

from tgsandbox import threads
from tgsandbox.worlds import expect_comments, open_world
from tgsandbox.worlds.tl import message_tl
from tgsandbox.worlds.volume_talk import CHANNEL, GROUP

SPECS = [
    "talk:1x0",
    "talk:7x0+40",
    "talk:60x400",
    "talk:60x400+200",
    "talk:130x500+1:few",
    "talk:90x600+50:long",
    "talk:2x30:long",
    "talk:5x1+9:few",
]


def messages(history):
    return [history.at(index) for index in range(len(history))]


@pytest.mark.parametrize("spec", SPECS)
def test_the_group_is_as_large_as_was_asked_for(spec):
    world = open_world(spec)
    kinds = [one["type"] for one in expect_comments.contents(world)]
    posts, _, rest = spec.removeprefix("talk:").partition("x")
    comments, _, chatter = rest.partition(":")[0].partition("+")
    asked = {"thread": int(posts), "comment": int(comments), "chatter": int(chatter or 0)}
    assert {kind: kinds.count(kind) for kind in asked} == asked
    assert "orphan" not in kinds


@pytest.mark.parametrize("spec", SPECS)
def test_threads_and_counts_are_those_of_the_messages(spec):
    world = open_world(spec)
    group, channel = world.chats[GROUP], world.chats[CHANNEL]
    found = threads.read(group.history)
    for message in messages(group.history):
        assert group.threads.answers(message["id"]) == found.get(message["id"], [])
    for post in messages(channel.history):
        root = group.roots[post["id"]]
        assert post["replies"]["count"] == len(found.get(root, []))
        copy = group.history.get(root)
        assert copy["forward"]["saved_from_msg_id"] == post["id"]
        assert (copy["text"], copy["replies"]["count"]) == (post["text"], post["replies"]["count"])


@pytest.mark.parametrize("spec", SPECS)
def test_answers_are_to_earlier_messages_of_the_thread(spec):
    history = open_world(spec).chats[GROUP].history
    for message in messages(history):
        parent = history.get(message["reply"]["msg_id"]) if "reply" in message else None
        if parent is not None:
            assert parent["id"] < message["id"]
            assert message["thread_id"] in {parent["id"], parent.get("thread_id")}


@pytest.mark.parametrize("spec", SPECS)
def test_positions_dates_and_bytes(spec):
    world = open_world(spec)
    for marked, chat in world.chats.items():
        history, seen = chat.history, messages(chat.history)
        ids = [one["id"] for one in seen]
        assert ids == sorted(set(ids))
        for wanted in range(ids[-1] + 3):
            assert history.position(wanted) == sum(one < wanted for one in ids)
        for index, one in enumerate(seen):
            assert history.position_at(one["date"]) == index
            assert history.wire(index) == bytes(message_tl(one, marked))


def test_shapes_differ():
    longest = {}
    for shape in ("even", "few", "long"):
        group = open_world(f"talk:300x3000:{shape}").chats[GROUP]
        lengths = [len(group.threads.answers(root)) for root in group.roots.values()]
        longest[shape] = (max(lengths), sum(one > 0 for one in lengths))
    assert longest == {"even": (21, 300), "few": (500, 6), "long": (1000, 3)}


@pytest.mark.parametrize("spec", ["talk:0x5", "talk:5", "talk:5x", "talk:5x5:odd", "talk:axb"])
def test_an_impossible_spec_is_told(spec):
    with pytest.raises(ValueError, match="cannot be read"):
        open_world(spec)


async def test_a_long_thread_is_read_and_grows(running, connect):
    async with running("talk:30x900+30:long") as sandbox:
        client = await connect(sandbox)
        thread, options = ["longtalk"], {"reply_to": 11, "wait_time": 0}
        ids = [one.id async for one in client.iter_messages(*thread, **options)]
        assert len(ids) == 300
        comment = sandbox.change(verb="comment", post=11, text="one more", author=700_001)
        sandbox.change(verb="delete", chat="longtalkgroup", id=ids[5])
        again = [one.id async for one in client.iter_messages(*thread, **options)]
        assert again == [comment, *ids[:5], *ids[6:]]


@pytest.mark.soak
def test_half_a_million_messages_are_made_quickly():
    history = open_world("talk:5000x445000+50000").chats[GROUP].history
    begin = time.perf_counter()
    total = sum(len(history.wire(index)) for index in range(len(history)))
    print(f"{len(history)} messages, {total} bytes, {time.perf_counter() - begin:.1f} s")
    assert len(history) == 500_000
