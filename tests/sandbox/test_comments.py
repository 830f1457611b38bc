"""The worlds of comments, read by an unmodified client and held against the oracle."""

import json

import pytest
from telethon import errors, functions, types, utils

from tgsandbox.worlds import expect, expect_comments, open_world
from tgsandbox.worlds.comments import PARTS
from tgsandbox.worlds.yard import CHANNEL, GROUP, GUEST, SECOND, THIRD

NAME = "millyard"


def told(world, kind, **fields):
    found = (one for one in expect_comments.contents(world) if one["type"] == kind)
    return [one for one in found if fields.items() <= one.items()]


def parent_and_thread(message):
    """What a client makes of a reply header: the message answered, and the thread."""
    reply = message.reply_to
    if not isinstance(reply, types.MessageReplyHeader) or not reply.reply_to_msg_id:
        return None, None
    away = reply.reply_to_peer_id
    if away is not None and utils.get_peer_id(away) != message.chat_id:
        return None, None
    return reply.reply_to_msg_id, reply.reply_to_top_id or reply.reply_to_msg_id


async def scanned(client, group):
    """Comments, orphans and chatter as one pass over a group finds them."""
    messages = [one async for one in client.iter_messages(group)]
    here = {one.id for one in messages}
    roots = {}
    for one in messages:
        origin = getattr(one, "fwd_from", None)
        if one.sender_id == CHANNEL and origin and origin.saved_from_peer:
            roots[one.id] = origin.saved_from_msg_id
    found = {"comment": set(), "orphan": set(), "chatter": set()}
    for one in messages:
        if one.id in roots:
            continue
        parent, thread = parent_and_thread(one)
        if thread in roots:
            found["comment"].add((one.id, roots[thread], parent))
        elif thread is not None and thread not in here:
            found["orphan"].add((one.id, thread))
        else:
            found["chatter"].add(one.id)
    return found


@pytest.mark.parametrize("part", [one for one in PARTS if one not in {"private", "gone"}])
async def test_one_pass_over_the_group_finds_what_the_oracle_says(part, running, connect):
    async with running(f"comments:{part}") as sandbox:
        client = await connect(sandbox)
        for group in (one for one in sandbox.world.chats if one != CHANNEL):
            entity = await client.get_input_entity(sandbox.world.chats[group].content["username"])
            found = await scanned(client, entity)
            comments = told(sandbox.world, "comment", chat=group)
            assert found["comment"] == {(one["id"], one["post"], one["parent"]) for one in comments}
            orphans = told(sandbox.world, "orphan", chat=group)
            assert found["orphan"] == {(one["id"], one["root"]) for one in orphans}
            assert found["chatter"] == {
                one["id"] for one in told(sandbox.world, "chatter", chat=group)
            }


@pytest.mark.parametrize("part", ["", *(one for one in PARTS if one != "gone")])
async def test_each_thread_is_answered_through_the_channel(part, running, connect):
    spec = f"comments:{part}" if part else "comments"
    async with running(spec) as sandbox:
        client = await connect(sandbox)
        asked = 0
        async for post in client.iter_messages(NAME):
            threads = told(sandbox.world, "thread", post=post.id)
            if getattr(post, "replies", None) is None:
                with pytest.raises(errors.MsgIdInvalidError):
                    await client.get_messages(NAME, reply_to=post.id)
                continue
            asked += 1
            assert post.replies.comments
            (thread,) = threads
            assert utils.get_peer_id(types.PeerChannel(post.replies.channel_id)) == thread["group"]
            ids = [one.id async for one in client.iter_messages(NAME, reply_to=post.id)]
            comments = told(sandbox.world, "comment", chat=thread["group"], root=thread["root"])
            assert ids == [one["id"] for one in reversed(comments)]
            assert post.replies.replies == thread["count"] == len(ids)
            request = functions.messages.GetDiscussionMessageRequest(NAME, post.id)
            assert (await client(request)).messages[-1].id == thread["root"]
        assert asked


async def test_posts_without_a_copy_are_refused(running, connect):
    async with running("comments:before_linking") as sandbox:
        client = await connect(sandbox)
        for number in (1, 2, 3, 4, 5, 999):
            with pytest.raises(errors.MsgIdInvalidError):
                await client(functions.messages.GetDiscussionMessageRequest(NAME, number))


async def test_a_deleted_post_has_no_thread_though_its_copy_stays(running, connect):
    async with running("comments:deleted_roots") as sandbox:
        client = await connect(sandbox)
        (closed,) = told(sandbox.world, "thread", closed=True)
        with pytest.raises(errors.MsgIdInvalidError):
            await client.get_messages(NAME, reply_to=closed["post"])
        through_the_group = await client.get_messages("millyardtalk", reply_to=closed["root"])
        assert len(through_the_group) == closed["count"] == 1


async def test_all_of_an_album_is_copied_and_the_first_copy_is_the_root(running, connect):
    async with running("comments:albums") as sandbox:
        client = await connect(sandbox)
        request = functions.messages.GetDiscussionMessageRequest(NAME, 2)
        answer = await client(request)
        assert [one.fwd_from.saved_from_msg_id for one in answer.messages] == [4, 3, 2]
        with pytest.raises(errors.MsgIdInvalidError):
            await client(functions.messages.GetDiscussionMessageRequest(NAME, 3))


async def test_a_private_group_is_read_through_the_channel_only(running, connect):
    async with running("comments:private") as sandbox:
        client = await connect(sandbox)
        full = await client(functions.channels.GetFullChannelRequest(NAME))
        group = next(one for one in full.chats if one.id == full.full_chat.linked_chat_id)
        assert isinstance(group, types.ChannelForbidden)
        with pytest.raises(errors.ChannelPrivateError):
            await client.get_messages(types.InputPeerChannel(group.id, group.access_hash))
        (first, *_) = await client.get_messages(NAME, reply_to=2)
        assert first.reply_to.reply_to_peer_id.channel_id == group.id


async def test_a_group_that_is_gone_answers_nobody(running, connect):
    async with running("comments:gone") as sandbox:
        client = await connect(sandbox)
        with pytest.raises(errors.ChannelPrivateError):
            await client.get_messages(NAME, reply_to=2)


async def test_a_thread_is_sliced(running, connect):
    async with running("comments:nested") as sandbox:
        client = await connect(sandbox)
        ids = [one["id"] for one in told(sandbox.world, "comment", root=2)][::-1]

        async def asked(offset_id=0, add_offset=0, limit=100, max_id=0, min_id=0):
            request = functions.messages.GetRepliesRequest(
                NAME, 2, offset_id, None, add_offset, limit, max_id, min_id, 0
            )
            answer = await client(request)
            assert answer.count == len(ids)
            return [one.id for one in answer.messages]

        assert await asked() == ids
        assert await asked(limit=3) == ids[:3]
        assert await asked(offset_id=ids[2], limit=2) == ids[3:5]
        assert await asked(offset_id=ids[4], add_offset=-3, limit=3) == ids[2:5]
        assert await asked(max_id=ids[1], min_id=ids[6]) == ids[2:6]
        assert await asked(offset_id=ids[-1]) == []


def test_everybody_comments():
    world = open_world("comments:commenters")
    history = world.chats[GROUP].history
    comments = [history.get(one["id"]) for one in told(world, "comment")]
    assert {CHANNEL, GUEST, GROUP, None} <= {one.get("author") for one in comments}
    copies = discussion_copies(history)
    assert any(one.get("author") == CHANNEL and one["id"] not in copies for one in comments)


def discussion_copies(history):
    messages = (history.at(index) for index in range(len(history)))
    return {one["id"] for one in messages if "saved_from" in one.get("forward", {})}


def test_the_whole_yard_has_three_groups():
    world = open_world("comments")
    assert set(world.chats) == {CHANNEL, GROUP, SECOND, THIRD}
    assert world.chats[CHANNEL].content["linked_chat_id"] == THIRD
    lines = [json.loads(line) for line in expect.lines(world)]
    posts = [one for one in lines if one.get("chat") == CHANNEL]
    assert {one["replies"]["chat"] for one in posts if "replies" in one} == {GROUP, SECOND, THIRD}
    assert all({"max_id", "pts"}.isdisjoint(one.get("replies", {})) for one in posts)
    assert SECOND not in {one.get("chat") for one in lines}
    levels = {one["level"] for one in told(world, "comment")}
    assert levels == set(range(1, 8))


async def test_the_oracle_follows_what_happens(running, connect):
    async with running("comments:deleted_roots") as sandbox:
        orphans = told(sandbox.world, "orphan")
        post = sandbox.change(verb="post", text="late", at=1_750_000_000)
        comment = sandbox.change(verb="comment", post=post, text="later", at=1_750_000_060)
        (thread,) = told(sandbox.world, "thread", post=post)
        assert told(sandbox.world, "comment", post=post)[0]["id"] == comment
        sandbox.change(verb="edit", chat=GROUP, id=comment, text="much later", at=1_750_000_120)
        sandbox.change(verb="delete", chat=GROUP, id=thread["root"], at=1_750_000_180)
        more = told(sandbox.world, "orphan")[len(orphans) :]
        assert [(one["id"], one["post"]) for one in more] == [(comment, post)]
        events = [one for one in sandbox.log if one.verb != "count"]
        assert [one.verb for one in events] == ["post", "post", "post", "edit", "delete"]
        assert [one.at - 1_750_000_000 for one in events] == [0, 0, 60, 120, 180]
        edit = events[3]
        assert edit.before[comment]["text"] == "later"
        assert (edit.after[comment]["text"], edit.after[comment]["edited"]) == (
            "much later",
            1_750_000_120,
        )
