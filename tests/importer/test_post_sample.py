"""How much the pages of a sample stand for, and where a limit ends."""

import pytest

from headrace.importer.post_sample import PostSample, newest_posts
from headrace.model.chat import Chat
from headrace.model.coverage import IdRange
from headrace.model.message import Message, Replies
from headrace.model.page import Page
from headrace.model.values import PeerKind

CHAT, FIRST, SECOND = Chat(id=-1001, kind=PeerKind.CHANNEL), -1002, -1003


def post(number, group=FIRST, count=1, **more):
    replies = Replies(count=count, comments=True, chat=group) if group else None
    return Message(id=number, date=number, replies=replies, **more)


def page(lo, hi, group=FIRST):
    messages = [post(number, group) for number in range(hi, lo - 1, -1)]
    return Page(chat_id=CHAT.id, lo=lo, hi=hi, messages=tuple(messages))


def sample(*pages, hi=1_000, messages=1_000):
    found = PostSample([IdRange(lo=1, hi=hi)], messages)
    for one in pages:
        found.add(one)
    return found


def posts_of(found, group):
    return sum(
        weight * len([one for one in threads if one.group == group])
        for weight, threads in found.threads()
    )


def test_all_that_was_not_seen_is_as_what_lies_beside_it():
    found = sample(page(901, 1_000), page(1, 100, group=None))
    assert posts_of(found, FIRST) == 500
    found.add(page(451, 550))
    assert posts_of(found, FIRST) == pytest.approx(100 + 100 + 350 + 175)
    assert sum(map(len, found.gaps)) == 700


def test_ids_that_are_gone_stand_for_nothing():
    assert posts_of(sample(page(901, 1_000), messages=100), FIRST) == 100
    assert posts_of(sample(page(901, 1_000), messages=400), FIRST) == pytest.approx(400)


def test_it_is_looked_for_where_the_group_changes():
    found = sample(page(901, 1_000, SECOND), page(1, 100))
    assert found.change() == IdRange(lo=101, hi=900)
    found.add(page(451, 550))
    assert found.change() == IdRange(lo=551, hi=900)
    found.add(page(551, 600, SECOND))
    assert found.change() is None


def test_what_is_not_to_be_read_is_not_in_it():
    found = PostSample([IdRange(lo=951, hi=1_000)], 50)
    found.add(page(901, 1_000))
    assert posts_of(found, FIRST) == 50
    assert found.open_posts(FIRST)[0] == 951
    assert found.gaps == []


@pytest.mark.parametrize(("limit", "lo"), [(1, 9), (2, 6), (3, 4), (9, 1)])
async def test_an_album_is_one_post_and_a_service_message_none(limit, lo):
    messages = [post(9), *(post(number, grouped_id=5) for number in (8, 7, 6))]
    messages += [post(5, None, kind="service"), post(4), post(2)]
    newest = Page(chat_id=CHAT.id, lo=1, hi=9, messages=tuple(messages))
    span = IdRange(lo=1, hi=9)
    # All is in the page, so nobody is asked.
    assert await newest_posts(None, CHAT, newest, span, limit) == lo
