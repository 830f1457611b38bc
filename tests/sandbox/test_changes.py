"""Changes while the server runs: in history, in threads, in the difference, and pushed."""

import asyncio

import pytest
from telethon import errors, events, functions, types

from tgsandbox.errors import SandboxError

CHANNEL, GROUP = "tinymill", "tinymilltalk"
OLD_MILLER, VERA = 500001, 500002
CLOSED = -1001000000104


async def difference(client, chat, pts, limit=100):
    channel = await client.get_input_entity(chat)
    everything = types.ChannelMessagesFilterEmpty()
    return await client(
        functions.updates.GetChannelDifferenceRequest(channel, everything, pts, limit)
    )


async def pts_of(client, chat):
    full = await client(functions.channels.GetFullChannelRequest(chat))
    return full.full_chat.pts


async def replies_of(client, post):
    (message,) = await client.get_messages(CHANNEL, ids=[post])
    return message.replies


async def thread(client, post, chat=CHANNEL):
    return [one.id async for one in client.iter_messages(chat, reply_to=post)]


async def test_a_post_is_copied_and_opened_for_comments(running, connect):
    async with running("tiny") as sandbox:
        client = await connect(sandbox)
        post = sandbox.change(verb="post", text="news")
        discussion = await client(functions.messages.GetDiscussionMessageRequest(CHANNEL, post))
        (copy,) = discussion.messages
        assert (copy.message, copy.fwd_from.saved_from_msg_id) == ("news", post)
        assert (await replies_of(client, post)).replies == 0
        first = sandbox.change(verb="comment", post=post, text="one", author=VERA)
        second = sandbox.change(verb="comment", post=post, text="two", parent=first)
        assert await thread(client, post) == [second, first]
        assert await thread(client, copy.id, GROUP) == [second, first]
        replies = await replies_of(client, post)
        assert (replies.replies, replies.max_id) == (2, second)
        assert [one.user_id for one in replies.recent_repliers] == [424242, VERA]
        below = await client.get_messages(GROUP, ids=second)
        assert (below.reply_to.reply_to_msg_id, below.reply_to.reply_to_top_id) == (first, copy.id)


async def test_an_album_that_is_posted_has_one_thread(running, connect):
    async with running("tiny") as sandbox:
        client = await connect(sandbox)
        album = {"grouped_id": "13750000000009999"}
        posts = [sandbox.change(verb="post", text=text, message=album) for text in ("a", "b")]
        assert [await replies_of(client, one) is not None for one in posts] == [True, False]
        asked = functions.messages.GetDiscussionMessageRequest(CHANNEL, posts[0])
        copies = (await client(asked)).messages
        assert [one.message for one in copies] == ["b", "a"]
        assert len({one.grouped_id for one in copies}) == 1
        with pytest.raises(errors.MsgIdInvalidError):
            await thread(client, posts[1])


async def test_a_deleted_comment_is_counted_no_more(running, connect):
    async with running("tiny") as sandbox:
        client = await connect(sandbox)
        before = (await replies_of(client, 4)).replies
        ids = await thread(client, 4)
        sandbox.change(verb="delete", chat=GROUP, id=ids[0])
        assert await thread(client, 4) == ids[1:]
        assert (await replies_of(client, 4)).replies == before - 1
        assert await client.get_messages(GROUP, ids=ids[0]) is None


async def test_a_deleted_root_closes_the_comments_and_leaves_orphans(running, connect):
    async with running("tiny") as sandbox:
        client = await connect(sandbox)
        asked = functions.messages.GetDiscussionMessageRequest(CHANNEL, 4)
        (root,) = (await client(asked)).messages
        orphans = await thread(client, 4)
        sandbox.change(verb="delete", chat=GROUP, id=root.id)
        assert await replies_of(client, 4) is None
        with pytest.raises(errors.MsgIdInvalidError):
            await client(asked)
        assert all(await client.get_messages(GROUP, ids=orphans))
        with pytest.raises(SandboxError, match="no comment section"):
            sandbox.change(verb="comment", post=4)


async def test_a_copy_is_edited_and_deleted_with_its_post_where_that_is_wanted(running, connect):
    async with running("tiny") as sandbox:
        client = await connect(sandbox)
        asked = functions.messages.GetDiscussionMessageRequest(CHANNEL, 4)
        sandbox.change(verb="edit", id=4, text="alone")
        assert (await client(asked)).messages[0].message.startswith("Morning")
        sandbox.change(verb="edit", id=4, text="together", copy=True)
        (copy,) = (await client(asked)).messages
        assert copy.message == "together"
        sandbox.change(verb="delete", id=4, copy=True)
        assert await client.get_messages(GROUP, ids=copy.id) is None
        assert {one["post"] for one in sandbox.comments() if one["type"] == "orphan"} == {4}


async def test_another_group_is_linked(running, connect):
    async with running("tiny") as sandbox:
        client = await connect(sandbox)
        comments = await thread(client, 4)
        sandbox.change(verb="relink", group=CLOSED)
        post = sandbox.change(verb="post", text="elsewhere")
        first = sandbox.change(verb="comment", post=post, text="hello", author=VERA)
        assert await thread(client, 4) == comments
        assert await thread(client, post) == [first]
        assert [(await replies_of(client, one)).channel_id for one in (4, post)] == [
            1000000102,
            1000000104,
        ]
        full = await client(functions.channels.GetFullChannelRequest(CHANNEL))
        assert full.full_chat.linked_chat_id == 1000000104
        sandbox.change(verb="relink", group=None, forget=True)
        assert await replies_of(client, 4) is None


async def test_a_closed_group_is_read_through_its_channel_and_a_gone_one_not(running, connect):
    async with running("tiny") as sandbox:
        client = await connect(sandbox)
        comments = await thread(client, 4)
        group = await client.get_input_entity(GROUP)
        sandbox.change(verb="close", chat=GROUP)
        with pytest.raises(errors.ChannelPrivateError):
            await client.get_messages(group)
        assert await thread(client, 4) == comments
        sandbox.change(verb="close", chat=GROUP, gone=True)
        with pytest.raises(errors.ChannelPrivateError):
            await thread(client, 4)


async def test_a_difference_is_told_in_parts(running, connect):
    async with running("tiny") as sandbox:
        client = await connect(sandbox)
        start = await pts_of(client, CHANNEL)
        posted = [sandbox.change(verb="post", text=str(number)) for number in range(3)]
        sandbox.change(verb="edit", id=4, text="evening")
        sandbox.change(verb="delete", ids=[2, 5])
        first = await difference(client, CHANNEL, start, 2)
        assert [one.id for one in first.new_messages] == posted[:2]
        assert (first.pts, first.final) == (start + 2, False)
        second = await difference(client, CHANNEL, first.pts)
        assert [one.id for one in second.new_messages] == posted[2:]
        edit, deletion = second.other_updates
        assert (edit.message.id, edit.pts, edit.pts_count) == (4, start + 4, 1)
        assert (deletion.messages, deletion.pts, deletion.pts_count) == ([2, 5], start + 6, 2)
        assert (second.pts, second.final) == (start + 6, True)


async def test_counts_that_move_are_in_no_difference(running, connect):
    async with running("tiny") as sandbox:
        client = await connect(sandbox)
        start = await pts_of(client, CHANNEL)
        sandbox.change(verb="react", id=4, emoji="👍", count=-11)
        sandbox.change(verb="views", id=4, views=99, forwards=5)
        sandbox.change(verb="comment", post=4, text="yes", author=VERA)
        told = await difference(client, CHANNEL, start)
        assert isinstance(told, types.updates.ChannelDifferenceEmpty)
        message = await client.get_messages(CHANNEL, ids=4)
        assert (message.views, message.forwards, message.edit_date) == (99, 5, None)
        assert len(message.reactions.results) == 2


async def test_counts_can_be_asked_for(running, connect):
    async with running("tiny") as sandbox:
        client = await connect(sandbox)
        sandbox.change(verb="views", id=4, views=99, forwards=5)
        sandbox.change(verb="comment", post=4, text="yes", author=VERA)
        request = functions.messages.GetMessagesViewsRequest(CHANNEL, [4, 10, 8], increment=False)
        four, gone, eight = (await client(request)).views
        assert (four.views, four.forwards, four.replies.replies) == (99, 5, 6)
        assert (gone.views, gone.replies) == (None, None)
        assert (eight.views, eight.replies.replies) == (39, 0)


async def test_a_forgotten_difference_is_too_long(running, connect):
    async with running("tiny") as sandbox:
        client = await connect(sandbox)
        start = await pts_of(client, CHANNEL)
        sandbox.change(verb="post", text="one")
        last = sandbox.change(verb="post", text="two")
        sandbox.change(verb="shorten_journal", keep=1)
        told = await difference(client, CHANNEL, start)
        assert isinstance(told, types.updates.ChannelDifferenceTooLong)
        assert (told.dialog.top_message, told.dialog.pts) == (last, start + 2)
        assert len((await difference(client, CHANNEL, start + 1)).new_messages) == 1


async def heard(client, *wanted):
    """A queue of what the client is told, and whatever kinds of updates are wanted."""
    told = asyncio.Queue()

    async def hear(update):
        if isinstance(update, wanted):
            told.put_nowait(update)

    client.add_event_handler(hear, events.Raw())
    await client.get_me()
    return told


async def test_events_are_pushed_with_their_pts(running, connect):
    async with running("tiny") as sandbox:
        client = await connect(sandbox, receive_updates=True)
        start = await pts_of(client, CHANNEL)
        told = await heard(
            client,
            types.UpdateNewChannelMessage,
            types.UpdateEditChannelMessage,
            types.UpdateDeleteChannelMessages,
            types.UpdateChannelMessageViews,
            types.UpdateMessageReactions,
        )
        post = sandbox.change(verb="post", text="news", copy=False)
        sandbox.change(verb="edit", id=post, text="better")
        sandbox.change(verb="views", id=post, views=7)
        sandbox.change(verb="react", id=post, emoji="❤")
        sandbox.change(verb="delete", ids=[post, 4])
        new, edit, views, reactions, deletion = [await told.get() for _ in range(5)]
        assert (new.message.id, new.pts, new.pts_count) == (post, start + 1, 1)
        assert (edit.message.message, edit.pts) == ("better", start + 2)
        assert (views.id, views.views) == (post, 7)
        assert reactions.reactions.results[0].count == 1
        assert (deletion.messages, deletion.pts, deletion.pts_count) == ([4, post], start + 4, 2)


async def test_comments_are_pushed_to_members_of_the_group(running, connect):
    async with running("tiny") as sandbox:
        client = await connect(sandbox, receive_updates=True)
        told = asyncio.Queue()
        client.add_event_handler(told.put, events.NewMessage())
        await client.get_me()
        comment = sandbox.change(verb="comment", post=4, text="hear, hear", author=VERA)
        event = await told.get()
        assert (event.message.id, event.chat_id, event.sender_id) == (
            comment,
            -1000000000000 - 1000000102,
            VERA,
        )


async def test_what_nobody_was_told_is_found_by_the_difference(running, connect):
    async with running("tiny") as sandbox:
        client = await connect(sandbox, receive_updates=True)
        told = asyncio.Queue()
        client.add_event_handler(told.put, events.NewMessage())
        await client.get_me()
        first = sandbox.change(verb="post", text="one", copy=False)
        assert (await told.get()).message.id == first
        missed = sandbox.change(verb="post", text="two", told=False, copy=False)
        last = sandbox.change(verb="post", text="three", copy=False)
        got = {(await told.get()).message.id for _ in range(2)}
        assert got == {missed, last}
        assert sandbox.report()["methods"]["updates.getChannelDifference"] >= 1


async def test_a_client_catches_up_after_it_was_away(running, connect):
    async with running("tiny") as sandbox:
        client = await connect(sandbox, receive_updates=True)
        told = await heard(client, types.UpdateNewChannelMessage)
        sandbox.change(verb="post", text="while here", copy=False)
        await told.get()
        await client.disconnect()
        missed = sandbox.change(verb="post", text="while away", copy=False)
        again = await connect(sandbox, receive_updates=True, catch_up=True)
        told = asyncio.Queue()
        again.add_event_handler(told.put, events.NewMessage())
        await again.catch_up()
        assert (await told.get()).message.id == missed


async def test_too_long_is_pushed_instead(running, connect):
    async with running("tiny") as sandbox:
        client = await connect(sandbox, receive_updates=True)
        told = await heard(client, types.UpdateNewChannelMessage)
        posts = [sandbox.change(verb="post", text="one", copy=False)]
        assert (await told.get()).message.id == posts[0]
        posts = [sandbox.change(verb="post", text="two", told=False, copy=False)]
        posts.append(sandbox.change(verb="post", text="three", told="too_long", copy=False))
        assert [(await told.get()).message.id for _ in range(2)] == posts


async def test_no_id_is_given_out_twice(running):
    async with running("tiny") as sandbox:
        first = sandbox.change(verb="post", text="one")
        sandbox.change(verb="delete", id=first)
        assert sandbox.change(verb="post", text="two") == first + 1
