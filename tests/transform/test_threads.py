"""Which message of a group is the copy of a post: told by who sent it and what it was made of."""

import pytest
from tests.builders import make_message

from headrace.model.message import Forward
from headrace.transform.threads import Copied, copied_post

CHANNEL, OTHER, PERSON = -1001000000001, -1001000000009, 7


def forwarded(author=CHANNEL, *, in_channel=False, **header):
    return make_message(5, post=in_channel, author=author, forward=Forward(**header))


def test_the_automatic_copy_of_a_post():
    copy = forwarded(saved_from=CHANNEL, saved_from_msg_id=10, from_id=CHANNEL, post=10)
    assert copied_post(copy) == Copied(CHANNEL, 10)


def test_the_copy_of_a_repost_is_one_of_the_repost():
    copy = forwarded(saved_from=CHANNEL, saved_from_msg_id=10, from_id=OTHER, post=77)
    assert copied_post(copy) == Copied(CHANNEL, 10)


@pytest.mark.parametrize(
    "message",
    [
        make_message(5, post=False, author=PERSON),
        forwarded(PERSON, from_id=CHANNEL, post=10),
        forwarded(PERSON, saved_from=CHANNEL, saved_from_msg_id=10, from_id=CHANNEL, post=10),
        forwarded(PERSON, saved_from=OTHER, saved_from_msg_id=10),
        forwarded(saved_from=OTHER, saved_from_msg_id=10),
        forwarded(saved_from=CHANNEL, from_id=CHANNEL, post=10),
        forwarded(None, saved_from_msg_id=10),
        forwarded(in_channel=True, saved_from=CHANNEL, saved_from_msg_id=10),
    ],
    ids=[
        "talk", "forward", "forward with its source", "of another channel", "by the channel",
        "without a number", "without a source", "in the channel itself",
    ],
)  # fmt: skip
def test_what_somebody_forwards_is_no_copy(message):
    assert copied_post(message) is None
