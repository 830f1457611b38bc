"""Changes of a chat: pushed, overtaken, missed, repeated, unreadable; each is told once."""

import asyncio
from itertools import pairwise

import pytest
from telethon.tl import types
from tests.telegram.feeds import (
    CHANNEL,
    CHAT,
    deleted,
    difference,
    edited,
    message,
    new,
    nothing,
    play,
    told,
    too_long,
    viewed,
)

from headrace.model.change import Counts
from headrace.telegram import pushes
from headrace.telegram.failures import Unreadable
from headrace.telegram.pushes import Pushes
from headrace.telegram.updates import OVERTAKEN_S, SILENCE_S


def test_the_beginning_asks_for_what_was_missed():
    async def body(scene):
        return await scene.quiet(), scene.server.asked

    found, asked = play(body, difference(12, message(5), updates=[deleted(3, pts=12)]))
    assert told(found) == [(12, (5,), (3,))]
    assert asked == [10]


def test_without_a_position_the_beginning_is_a_gap():
    async def body(scene):
        return await scene.quiet(), scene.server.asked

    found, asked = play(body, since=None)
    assert [(one.gap, one.position) for one in found] == [(True, 40)]
    assert asked == [40]


def test_what_is_pushed_in_one_go_is_one_change():
    async def body(scene):
        scene.inbox.is_behind = False
        scene.hear(new(5, 11), new(6, 12), deleted(2, 3, pts=14))
        return await scene.quiet()

    assert told(play(body)) == [(14, (5, 6), (2, 3))]


def test_each_state_of_a_message_is_told():
    async def body(scene):
        scene.inbox.is_behind = False
        scene.hear(new(5, 11, "first"), edited(5, 12, "second"), deleted(5, pts=13))
        return await scene.quiet()

    found = play(body)
    assert [[one.text for one in change.messages] for change in found] == [["first"], ["second"]]
    assert told(found)[1] == (13, (5,), (5,))


def test_what_was_overtaken_is_waited_for_and_nothing_is_asked():
    async def body(scene):
        await scene.quiet()
        scene.hear(new(6, 12))
        await asyncio.sleep(OVERTAKEN_S - 0.01)
        scene.hear(new(5, 11))
        return await scene.quiet(), scene.server.asked

    found, asked = play(body)
    assert told(found) == [(12, (5, 6), ())]
    assert asked == [10]


def test_what_never_comes_is_asked_for():
    async def body(scene):
        await scene.quiet()
        began = asyncio.get_running_loop().time()
        scene.hear(new(6, 12))
        found = await scene.quiet()
        return found, scene.server.asked, scene.server.at[1] - began

    found, asked, after = play(body, nothing(10), difference(12, message(5), message(6)))
    assert told(found) == [(12, (5, 6), ())]
    assert asked == [10, 10]
    assert after == pytest.approx(OVERTAKEN_S)


def test_what_comes_twice_is_told_once():
    async def body(scene):
        await scene.quiet()
        scene.hear(new(5, 11), new(5, 11))
        first = await scene.quiet()
        scene.inbox.fall_behind()
        return first, await scene.quiet()

    first, second = play(body)
    assert told(first) == [(11, (5,), ())]
    assert second == []


def test_a_long_difference_is_asked_for_to_its_end():
    async def body(scene):
        return await scene.quiet(), scene.server.asked

    found, asked = play(
        body, difference(11, message(5), final=False), difference(12, message(6), final=True)
    )
    assert told(found) == [(11, (5,), ()), (12, (6,), ())]
    assert asked == [10, 11]


def test_a_difference_that_stands_still_is_not_asked_for_ever():
    async def body(scene):
        await scene.quiet()
        return scene.server.asked

    assert play(body, *[difference(10, final=False)] * 5) == [10]


def test_too_long_is_a_gap_and_pushes_go_on_behind_it():
    async def body(scene):
        found = await scene.quiet()
        scene.hear(new(5, 11), new(8, 51))
        return found + await scene.quiet()

    found = play(body, too_long(50))
    assert [(one.gap, one.position) for one in found] == [(True, 50), (False, 51)]


@pytest.mark.parametrize(
    "answer",
    [Unreadable("0x12345678"), nothing(9)],
    ids=["unreadable", "a server that counts anew"],
)
def test_what_makes_no_sense_is_a_gap_up_to_where_the_channel_stands(answer):
    async def body(scene):
        return await scene.quiet(), scene.described

    found, described = play(body, answer)
    assert [(one.gap, one.position) for one in found] == [(True, 90)]
    assert described == 1


def test_counts_move_without_a_position():
    async def body(scene):
        await scene.quiet()
        reaction = types.ReactionCount(types.ReactionEmoji("❤"), 2)
        reactions = types.MessageReactions([reaction])
        scene.hear(
            viewed(3, 9),
            types.UpdateChannelMessageForwards(CHANNEL, 3, 4),
            types.UpdateMessageReactions(types.PeerChannel(CHANNEL), 3, reactions),
        )
        return await scene.quiet()

    (change,) = play(body)
    assert change.position is None
    views, forwards, reactions = change.counts
    assert (views, forwards) == (Counts(id=3, views=9), Counts(id=3, forwards=4))
    assert [(one.emoji, one.count) for one in reactions.reactions] == [("❤", 2)]
    assert reactions.top_reactors == ()


def test_a_message_whose_preview_comes_later_is_asked_for():
    async def body(scene):
        await scene.quiet()
        told = new(5, 11)
        told.message.media = types.MessageMediaWebPage(types.WebPagePending(99, 1_700_000_000))
        scene.hear(told, types.UpdateChannelWebPage(CHANNEL, types.WebPageEmpty(99), 12, 1))
        scene.hear(types.UpdateChannelWebPage(CHANNEL, types.WebPageEmpty(98), 13, 1))
        return await scene.quiet()

    assert told(play(body)) == [(13, (5,), (5,))]


def test_what_is_pinned_is_asked_for_and_what_says_nothing_is_no_change():
    async def body(scene):
        await scene.quiet()
        scene.hear(types.UpdatePinnedChannelMessages(CHANNEL, [4], 11, 1))
        scene.hear(types.UpdateReadChannelInbox(CHANNEL, 4, 0, 11))
        found = await scene.quiet()
        scene.hear(types.UpdateReadChannelInbox(CHANNEL, 5, 0, 11))
        return found, await scene.quiet()

    pinned, nothing_more = play(body)
    assert told(pinned) == [(11, (), (4,))]
    assert nothing_more == []


def test_what_was_pushed_before_an_answer_is_told_before_it():
    async def body(scene):
        def answer():
            scene.hear(viewed(5, 9))
            return difference(11, message(5))

        scene.server.answers.append(answer)
        return await scene.quiet()

    counts, news = play(body)
    assert (counts.counts, told([news])) == ((Counts(id=5, views=9),), [(11, (5,), ())])


def test_counts_that_came_during_a_gap_are_asked_for():
    async def body(scene):
        gap = await anext(scene.changes)
        scene.hear(viewed(5, 9))
        found = await scene.quiet()
        scene.hear(viewed(5, 10))
        return gap, found, await scene.quiet()

    gap, during, later = play(body, since=None)
    assert gap.gap
    assert [(one.counts, one.asked) for one in during] == [((), (5,))]
    assert [one.counts for one in later] == [(Counts(id=5, views=10),)]


def test_who_is_no_member_asks_at_the_pace_that_the_server_names():
    async def body(scene):
        await scene.quiet(100)
        return scene.server.at

    at = play(body, *[nothing(10, timeout=30)] * 9, member=False)
    assert [round(later - earlier, 1) for earlier, later in pairwise(at)] == ([30.1] * 3)


def test_a_member_asks_only_after_a_long_silence():
    async def body(scene):
        await scene.quiet(SILENCE_S + 60)
        return scene.server.at

    first, second = play(body)
    assert second - first == pytest.approx(SILENCE_S, abs=0.2)


def test_an_inbox_that_overflows_falls_behind_and_stays_small(monkeypatch):
    monkeypatch.setattr(pushes, "MAX_WAITING", 3)

    async def body(scene):
        await scene.quiet()
        scene.hear(*(new(5 + n, 11 + n) for n in range(4)))
        return await scene.quiet(), scene.server.asked

    found, asked = play(body, nothing(10), difference(14, *map(message, range(5, 9))))
    assert told(found) == [(14, (5, 6, 7, 8), ())]
    assert asked == [10, 10]


def test_a_change_of_the_channel_itself_is_told():
    async def body(scene):
        await scene.quiet()
        scene.hear(types.UpdateChannel(CHANNEL))
        return await scene.quiet()

    (change,) = play(body)
    assert change.described


def test_what_is_of_another_chat_or_of_no_meaning_is_passed_over():
    heard = Pushes()
    with heard.listening(CHAT) as inbox:
        inbox.is_behind = False
        heard.hear(types.UpdateShort(types.UpdateChannelMessageViews(CHANNEL + 1, 3, 9), 0))
        heard.hear(types.UpdateShort(types.UpdateConfig(), 0))
        heard.hear(types.UpdateShort(viewed(3, 9), 0))
        assert inbox.take().update.views == 9
        assert inbox.take() is None
        assert not inbox.is_behind
        heard.hear(types.UpdateShort(types.UpdateChannelTooLong(CHANNEL), 0))
        assert inbox.is_behind
        inbox.is_behind = False
        heard.hear(types.UpdatesTooLong())
        assert inbox.is_behind
