"""Comments sorted out of a group's pages, whatever their order, on every back end."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from tests.builders import make_message, make_page, make_photo
from tests.contracts.test_store_properties import shared

from headrace.model.coverage import HISTORY, TELEGRAM, thread_scope
from headrace.model.message import Forward, Replies, Reply
from headrace.model.thread import Missing, Thread, ThreadRead
from headrace.store import comments, coverage, leases, ledger, open_posts, pages, threads, undecided
from headrace.store.comment_tables import chatter
from headrace.store.tables import messages, roots

CHANNEL = -1001000000001
_groups = itertools.count(-1002000000001, -1)


def copy_of(post, number, channel=CHANNEL):
    header = Forward(saved_from=channel, saved_from_msg_id=post, from_id=-5, post=77)
    return make_message(number, post=False, author=channel, forward=header)


def answer(number, top, parent=None, **fields):
    reply = Reply(msg_id=parent or top, top_id=top if parent else None)
    return make_message(number, post=False, author=7, reply=reply, thread_id=top, **fields)


def talk(number, **fields):
    return make_message(number, post=False, author=7, **fields)


#: A group of 30 ids: copies of posts, comments (nested, too), chatter, and what hangs on nothing.
GROUP = {
    1: talk(1),
    2: answer(2, 1),
    3: copy_of(10, 3),
    4: answer(4, 3),
    5: answer(5, 3, parent=4),
    6: talk(6),
    8: copy_of(11, 8),
    9: answer(9, 8),
    10: answer(10, 6),
    11: answer(11, 7),
    12: answer(12, 2),
    13: answer(13, 3, parent=5, media=make_photo(3)),
    14: talk(14, forward=Forward(from_id=CHANNEL, post=10)),
    16: answer(16, 14),
    17: answer(17, 8),
    18: answer(18, 15),
    20: answer(20, 4),
    25: answer(25, 3),
}
TOP = 30
COPIES, COMMENTS, ORPHANS = {3, 8}, {4, 5, 9, 13, 17, 25}, {11, 18}
CHATTER = GROUP.keys() - COPIES - COMMENTS - ORPHANS


def opened(connection):
    group = next(_groups)
    return group, leases.acquire(connection, f"chat:{group}", "here:1:1", now=1)


def part(group, lo, hi, **fields):
    found = [GROUP[one] for one in range(lo, hi + 1) if one in GROUP]
    return make_page(found, chat_id=group, lo=lo, hi=hi, **fields)


def save(connection, lease, page, work=comments.save_page):
    return work(connection, lease, page, news=(), claim=None, now=2)


def settle(connection, lease, group, floor=1):
    last = 0
    while last is not None:
        _, last = comments.settle(connection, lease, group, floor, last, 3)


def stored(connection, group):
    return set(connection.scalars(select(messages.c.id).where(messages.c.chat_id == group)))


def left(connection, group):
    return set(connection.scalars(select(chatter.c.id).where(chatter.c.chat_id == group)))


def assert_ledger(connection, group):
    verdicts = ledger.verify(connection, group, HISTORY, TELEGRAM)
    assert all(one.is_whole for one in verdicts)
    ranges = coverage.ranges(connection, group, HISTORY, TELEGRAM)
    waiting = undecided.after(connection, group, 0, 1000)
    assert sum(one.left_out for one in ranges) == len(left(connection, group)) + len(waiting)


@st.composite
def cuts(draw):
    """The ids 1..TOP in pages, some of which overlap or come twice, in any order."""
    edges = sorted({0, TOP, *draw(st.sets(st.integers(1, TOP - 1), max_size=8))})
    found = [(lo + 1, hi) for lo, hi in itertools.pairwise(edges)]
    again = draw(st.lists(st.tuples(st.integers(1, TOP), st.integers(1, TOP)), max_size=3))
    found += [(min(pair), max(pair)) for pair in again]
    return draw(st.permutations(found))


@given(order=cuts())
@settings(shared, max_examples=20)
def test_the_order_of_pages_leaves_no_trace(connection, order):
    group, lease = opened(connection)
    for lo, hi in order:
        save(connection, lease, part(group, lo, hi))
        assert_ledger(connection, group)
    settle(connection, lease, group)
    assert stored(connection, group) == COPIES | COMMENTS | ORPHANS
    assert left(connection, group) == CHATTER
    assert undecided.after(connection, group, 0, 10) == []
    assert_ledger(connection, group)


def test_what_hangs_on_what_was_not_read_waits(connection):
    group, lease = opened(connection)
    save(connection, lease, part(group, 9, TOP))
    settle(connection, lease, group)
    assert stored(connection, group) == {18}, "an orphan: its top was read, and is not there"
    assert {one.id for one in undecided.after(connection, group, 0, 99)} == {
        9, 10, 11, 12, 13, 17, 20, 25
    }  # fmt: skip
    assert_ledger(connection, group)
    settle(connection, lease, group, floor=9)
    assert undecided.after(connection, group, 0, 99) == []
    assert_ledger(connection, group)


def test_what_hangs_on_what_is_gone_below_the_floor_is_an_orphan(connection):
    group, lease = opened(connection)
    save(connection, lease, part(group, 9, TOP))
    hanging = {one.id for one in undecided.after(connection, group, 0, 99) if one.thread_id == 8}
    save(connection, lease, make_page([], chat_id=group, lo=8, hi=8))
    settle(connection, lease, group, floor=9)
    assert stored(connection, group) == {18} | hanging > {18}
    assert undecided.after(connection, group, 0, 99) == []
    assert_ledger(connection, group)


def test_what_waits_is_decided_by_the_page_that_it_waited_for(connection):
    group, lease = opened(connection)
    save(connection, lease, part(group, 9, TOP))
    assert save(connection, lease, part(group, 8, 8)).new == 2
    assert {9, 17} <= stored(connection, group)
    assert save(connection, lease, part(group, 1, 7)).new == 4
    assert stored(connection, group) >= COPIES | COMMENTS


def test_files_are_wanted_of_comments_only(connection):
    from headrace.store.file_tables import message_files

    group, lease = opened(connection)
    noisy = talk(6, media=make_photo(6))
    page = make_page([noisy, GROUP[13]], chat_id=group, lo=4, hi=TOP)
    save(connection, lease, page)
    named = select(func.count()).where(message_files.c.chat_id == group)
    assert connection.scalar(named) == 0
    save(connection, lease, part(group, 3, 3))
    assert connection.scalar(named) == 1


def test_the_whole_group_takes_back_what_was_left_out(connection):
    group, lease = opened(connection)
    save(connection, lease, part(group, 1, TOP))
    assert save(connection, lease, part(group, 10, 20), comments.save_whole_page).new > 0
    assert_ledger(connection, group)
    save(connection, lease, part(group, 1, TOP), comments.save_whole_page)
    assert stored(connection, group) == GROUP.keys()
    assert left(connection, group) == set()
    assert_ledger(connection, group)


def test_what_was_left_out_and_is_gone_is_absent(connection):
    group, lease = opened(connection)
    save(connection, lease, part(group, 1, TOP))
    save(connection, lease, make_page(chat_id=group, lo=6, hi=6, absent=(6,)))
    assert 6 not in left(connection, group)
    assert_ledger(connection, group)
    assert ledger.whereabouts(connection, group, 6).state == "never there"
    assert ledger.whereabouts(connection, group, 14).state == "left out"


@pytest.mark.parametrize("thread_first", [True, False])
def test_a_thread_and_a_pass_agree(connection, thread_first):
    group, lease = opened(connection)
    scope = thread_scope(CHANNEL, 10)
    thread = make_page(
        [GROUP[one] for one in (4, 5, 13, 25)], chat_id=group, lo=1, hi=25, scope=scope
    )
    scan = [(part(group, 1, TOP), comments.save_page)]
    asked = [(thread, comments.save_thread_page)]
    for page, work in asked + scan if thread_first else scan + asked:
        save(connection, lease, page, work)
        assert_ledger(connection, group)
    settle(connection, lease, group)
    assert stored(connection, group) == COPIES | COMMENTS | ORPHANS
    assert_ledger(connection, group)
    (verdict,) = ledger.verify(connection, group, scope, TELEGRAM)
    assert verdict.is_whole


def test_a_thread_brings_its_root_along(connection):
    """Nested answers alone tell it too; a copy that is seen later says the same."""
    group, lease = opened(connection)
    page = make_page([GROUP[5], GROUP[4]], chat_id=group, lo=1, hi=25)
    page = page.__class__(**{f: getattr(page, f) for f in page.__struct_fields__} | {
        "scope": thread_scope(CHANNEL, 10)
    })  # fmt: skip
    save(connection, lease, page, comments.save_thread_page)
    found = connection.execute(select(roots).where(roots.c.group_id == group)).all()
    assert found == [(group, 3, CHANNEL, 10)]
    save(connection, lease, part(group, 3, 3))
    assert connection.execute(select(roots).where(roots.c.group_id == group)).all() == found


def test_threads_say_what_is_stored_of_what_is_counted(connection):
    group, lease = opened(connection)
    channel = next(_groups)
    own = leases.acquire(connection, f"chat:{channel}", "here:1:1", now=1)
    post = make_message(10, replies=Replies(count=5, comments=True, chat=group, newest=6))
    album = [
        make_message(number, grouped_id=99, replies=Replies(count=count, comments=True, chat=group))
        for number, count in ((11, 2), (12, 0))
    ]
    quiet = make_message(13, replies=Replies(count=0, comments=True, chat=group))
    page = make_page([post, *album, quiet], chat_id=channel)
    pages.save_page(connection, own, page, news=(), claim=None, now=2)
    talked = [
        copy_of(10, 3, channel), answer(4, 3), answer(5, 3, parent=4), copy_of(11, 8, channel),
        copy_of(12, 9, channel), answer(17, 8), answer(18, 9),
    ]  # fmt: skip
    save(connection, lease, make_page(talked, chat_id=group))
    found = threads.of_channel(connection, channel)
    assert found == [
        Thread(post=10, group=group, expected=5, stored=2, newest=6, known=5),
        Thread(post=11, group=group, expected=2, stored=2, known=18),
    ]
    assert found[0].hole == 3
    assert threads.with_post(connection, channel, 12) == found[1]
    assert threads.with_post(connection, channel, 13) == Thread(post=13, group=group)
    threads.note(connection, channel, [(10, ThreadRead(5, 3, Missing.DELETED))])
    (first, _) = threads.of_channel(connection, channel)
    assert (first.hole, first.missing) == (0, {"deleted": 3})
    assert open_posts.count_open(connection, channel, 2) == 4
    assert open_posts.count_open(connection, channel, 1) == 0


def test_posts_from_before_there_was_a_group_are_known(connection):
    channel = next(_groups)
    own = leases.acquire(connection, f"chat:{channel}", "here:1:1", now=1)
    assert open_posts.count_before_linking(connection, channel) == 0

    def post(number, group=None, **fields):
        replies = Replies(count=0, comments=True, chat=group) if group else None
        return make_message(number, replies=replies, **fields)

    old = [post(1, kind="service"), post(2), post(3, grouped_id=9), post(4, grouped_id=9)]
    pages.save_page(connection, own, make_page(old, chat_id=channel), news=(), claim=None, now=2)
    assert open_posts.count_before_linking(connection, channel) == 0
    # The album's first item is closed, and the album is open; so is what another group had.
    new = [post(5, grouped_id=8), post(6, -7, grouped_id=8), post(7), post(8, -6), post(9)]
    pages.save_page(
        connection, own, make_page(new, chat_id=channel, lo=5), news=(), claim=None, now=3
    )
    assert open_posts.count_before_linking(connection, channel) == 2
    asked = {
        number for number in range(11) if open_posts.is_before_linking(connection, channel, number)
    }
    assert asked == {1, 2, 3, 4}
    found = {number: threads.with_post(connection, channel, number) for number in range(11)}
    assert {number: one.post for number, one in found.items() if one} == {5: 6, 6: 6, 8: 8}
    assert found[5] == Thread(post=6, group=-7)


@pytest.mark.parametrize(
    ("read", "expected", "hole", "missing"),
    [
        (None, 9, 4, {"not_read": 4}),
        (ThreadRead(9, 4, Missing.DELETED), 9, 0, {"deleted": 4}),
        (ThreadRead(9, 4, Missing.DELETED), 11, 2, {"deleted": 4, "not_read": 2}),
        (ThreadRead(9, 4, Missing.ROOT_DELETED), 9, 0, {"root_deleted": 4}),
        (ThreadRead(9, 4, Missing.ROOT_DELETED), 10, 5, {"not_read": 5}),
        (ThreadRead(9, 4, Missing.FORBIDDEN), 9, 4, {"forbidden": 4}),
        (ThreadRead(9, 4, Missing.LIMIT), 9, 4, {"limit": 4}),
        (ThreadRead(5, 0, ""), 5, 0, {}),
    ],
)
def test_what_may_still_be_had(read, expected, hole, missing):
    thread = Thread(post=1, group=-2, expected=expected, stored=5, read=read)
    assert (thread.hole, thread.missing) == (hole, missing)
