"""A message with its album, its replies, what it answers, and who is named; on every back end."""

from tests.builders import CHAT_ID, make_message, make_page, make_peer, make_photo

from headrace.model.message import Action, Forward, RecentReaction, Reply

OTHER = -1001000000009


def answer(number, to, top=None, **fields):
    thread = {"thread_id": top or to}
    return make_message(number, reply=Reply(msg_id=to, top_id=top), **{**thread, **fields})


def ids(found):
    return [known.message.id for known in found]


async def test_replies_are_the_direct_ones(store, lease):
    page = make_page(
        [
            1,
            answer(2, 1),
            answer(3, 2, top=1),
            answer(4, 1, top=1),
            answer(5, 3, top=1),
            answer(6, 3),
            # Answers message 3 of another chat, and 3 as a story: no thread here.
            make_message(7, reply=Reply(msg_id=3, peer=OTHER)),
            make_message(8, reply=Reply(story_id=3)),
        ]
    )
    await store.save_page(lease, page)
    assert ids((await store.surroundings(CHAT_ID, 1)).replies) == [2, 4]
    assert ids((await store.surroundings(CHAT_ID, 3)).replies) == [5, 6]
    assert ids((await store.surroundings(CHAT_ID, 5)).replies) == []


async def test_what_a_reply_answers_is_found_or_accounted_for(store, lease):
    page = make_page(
        [1, answer(3, 1), answer(4, 2), make_message(5, reply=Reply(msg_id=9, peer=OTHER)), 6], lo=1
    )
    await store.save_page(lease, page)
    found = (await store.surroundings(CHAT_ID, 3)).reply_to
    assert (found.message_id, found.known.message.text) == (1, "message 1")
    gone = (await store.surroundings(CHAT_ID, 4)).reply_to
    assert (gone.known, gone.whereabouts.state) == (None, "never there")
    far = (await store.surroundings(CHAT_ID, 5)).reply_to
    assert (far.chat_id, far.whereabouts.state) == (OTHER, "not yet read")
    assert (await store.surroundings(CHAT_ID, 6)).reply_to is None
    assert await store.surroundings(CHAT_ID, 2) is None


async def test_an_album_is_shown_whole_with_its_tombstones(store, lease):
    items = [make_message(i, grouped_id=2**62, media=make_photo(i)) for i in (2, 3, 4)]
    await store.save_page(lease, make_page([1, *items, make_message(5, grouped_id=7)]))
    await store.save_page(lease, make_page([], lo=4, hi=4, absent=(4,)))
    found = await store.surroundings(CHAT_ID, 3)
    assert ids(found.album) == [2, 4]
    assert [known.deleted_at is not None for known in found.album] == [False, True]
    assert (await store.surroundings(CHAT_ID, 1)).album == []


async def test_all_who_are_named_come_along(store, lease, clock):
    first = make_message(
        1,
        author=1,
        via_bot=2,
        forward=Forward(from_id=3, saved_from=4),
        recent_reactions=(RecentReaction(type="emoji", emoji="❤", author=5),),
        action=Action(type="chat_add_user", data={"users": [6, 2**70], "title": "x", "peer": 7}),
    )
    peers = tuple(make_peer(i) for i in range(1, 10))
    await store.save_page(lease, make_page([first, answer(2, 1, author=8)], peers=peers))
    clock.now += 60
    edited = make_message(1, text="new", edited=9, author=1)
    await store.save_page(lease, make_page([edited], lo=1, hi=1))
    found = await store.surroundings(CHAT_ID, 1)
    assert [version.text for version in found.versions] == ["message 1"]
    assert [peer.id for peer in found.peers] == [1, 8]
    await store.save_page(lease, make_page([first], lo=1, hi=1))
    found = await store.surroundings(CHAT_ID, 1)
    assert [peer.id for peer in found.peers] == [1, 2, 3, 4, 5, 6, 7, 8]
