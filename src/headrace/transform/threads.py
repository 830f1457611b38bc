"""Threads: which message of a discussion group is the copy of which post."""

from __future__ import annotations

from typing import NamedTuple

from headrace.model.message import Message
from headrace.model.values import PeerId


class Copied(NamedTuple):
    """The post whose automatic copy opens a thread in the group."""

    channel_id: PeerId
    post_id: int


def copied_post(message: Message) -> Copied | None:
    """The post that a message is the automatic copy of; nothing where it is none.

    Author and last source of the copy are the channel. Its first origin says nothing: where the
    post is a repost itself, that is another one.
    """
    forward = message.forward
    if forward is None or forward.saved_from_msg_id is None or message.post:
        return None
    if forward.saved_from is None or forward.saved_from != message.author:
        return None
    return Copied(forward.saved_from, forward.saved_from_msg_id)
