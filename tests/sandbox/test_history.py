"""Slices of history, held against a plain list, and messages by their ids."""

import asyncio
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telethon import errors, functions, types
from telethon.tl.functions.messages import GetHistoryRequest

from tgsandbox.services import slices

IDS = [number for number in range(1, 401) if number % 7]


def history(peer, **wanted):
    defaults = {"offset_id": 0, "offset_date": None, "add_offset": 0, "limit": 100}
    bounds = {"max_id": 0, "min_id": 0, "hash": 0}
    return GetHistoryRequest(peer, **(defaults | bounds | wanted))


def expected(offset_id=0, offset_date=None, add_offset=0, limit=100, max_id=0, min_id=0):
    """The documented rule, on a list from the newest to the oldest."""
    newest_first = IDS[::-1]
    start = 0
    if offset_id:
        start = sum(one >= offset_id for one in newest_first)
    elif offset_date:
        start = sum(1_700_000_000 + 60 * one >= offset_date.timestamp() for one in newest_first)
    start += add_offset
    end = start + min(limit, 100)
    chosen = newest_first[max(start, 0) : max(end, 0)]
    return [one for one in chosen if one > min_id and (not max_id or one < max_id)]


CASES = [
    {},
    {"limit": 1},
    {"limit": 0},
    {"limit": 1000},
    {"offset_id": 300},
    {"offset_id": 301, "limit": 7},
    {"offset_id": 1},
    {"offset_id": 2},
    {"offset_id": 1, "add_offset": -100},
    {"offset_id": 200, "add_offset": -50},
    {"offset_id": 200, "add_offset": 13, "limit": 20},
    {"offset_id": 395, "add_offset": -100},
    {"offset_id": 401, "add_offset": -30, "limit": 20},
    {"add_offset": 340},
    {"add_offset": 500},
    {"offset_id": 300, "min_id": 250, "max_id": 290},
    {"min_id": 399},
    {"max_id": 100},
    {"offset_date": datetime.fromtimestamp(1_700_000_000 + 60 * 120, UTC)},
    {"offset_date": datetime.fromtimestamp(1_700_000_000 + 60 * 120 + 1, UTC)},
    {"offset_date": datetime.fromtimestamp(1_000_000_000, UTC)},
    {"offset_id": 50, "offset_date": datetime.fromtimestamp(1_700_000_000 + 6000, UTC)},
]


async def test_slices_are_those_of_telegram(running, world, connect):
    async with running(world) as sandbox:
        client = await connect(sandbox)
        channel = await client.get_input_entity("counted")
        answers = await asyncio.gather(*(client(history(channel, **case)) for case in CASES))
        for case, answer in zip(CASES, answers, strict=True):
            assert [message.id for message in answer.messages] == expected(**case), case
            assert answer.count == len(IDS)
            assert isinstance(answer, types.messages.ChannelMessages)


class _Numbers:
    def __init__(self, ids):
        self.ids = ids

    def __len__(self):
        return len(self.ids)

    def position(self, message_id):
        return sum(one < message_id for one in self.ids)


@given(
    ids=st.sets(st.integers(1, 60)).map(sorted),
    offset_id=st.integers(0, 70),
    add_offset=st.integers(-80, 80),
    limit=st.integers(-5, 130),
)
def test_any_slice_lies_within_the_messages(ids, offset_id, add_offset, limit):
    request = GetHistoryRequest(None, offset_id, None, add_offset, limit, 0, 0, 0)
    first, last = slices.bounds(_Numbers(ids), request)
    assert 0 <= first <= len(ids)
    chosen = ids[::-1][first:last]
    start = sum(one >= offset_id for one in ids) if offset_id else 0
    start += add_offset
    end = start + max(0, min(limit, 100))
    assert chosen == [one for at, one in enumerate(ids[::-1]) if start <= at < end]


@pytest.mark.parametrize("reverse", [False, True])
async def test_telethon_reads_everything_in_both_directions(
    running, world, connect, transport, reverse
):
    async with running(world) as sandbox:
        client = await connect(sandbox, connection=transport)
        messages = client.iter_messages("counted", limit=None, wait_time=0, reverse=reverse)
        found = [message.id async for message in messages]
        assert found == (IDS if reverse else IDS[::-1])


async def test_messages_by_id_come_in_the_order_asked_with_holes_told(running, world, connect):
    async with running(world) as sandbox:
        client = await connect(sandbox)
        channel = await client.get_input_entity("counted")
        wanted = [12, 7, 3, 99999, 12]
        answer = await client(functions.channels.GetMessagesRequest(channel, wanted))
        assert [message.id for message in answer.messages] == wanted
        kinds = [type(message).__name__ for message in answer.messages]
        assert kinds == ["Message", "MessageEmpty", "Message", "MessageEmpty", "Message"]


async def test_authors_come_with_the_page_and_the_channel_too(running, world, connect):
    async with running(world) as sandbox:
        client = await connect(sandbox)
        channel = await client.get_entity("counted")
        full = await client(functions.channels.GetFullChannelRequest(channel))
        group = next(one for one in full.chats if one.id == full.full_chat.linked_chat_id)
        answer = await client(history(group, limit=5))
        assert [user.first_name for user in answer.users] == ["Anna"]
        assert [chat.title for chat in answer.chats] == ["Talk"]


async def test_a_wrong_peer_is_refused_as_telegram_refuses_it(running, world, connect):
    async with running(world) as sandbox:
        client = await connect(sandbox)
        channel = await client.get_input_entity("counted")
        wrong = types.InputPeerChannel(channel.channel_id, channel.access_hash ^ 1)
        nowhere = types.InputPeerChannel(4242, 1)
        for peer in (wrong, nowhere):
            with pytest.raises(errors.ChannelInvalidError):
                await client(history(peer))
        with pytest.raises(errors.PeerIdInvalidError):
            await client(history(types.InputPeerUser(71, 5)))


async def test_an_album_and_everything_else_of_tiny_can_be_read(running, connect, transport):
    async with running("tiny") as sandbox:
        client = await connect(sandbox, connection=transport)
        for marked, chat in sandbox.world.chats.items():
            if chat.private and not chat.joined:
                continue
            peer = types.InputPeerChannel(-marked - 10**12, chat.access_hash)
            found = [one async for one in client.iter_messages(peer, limit=None, wait_time=0)]
            assert len(found) == len(chat.history)
