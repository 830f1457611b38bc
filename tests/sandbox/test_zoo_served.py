"""The zoo as the unmodified Telethon meets it."""

import pytest
from telethon import errors, functions, types, utils

from tgsandbox.worlds import odd, open_world, zoo, zoo_parts

LAST_READABLE = 701


async def test_telethon_reads_everything_that_its_layer_knows(running, connect):
    world = open_world("zoo")
    channel = world.chats[zoo.CHANNEL].history
    ids = [channel.at(index)["id"] for index in range(channel.position(LAST_READABLE))]
    async with running(world) as sandbox:
        client = await connect(sandbox)
        found = await client.get_messages("zoomill", limit=None, max_id=LAST_READABLE)
        assert [one.id for one in found] == ids[::-1]
        photo = next(one for one in found if one.id == 101)
        assert len(await client.download_media(photo, bytes)) == photo.file.size
        forum = await client.get_entity("zoomillforum")
        assert forum.forum
        topics = await client.get_messages(forum, limit=None)
        assert sum(one.reply_to is not None and one.reply_to.forum_topic for one in topics) > 5


async def test_odd_messages_are_odd_on_the_wire(running, connect):
    world = open_world("zoo")
    async with running(world) as sandbox:
        client = await connect(sandbox)
        for (marked, message_id), verdict in zoo.odd_ids().items():
            history = world.chats[marked].history
            entity = types.InputChannel(utils.resolve_id(marked)[0], world.access_hash(marked))
            request = functions.channels.GetMessagesRequest(entity, [message_id])
            if "unknown" in history.get(message_id)["odd"]:
                with pytest.raises(errors.TypeNotFoundError):
                    await client(request)
                continue
            (message,) = (await client(request)).messages
            assert isinstance(message, types.MessageEmpty) == (verdict == odd.ABSENT)


async def test_odd_peers_come_along(running, connect):
    world = open_world("zoo")
    kinds = {
        zoo_parts.MIN_USER: types.User,
        zoo_parts.EMPTY_USER: types.UserEmpty,
        zoo_parts.MIN_CHANNEL: types.Channel,
        zoo_parts.FORBIDDEN_CHANNEL: types.ChannelForbidden,
        zoo_parts.FORBIDDEN_SUPERGROUP: types.ChannelForbidden,
        zoo_parts.FORBIDDEN_GROUP: types.ChatForbidden,
        zoo_parts.EMPTY_GROUP: types.ChatEmpty,
    }
    async with running(world) as sandbox:
        client = await connect(sandbox)
        seen = {}
        for name, above in (("zoomill", LAST_READABLE), ("zoomilltalk", 200)):
            request = functions.messages.GetHistoryRequest(
                await client.get_input_entity(name), above, None, 0, 100, 0, 0, 0
            )
            while (found := await client(request)).messages:
                for peer in [*found.users, *found.chats]:
                    seen[marked_id(peer)] = peer
                request.offset_id = found.messages[-1].id
        assert {marked: type(seen[marked]) for marked in kinds} == kinds
        assert seen[zoo_parts.MIN_USER].min
        assert seen[zoo_parts.MIN_CHANNEL].min
        assert zoo_parts.STRANGER not in seen


def marked_id(peer):
    """Telethon knows no marked id of an empty user or chat."""
    if isinstance(peer, types.ChatEmpty):
        return -peer.id
    return peer.id if isinstance(peer, types.UserEmpty) else utils.get_peer_id(peer)
