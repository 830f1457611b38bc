"""What the site reads: posts, threads and files; on every back end."""

import pytest
from tests.builders import (
    CHAT_ID,
    DATE,
    make_chat,
    make_document,
    make_message,
    make_page,
    make_peer,
    make_photo,
)

from headrace.model.download import FileKind, Stored
from headrace.model.media import Poll
from headrace.model.message import Action, Forward, Replies, Reply
from headrace.model.reading import Filter
from headrace.transform.thumbnails import Thumbnail

GROUP = -1001000000002
ALBUM = 2**62 + 5
DAY = 86_400


async def save(store, lease, messages, **fields):
    await store.save_page(lease, make_page(messages, **fields))


def positions(page):
    return [one.position for one in page.posts]


def album(*ids, grouped=ALBUM, **fields):
    return [make_message(i, grouped_id=grouped, media=make_photo(i), **fields) for i in ids]


async def walked(store, limit, **asked):
    """All positions, page by page from the newest down."""
    found, page = [], await store.posts(CHAT_ID, limit=limit, **asked)
    while True:
        found.append(positions(page))
        if page.older is None:
            return found
        page = await store.posts(CHAT_ID, below=page.older, limit=limit, **asked)


@pytest.mark.parametrize("limit", [1, 2, 3, 7])
async def test_pages_hold_each_post_once_and_no_album_is_cut(store, lease, limit):
    await save(store, lease, [1, 2, *album(3, 4, 5), 6, *album(7, 9, grouped=7), 8, 10])
    expected = [10, 8, 7, 6, 3, 2, 1]
    pages = await walked(store, limit)
    assert [one for page in pages for one in page] == expected
    assert all(len(page) == limit for page in pages[:-1])
    page = await store.posts(CHAT_ID, below=6, limit=1)
    assert [entry.message.id for entry in page.posts[0].entries] == [3, 4, 5]
    assert page.posts[0].layout.shape
    assert not page.posts[0].layout_edited_by_user


async def test_pages_go_up_as_they_go_down(store, lease):
    await save(store, lease, [1, 2, *album(3, 4, 5), 6, 7])
    page = await store.posts(CHAT_ID, limit=2)
    assert (positions(page), page.newer) == ([7, 6], None)
    page = await store.posts(CHAT_ID, below=3, limit=2)
    assert (positions(page), page.older, page.newer) == ([2, 1], None, 2)
    page = await store.posts(CHAT_ID, above=page.newer, limit=2)
    assert (positions(page), page.older, page.newer) == ([6, 3], 3, 6)
    page = await store.posts(CHAT_ID, above=page.newer, limit=2)
    assert (positions(page), page.older, page.newer) == ([7], 7, None)
    page = await store.posts(CHAT_ID, above=7, limit=2)
    assert (positions(page), page.older, page.newer) == ([], 8, None)
    page = await store.posts(CHAT_ID, below=1, limit=2)
    assert (positions(page), page.older, page.newer) == ([], None, 0)
    assert positions(await store.posts(CHAT_ID, above=0, limit=9)) == [7, 6, 3, 2, 1]
    assert positions(await store.posts(-7, limit=9)) == []


@pytest.fixture
async def mixed(store, lease):
    """One of each kind."""
    await save(store, lease, [
        make_message(1, kind="service", action=Action(type="channel_create")),
        make_message(2, author=5, date=DATE + DAY),
        make_message(3, media=make_document(3, role="voice"), date=DATE + 2 * DAY),
        make_message(4, forward=Forward(name="someone"), date=DATE + 3 * DAY),
        make_message(5, media=Poll(id="1"), date=DATE + 4 * DAY),
        *album(6, 7, date=DATE + 5 * DAY),
        make_message(8, date=DATE + 6 * DAY,
                     replies=Replies(count=3, comments=True, chat=GROUP)),
        make_message(9, date=DATE + 7 * DAY),
    ])  # fmt: skip
    await save(store, lease, [], lo=9, hi=9, absent=(9,))
    return store


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, [9, 8, 6, 5, 4, 3, 2]),
        ({"include_system_messages": True}, [9, 8, 6, 5, 4, 3, 2, 1]),
        ({"include_reposts": False}, [9, 8, 6, 5, 3, 2]),
        ({"include_polls": False}, [9, 8, 6, 4, 3, 2]),
        ({"include_deleted": False}, [8, 6, 5, 4, 3, 2]),
        ({"author": 5}, [2]),
        ({"kinds": frozenset({FileKind.VOICE})}, [3]),
        ({"kinds": frozenset({FileKind.VOICE, FileKind.PHOTO})}, [6, 3]),
        ({"has_media": True}, [6, 3]),
        ({"has_media": False}, [9, 8, 5, 4, 2]),
        ({"has_comments": True}, [8]),
        ({"has_comments": False}, [9, 6, 5, 4, 3, 2]),
        ({"since": DATE + 3 * DAY}, [9, 8, 6, 5, 4]),
        ({"until": DATE + 3 * DAY}, [3, 2]),
        ({"since": DATE + 3 * DAY, "until": DATE + 5 * DAY}, [5, 4]),
        ({"since": DATE + 30 * DAY}, []),
    ],
)
async def test_filters(mixed, fields, expected):
    pages = await walked(mixed, 2, filter=Filter(**fields))
    assert [one for page in pages for one in page] == expected
    up = await mixed.posts(CHAT_ID, above=0, limit=50, filter=Filter(**fields))
    assert positions(up) == expected


async def test_a_deleted_member_is_left_out_of_its_album(store, lease):
    await save(store, lease, album(1, 2, 3))
    await save(store, lease, [], lo=1, hi=1, absent=(1,))
    page = await store.posts(CHAT_ID, filter=Filter(include_deleted=False))
    assert [[one.message.id for one in post.entries] for post in page.posts] == [[2, 3]]
    page = await store.posts(CHAT_ID)
    assert [one.deleted_at is None for one in page.posts[0].entries] == [False, True, True]


async def test_one_post(store, lease, clock):
    await save(store, lease, [1, *album(2, 3), make_message(4, text="old")])
    clock.now += 10
    await save(store, lease, [make_message(4, text="new", edited=DATE + 99)])
    page = await store.post(CHAT_ID, 3)
    assert (positions(page), page.older, page.newer) == ([2], 2, 2)
    assert await store.post(CHAT_ID, 5) is None
    (entry,) = (await store.post(CHAT_ID, 4)).posts[0].entries
    assert (entry.message.text, entry.versions, entry.source) == ("new", 1, "telegram")
    assert entry.last_seen_at == entry.first_seen_at + 10


def comment(number, root, *, answers=None, **fields):
    reply = Reply(msg_id=answers or root, top_id=root if answers else None)
    return make_message(number, post=False, author=9, thread_id=root, reply=reply, **fields)


def copy_of(number, post):
    source = Forward(from_id=CHAT_ID, saved_from=CHAT_ID, saved_from_msg_id=post, post=post)
    return make_message(number, post=False, author=CHAT_ID, forward=source)


@pytest.fixture
async def discussed(store, lease):
    """Post 1 with a thread, the album 2, 3 with one, and an orphan."""
    replies = Replies(count=9, comments=True, chat=GROUP)
    await save(store, lease, [make_message(1, replies=replies), *album(2, 3), 4])
    other = await store.acquire(f"chat:{GROUP}", "here:1:1")
    await store.save_page(other, make_page([
        copy_of(10, 1), copy_of(11, 2), copy_of(12, 3),
        comment(20, 10), comment(21, 10), comment(22, 10, answers=20),
        comment(23, 10, answers=22), comment(24, 10, answers=20), comment(25, 10, answers=19),
        *(comment(i, 10, grouped_id=77, media=make_photo(i), answers=21) for i in (26, 27)),
        comment(28, 10, answers=27),
        comment(30, 12),
        comment(40, 39),
    ], chat_id=GROUP, peers=(make_peer(9, name="Reader"),)))  # fmt: skip
    await store.release(other)
    return store


async def test_comments_are_a_tree_in_reading_order(discussed):
    page = await discussed.thread(CHAT_ID, 1)
    found = [(one.post.position, one.parent, one.level) for one in page.comments]
    expected = [
        (20, None, 0), (22, 20, 1), (23, 22, 2), (24, 20, 1),
        (21, None, 0), (26, 21, 1), (28, 26, 2), (25, None, 0),
    ]  # fmt: skip
    assert found == expected
    assert [len(one.post.entries) for one in page.comments] == [1, 1, 1, 1, 1, 2, 1, 1]
    assert page.after is None
    assert page.shown.peers[9].name == "Reader"
    assert page.post.comments.expected == 9
    assert page.post.comments.stored == 9
    parts, after = [], None
    while True:
        page = await discussed.thread(CHAT_ID, 1, after=after, limit=3)
        parts += [(one.post.position, one.parent, one.level) for one in page.comments]
        if page.after is None:
            break
        after = page.after
    assert parts == expected
    assert await discussed.thread(CHAT_ID, 99) is None
    assert (await discussed.thread(CHAT_ID, 4)).comments == ()


@pytest.mark.parametrize(
    ("asked", "expected", "sought"),
    [
        ({"comment": 20}, [20, 22, 23], 20),
        ({"comment": 24}, [24, 21, 26], 24),
        ({"comment": 27}, [24, 21, 26], 26),
        ({"comment": 25}, [28, 25], 25),
        ({"comment": 99}, [20, 22, 23], None),
        ({"before": 28}, [24, 21, 26], None),
        ({"before": 23}, [20, 22, 23], None),
        ({"before": 99}, [20, 22, 23], None),
        ({"after": 27}, [28, 25], None),
    ],
)
async def test_a_page_of_a_thread_holds_the_comment_asked_for(discussed, asked, expected, sought):
    page = await discussed.thread(CHAT_ID, 1, limit=3, **asked)
    found = [one.post.position for one in page.comments]
    assert (found, page.sought) == (expected, sought)
    assert page.before == (expected[0] if expected[0] != 20 else None)
    assert page.after == (expected[-1] if expected[-1] != 25 else None)


async def test_an_album_has_the_comments_of_all_its_members(discussed):
    for member in (2, 3):
        page = await discussed.thread(CHAT_ID, member)
        assert page.post.position == 2
        assert [one.post.position for one in page.comments] == [30]
    page = await discussed.posts(CHAT_ID)
    counts = {one.position: one.comments and one.comments.stored for one in page.posts}
    assert counts == {4: None, 2: 1, 1: 9}


async def test_a_comment_to_a_later_one_does_not_go_round(discussed):
    lease = await discussed.acquire(f"chat:{GROUP}", "here:1:1")
    circle = [comment(50, 11, answers=51), comment(51, 11, answers=50), comment(52, 11, answers=52)]
    await discussed.save_page(lease, make_page(circle, chat_id=GROUP))
    page = await discussed.thread(CHAT_ID, 2)
    found = [(one.post.position, one.parent) for one in page.comments]
    assert found == [(30, None), (50, None), (51, 50), (52, None)]


async def test_everything_that_is_named_comes_along(store, lease):
    photo = make_photo(1)
    people = (
        make_peer(5, name="Ada", photo="55"),
        make_peer(6, name="Bo", photo="66"),
        make_peer(7, name="Cy"),
    )
    await save(store, lease, [
        make_message(1, text="answered", author=7),
        make_message(2, media=photo, author=5, reply=Reply(msg_id=1)),
        make_message(3, author=6, reply=Reply(msg_id=1, peer=-1009)),
    ], peers=people)  # fmt: skip
    await store.save_chat(lease, make_chat(), [])
    sha, face = "a" * 64, "b" * 64
    for key, content, kind in (("photo/1", sha, "jpg"), ("peer_photo/55", face, "jpg")):
        await store.file_stored(
            lease,
            Stored(key=key, sha256=content, size=7, mime="image/jpeg", extension=kind),
        )
    thumbnail = Thumbnail(data=b"x", width=4, height=3, mime="image/webp")
    await store.thumbnail_made(lease, sha, thumbnail)
    page = await store.posts(CHAT_ID, below=4, limit=2)
    assert positions(page) == [3, 2]
    shown = page.shown
    assert {one: peer.name for one, peer in shown.peers.items()} == {
        5: "Ada", 6: "Bo", 7: "Cy", CHAT_ID: "The Mill",
    }  # fmt: skip
    assert shown.answered[CHAT_ID, 1].message.text == "answered"
    assert len(shown.answered) == 1
    assert shown.avatars == {5: "peer_photo/55"}
    view = shown.files["photo/1"]
    assert (view.state, view.size, view.type, view.sha256) == ("stored", 7, "image/jpeg", sha)
    assert (view.thumb_width, view.thumb_height, view.thumb_mime) == (4, 3, "image/webp")


async def test_a_file_is_found_by_its_key(store, lease):
    await save(store, lease, [make_message(1, media=make_document(2, name="plan.pdf"))])
    view = await store.media("document/2")
    assert (view.kind, view.state, view.name, view.sha256) == (
        FileKind.FILE,
        "wanted",
        "plan.pdf",
        "",
    )
    assert await store.media("document/3") is None
