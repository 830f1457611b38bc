"""The other services: names, dialogs, invitations, discussions, search, updates."""

import pytest
from telethon import errors, functions, types


async def test_names_are_resolved_in_any_case(running, world, connect):
    async with running(world) as sandbox:
        client = await connect(sandbox)
        for name in ("counted", "COUNTED"):
            found = await client(functions.contacts.ResolveUsernameRequest(name))
            assert found.peer.channel_id == 501
        found = await client(functions.contacts.ResolveUsernameRequest("anna"))
        assert found.users[0].first_name == "Anna"
        with pytest.raises(errors.UsernameNotOccupiedError):
            await client(functions.contacts.ResolveUsernameRequest("nobody_here"))
        with pytest.raises(errors.UsernameInvalidError):
            await client(functions.contacts.ResolveUsernameRequest("no body"))


async def test_dialogs_are_those_joined_the_latest_first(running, world, connect):
    async with running(world) as sandbox:
        client = await connect(sandbox)
        dialogs = [dialog.name async for dialog in client.iter_dialogs()]
        assert dialogs == ["Counted", "Talk"]


async def test_dialogs_can_be_paged(running, world, connect):
    async with running(world) as sandbox:
        client = await connect(sandbox)
        empty = types.InputPeerEmpty()
        first = await client(functions.messages.GetDialogsRequest(None, 0, empty, 1, 0))
        assert (type(first).__name__, first.count) == ("DialogsSlice", 2)
        last = first.messages[0]
        request = functions.messages.GetDialogsRequest(last.date, last.id, empty, 1, 0)
        second = await client(request)
        assert [one.peer.channel_id for one in first.dialogs + second.dialogs] == [501, 502]


async def test_a_private_channel_is_closed_and_its_invitation_tells_little(running, world, connect):
    async with running(world) as sandbox:
        client = await connect(sandbox)
        shut = types.InputPeerChannel(503, world.access_hash(-1000000000503))
        with pytest.raises(errors.ChannelPrivateError):
            await client.get_messages(shut, limit=1)
        with pytest.raises(errors.ChannelPrivateError):
            await client(functions.channels.GetFullChannelRequest(shut))
        invite = await client(functions.messages.CheckChatInviteRequest("shut"))
        assert (type(invite).__name__, invite.title) == ("ChatInvite", "Shut")
        world.chats[-1000000000503].joined = True
        invite = await client(functions.messages.CheckChatInviteRequest("shut"))
        assert (type(invite).__name__, invite.chat.id) == ("ChatInviteAlready", 503)
        with pytest.raises(errors.InviteHashExpiredError):
            await client(functions.messages.CheckChatInviteRequest("long_gone"))


async def test_the_discussion_of_a_post(running, world, connect):
    async with running(world) as sandbox:
        client = await connect(sandbox)
        channel = await client.get_input_entity("counted")
        opened = await client(functions.messages.GetDiscussionMessageRequest(channel, 5))
        assert [message.id for message in opened.messages] == [1]
        found = [one.id async for one in client.iter_messages(channel, reply_to=5)]
        assert found == list(range(60, 2, -3))
        for request in (
            functions.messages.GetDiscussionMessageRequest(channel, 6),
            functions.messages.GetRepliesRequest(channel, 6, 0, None, 0, 10, 0, 0, 0),
        ):
            with pytest.raises(errors.MsgIdInvalidError):
                await client(request)


async def test_a_thread_of_the_group_is_sliced_like_history(running, world, connect):
    async with running(world) as sandbox:
        client = await connect(sandbox)
        group = types.InputPeerChannel(502, world.access_hash(-1000000000502))
        request = functions.messages.GetRepliesRequest(group, 1, 30, None, 0, 4, 0, 0, 0)
        answer = await client(request)
        assert [message.id for message in answer.messages] == [27, 24, 21, 18]
        assert answer.count == 20


async def test_search_by_text_and_kind(running, world, connect):
    async with running(world) as sandbox:
        client = await connect(sandbox)
        found = [one.id async for one in client.iter_messages("counted", search="post 39")]
        assert found == [398, 397, 396, 395, 394, 393, 391, 390, 39]
        channel = await client.get_input_entity("counted")
        filters = [types.InputMessagesFilterPhotos(), types.InputMessagesFilterEmpty()]
        counts = await client(functions.messages.GetSearchCountersRequest(channel, filters))
        assert [one.count for one in counts] == [0, 343]


async def test_changes_are_told_by_the_channel_difference(running, world, connect):
    async with running(world) as sandbox:
        client = await connect(sandbox)
        channel = await client.get_input_entity("counted")
        full = await client(functions.channels.GetFullChannelRequest(channel))
        posted = sandbox.change(verb="post", chat="counted", text="news")
        sandbox.change(verb="edit", chat="counted", id=5, text="better")
        sandbox.change(verb="delete", chat="counted", id=6)
        everything = types.ChannelMessagesFilterEmpty()
        request = functions.updates.GetChannelDifferenceRequest(
            channel, everything, full.full_chat.pts, 100
        )
        told = await client(request)
        assert [message.id for message in told.new_messages] == [posted]
        edit, deletion = told.other_updates
        assert (edit.message.message, deletion.messages) == ("better", [6])
        request.pts = told.pts
        again = await client(request)
        assert isinstance(again, types.updates.ChannelDifferenceEmpty)
        request.pts = 1
        assert isinstance(await client(request), types.updates.ChannelDifferenceTooLong)


async def test_changes_show_in_history(running, world, connect):
    async with running(world) as sandbox:
        client = await connect(sandbox)
        sandbox.change(verb="delete", ids=[400, 398])
        posted = sandbox.change(verb="post", text="news")
        sandbox.change(verb="edit", id=posted, text="old news")
        newest = await client.get_messages("counted", limit=3)
        assert [(one.id, one.message) for one in newest] == [
            (posted, "old news"),
            (397, "post 397"),
            (396, "post 396"),
        ]
        assert newest[0].edit_date is not None


async def test_names_can_change_and_doors_close(running, world, connect):
    async with running(world) as sandbox:
        client = await connect(sandbox)
        channel = await client.get_input_entity("counted")
        sandbox.change(verb="rename", chat="counted", username="renamed", title="Renamed")
        assert (await client.get_entity("renamed")).title == "Renamed"
        sandbox.change(verb="rename", chat=-1000000000502, username="talk")
        sandbox.change(verb="swap_names", a="renamed", b="talk")
        found = await client(functions.contacts.ResolveUsernameRequest("talk"))
        assert found.peer.channel_id == 501
        sandbox.change(verb="close", chat="talk")
        with pytest.raises(errors.ChannelPrivateError):
            await client.get_messages(channel, limit=1)
