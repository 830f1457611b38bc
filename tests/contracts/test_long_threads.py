"""A thread of any size that waits for its post is decided in parts, on every back end."""

from contextlib import contextmanager

import pytest
from sqlalchemy import event
from tests.builders import make_page, make_photo
from tests.contracts.test_comments import (
    answer,
    assert_ledger,
    copy_of,
    left,
    opened,
    save,
    stored,
    talk,
)

from headrace.store import albums, undecided

#: What the page brings that is waited for, and how many wait for each.
POST, REMARK, SHORT, QUIET = 3, 4, 5, 6
WAITING = {POST: 2_600, REMARK: 1_100, SHORT: 40}
#: Parameters of a statement, or rows that one is run for. Standard SQLite takes 32,766.
MOST = 2_000
#: Two of an album stand so many comments of the first thread apart.
APART = 1_300


class Stopped(Exception):
    """In the middle of it."""


def tops():
    return [copy_of(10, POST), talk(REMARK), copy_of(11, SHORT), talk(QUIET)]


def waiting():
    """Ids of the threads by turns, so that each is spread over all."""
    found, number = {}, 100
    for turn in range(max(WAITING.values())):
        for top in (one for one, size in WAITING.items() if turn < size):
            more = {}
            if top == POST and turn % 100 == 0:
                more = {"media": make_photo(number), "grouped_id": 1 + turn % APART}
            found[number] = answer(number, top, **more)
            number += 1
    return found


def read_above(connection, lease, group):
    """Save all that hangs on the four before they are read; what waits."""
    found = waiting()
    ids = sorted(found, reverse=True)
    for start in range(0, len(ids), 100):
        part = [found[one] for one in ids[start : start + 100]]
        save(connection, lease, make_page(part, chat_id=group))
    return found


@contextmanager
def heard(connection, stop_after=None):
    """How many parameters or rows each statement had; stopped in front of a certain one."""
    sizes = []

    def hear(_connection, _cursor, _statement, values, _context, executemany):
        if len(sizes) == stop_after:
            raise Stopped
        sizes.append(max(len(values), len(values[0])) if executemany else len(values))

    event.listen(connection, "before_cursor_execute", hear)
    try:
        yield sizes
    finally:
        event.remove(connection, "before_cursor_execute", hear)


def outcome(connection, group):
    layouts = albums.stored(connection, group, range(1, APART + 1))
    assert_ledger(connection, group)
    assert undecided.after(connection, group, 0, 1) == []
    return stored(connection, group), left(connection, group), layouts


def expected(found):
    ids = {top: {one.id for one in found.values() if one.thread_id == top} for top in WAITING}
    return ids[POST] | ids[SHORT] | {POST, SHORT}, ids[REMARK] | {REMARK, QUIET}


def test_a_long_thread_is_decided_in_parts(connection):
    group, lease = opened(connection)
    found = read_above(connection, lease, group)
    with heard(connection) as sizes:
        saved = save(connection, lease, make_page(tops(), chat_id=group))
    assert max(sizes) <= MOST
    assert saved.new == WAITING[POST] + WAITING[SHORT]
    kept, chatter, layouts = outcome(connection, group)
    assert (kept, chatter) == expected(found)

    other, lease = opened(connection)
    save(connection, lease, make_page(tops(), chat_id=other))
    read_above(connection, lease, other)
    assert outcome(connection, other) == (kept, chatter, layouts)
    assert {len(one.layout.tiles) for one in layouts.values()} == {2}


def test_what_is_stopped_between_two_parts_waits_on(connection):
    group, lease = opened(connection)
    found = read_above(connection, lease, group)
    with heard(connection) as sizes:
        whole = connection.begin_nested()
        save(connection, lease, make_page(tops(), chat_id=group))
        whole.rollback()
    part = connection.begin_nested()
    with heard(connection, stop_after=len(sizes) // 2), pytest.raises(Stopped):
        save(connection, lease, make_page(tops(), chat_id=group))
    assert 0 < len(undecided.after(connection, group, 0, len(found))) < len(found)
    part.rollback()
    assert stored(connection, group) == left(connection, group) == set()
    assert len(undecided.after(connection, group, 0, len(found) + 1)) == len(found)
    save(connection, lease, make_page(tops(), chat_id=group))
    assert outcome(connection, group)[:2] == expected(found)


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 7, 12, 13, 14, 99])
def test_no_part_is_larger_than_the_limit(connection, limit):
    group, lease = opened(connection)
    sizes, number = {3: 7, 5: 1, 6: 5, 7: 3}, 100
    for top, size in sizes.items():
        page = [answer(one, top) for one in range(number, number + size)]
        save(connection, lease, make_page(page, chat_id=group))
        number += size
    told = []
    for part in undecided.hanging_on(connection, group, {3, 4, 5, 6}, limit):
        undecided.no_longer_waiting(connection, group, [one.id for one in part])
        told.append([one.id for one in part])
    assert sorted(one for part in told for one in part) == list(range(100, 113))
    assert {len(part) for part in told[:-1]} <= {limit}
    assert len(told[-1]) <= limit
    assert [one.thread_id for one in undecided.after(connection, group, 0, 99)] == [7, 7, 7]
