"""The comments of one post against the sandbox: once each, whatever happens on the way."""

import itertools

import pytest
from tests.talking import CHANNEL, GROUP

from headrace.errors import ChatPrivate
from headrace.model.coverage import thread_scope
from headrace.model.plan import Lane
from headrace.model.thread import NEWEST, NoThread

REPLIES = "messages.getReplies"
#: The channel of ``talk``, and its group.
LONG, LONG_GROUP = "longtalk", "longtalkgroup"


def lane_of(group, post, lo=1, hi=NEWEST):
    scope = thread_scope(CHANNEL, post)
    return Lane(chat_id=group, scope=scope, lo=lo, hi=hi, cursor=hi + 1)


async def read(source, channel, post, lane, most=None):
    return [page async for page in source.replies(channel, post, lane, most)]


def ids_of(pages):
    return [message.id for page in pages for message in page.messages]


def comments_on(server, post):
    found = [one for one in server.comments() if one["type"] == "comment" and one["post"] == post]
    return sorted((one["id"] for one in found), reverse=True)


def group_of(server):
    return next(one["chat"] for one in server.comments() if one["type"] == "comment")


async def long_thread(server, source):
    """The channel, its group, and the post with most comments."""
    channel, _ = await source.resolve(LONG)
    posts = [one["post"] for one in server.comments() if one["type"] == "comment"]
    return channel, group_of(server), max(posts, key=posts.count)


async def test_a_thread_is_read_in_pages_of_a_hundred(sandbox, reading):
    async with sandbox("talk:20x750:long") as server, reading(server) as source:
        channel, group, post = await long_thread(server, source)
        pages = await read(source, channel, post, lane_of(group, post))
        wanted = comments_on(server, post)
    assert ids_of(pages) == wanted
    assert len(wanted) == 300
    assert source.requests()[REPLIES] == 3
    assert (pages[0].hi, pages[-1].lo) == (wanted[0], 1)
    assert all(upper.lo == lower.hi + 1 for upper, lower in itertools.pairwise(pages))


async def test_a_thread_is_gone_on_with(sandbox, reading):
    async with sandbox("talk:20x750:long") as server, reading(server) as source:
        channel, group, post = await long_thread(server, source)
        wanted = comments_on(server, post)
        upper = await read(source, channel, post, lane_of(group, post, lo=wanted[120]))
        lower = await read(source, channel, post, lane_of(group, post, hi=wanted[120] - 1))
    assert ids_of(upper) == wanted[:121]
    assert ids_of(lower) == wanted[121:]
    assert lower[-1].lo == 1


async def test_no_more_than_so_many_are_asked_for(sandbox, reading):
    async with sandbox("talk:20x750:long") as server, reading(server) as source:
        channel, group, post = await long_thread(server, source)
        pages = await read(source, channel, post, lane_of(group, post), 130)
        assert ids_of(pages) == comments_on(server, post)[:130]
    assert pages[-1].lo == pages[-1].messages[-1].id, "below, nothing is known"


async def test_an_empty_answer_is_no_end(sandbox, reading):
    async with sandbox("talk:20x750:long") as server, reading(server) as source:
        server.telegram.faults.add([{"method": REPLIES, "nth": 2, "action": "empty_page"}])
        channel, group, post = await long_thread(server, source)
        pages = await read(source, channel, post, lane_of(group, post))
        assert ids_of(pages) == comments_on(server, post)


@pytest.mark.parametrize("place", [0, 3, 140, 249])
async def test_a_comment_that_nobody_can_read_costs_itself(place, sandbox, reading):
    async with sandbox("talk:20x750:long") as server, reading(server) as source:
        channel, group, post = await long_thread(server, source)
        wanted = comments_on(server, post)
        lost = {"type": "unknown_constructor", "message_id": wanted[place], "chat": group}
        server.telegram.faults.add([{"method": "*", "action": lost}])
        pages = await read(source, channel, post, lane_of(group, post))
    assert ids_of(pages) == wanted[:place] + wanted[place + 1 :]
    (failure,) = [one for page in pages for one in page.failures]
    assert failure.reason == "unknown_constructor"
    assert failure.lo <= wanted[place]
    assert pages[-1].lo == 1


async def test_a_post_without_a_copy_has_no_thread(sandbox, reading):
    async with sandbox("comments:before_linking") as server, reading(server) as source:
        channel, _ = await source.resolve("millyard")
        with pytest.raises(NoThread):
            await read(source, channel, 1, lane_of(GROUP, 1))
        with pytest.raises(NoThread):
            await source.root_of(channel, 1)


async def test_of_an_album_the_first_copy_is_the_root(sandbox, reading):
    async with sandbox("comments:albums") as server, reading(server) as source:
        channel, _ = await source.resolve("millyard")
        roots = [one["root"] for one in server.comments() if one["type"] == "thread"]
        assert await source.root_of(channel, 2) == min(roots)


async def test_a_group_that_is_gone_is_private(sandbox, reading):
    async with sandbox("comments:gone") as server, reading(server) as source:
        channel, _ = await source.resolve("millyard")
        with pytest.raises(ChatPrivate):
            await read(source, channel, 2, lane_of(GROUP, 2))


async def test_a_group_is_found_through_a_post(sandbox, reading):
    """Its access hash comes with the copy."""
    async with sandbox("comments:relinked") as server, reading(server) as source:
        channel, _ = await source.resolve("millyard")
        group, _ = await source.discussion_group(channel, GROUP, 2)
    assert (group.id, group.kind) == (GROUP, "supergroup")
    assert channel.linked_chat_id != GROUP
