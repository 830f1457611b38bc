"""Answers that make no sense are told, not stored."""

import pytest
from telethon.tl import types

from headrace import errors
from headrace.telegram.answers import check_descending, read_slice

CHAT = -1000000000009


def answer(ids, peer=9):
    messages = [
        types.Message(id=one, peer_id=types.PeerChannel(peer), date=1, message="") for one in ids
    ]
    return types.messages.ChannelMessages(
        pts=1, count=7, messages=messages, topics=[], chats=[], users=[]
    )


def test_a_good_answer():
    found = read_slice(answer([9, 5, 1]), CHAT)
    assert (found.ids, found.count) == ((9, 5, 1), 7)
    check_descending(found, 10)


def test_empty_messages_count_as_ids_and_not_as_messages():
    mixed = answer([9])
    mixed.messages.append(types.MessageEmpty(5, types.PeerChannel(9)))
    found = read_slice(mixed, CHAT)
    assert found.ids == (9, 5)
    assert [message.id for message in found.messages] == [9]


@pytest.mark.parametrize("ids", [[5, 9], [5, 5], [10, 9], [0], [-3]])
def test_ids_that_do_not_fall_below_the_cursor(ids):
    with pytest.raises(errors.ServerMisbehaves, match="only ids below"):
        check_descending(read_slice(answer(ids), CHAT), 10)


def test_messages_of_another_chat():
    with pytest.raises(errors.ServerMisbehaves, match="another chat"):
        read_slice(answer([5], peer=8), CHAT)


def test_no_messages_at_all():
    with pytest.raises(errors.ServerMisbehaves, match="MessagesNotModified"):
        read_slice(types.messages.MessagesNotModified(7), CHAT)
