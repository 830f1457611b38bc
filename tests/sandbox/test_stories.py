"""Random histories: the same for the same seed, playable, and agreed on by log and world."""

import json

import pytest

from tgsandbox import cli
from tgsandbox.changes import Changes
from tgsandbox.clock import Clock
from tgsandbox.stories import story
from tgsandbox.worlds import expect, expect_comments, open_world

SPECS = ["tiny", "comments", "talk:20x60+20"]


def played(spec, changes):
    world = open_world(spec)
    made = Changes(world, Clock())
    for change in changes:
        made.apply(change)
    return world, made.journal.events


def messages(world):
    return {
        (marked, one["id"]): one
        for marked, chat in world.chats.items()
        for one in (chat.history.at(index) for index in range(len(chat.history)))
    }


@pytest.mark.parametrize("spec", SPECS)
def test_a_story_is_the_same_for_the_same_seed(spec):
    one, other = story(spec, 80), story(spec, 80)
    assert one == other
    assert one != story(spec, 80, seed=2)
    assert [change["at"] for change in one] == sorted({change["at"] for change in one})
    verbs = {change["verb"] for change in story(spec, 300)}
    assert verbs >= {"post", "comment", "edit", "delete", "react", "views", "rename"}
    first, second = (list(expect.lines(played(spec, one)[0])) for _ in range(2))
    assert first == second


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("spec", SPECS)
def test_the_log_leads_from_the_first_state_to_the_last(spec, seed):
    state = messages(open_world(spec))
    world, events = played(spec, story(spec, 120, seed=seed))
    for event in events:
        if event.verb == "chat":
            continue
        for message_id, before in event.before.items():
            assert state.pop((event.chat, message_id)) == before
        for message_id, after in event.after.items():
            state[event.chat, message_id] = after
    assert state == messages(world)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("spec", SPECS)
def test_counts_are_those_of_the_comments(spec, seed):
    world, _ = played(spec, story(spec, 120, seed=seed))
    for thread in expect_comments.contents(world):
        if thread["type"] != "thread" or thread.get("closed"):
            continue
        post = world.chats[thread["channel"]].history.get(thread["post"])
        if "replies" in post:
            assert post["replies"]["count"] == thread["count"]


async def test_a_story_is_played_to_a_client(running, connect):
    async with running("tiny") as sandbox:
        client = await connect(sandbox)
        for change in story("tiny", 60):
            sandbox.change(**change)
        for name in ("tinymill", "tinymilltalk"):
            history = sandbox.world.chats[sandbox.world.by_username(name)].history
            seen = [one async for one in client.iter_messages(name, reverse=True)]
            wanted = [history.at(index) for index in range(len(history))]
            assert [one.id for one in seen] == [one["id"] for one in wanted]
            assert [one.message or "" for one in seen] == [one.get("text", "") for one in wanted]


def test_the_command_prints_a_story_and_what_is_there_after_it(capsys, tmp_path):
    assert cli.main(["story", "--world", "tiny", "--changes", "30"]) == 0
    printed = capsys.readouterr().out
    assert [json.loads(line) for line in printed.splitlines()] == story("tiny", 30)
    file = tmp_path / "story.jsonl"
    file.write_text(printed)
    assert cli.main(["expect", "--world", "tiny", "--after", str(file)]) == 0
    world, _ = played("tiny", story("tiny", 30))
    assert capsys.readouterr().out.splitlines() == list(expect.lines(world))
    assert cli.main(["expect", "--world", "tiny", "--after", str(file), "--comments"]) == 0
    kinds = {json.loads(line)["type"] for line in capsys.readouterr().out.splitlines()}
    assert kinds >= {"thread", "comment", "chatter"}
    assert cli.main(["expect", "--world", "tiny", "--after", str(tmp_path / "none")]) == 2
    assert cli.main(["story", "--world", "big:10"]) == 2
    assert "no channel with a discussion group" in capsys.readouterr().err
