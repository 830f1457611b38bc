"""The order of updates by pts: whatever comes late, twice or never, each is taken once."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from headrace.telegram.order import Order
from headrace.telegram.pushes import Heard


@dataclass(frozen=True)
class Counted:
    pts: int
    pts_count: int


class Uncounted:
    pass


def taken(order, *updates):
    return [[one.update for one in order.take(Heard(n, u))] for n, u in enumerate(updates)]


def test_what_follows_is_taken_at_once():
    first, second = Counted(11, 1), Counted(14, 3)
    assert taken(Order(10), first, second) == [[first], [second]]


def test_what_is_old_is_not_taken():
    assert taken(Order(10), Counted(10, 1), Counted(9, 2)) == [[], []]


def test_what_comes_twice_is_taken_once():
    update = Counted(11, 1)
    assert taken(Order(10), update, update) == [[update], []]


def test_what_was_overtaken_brings_the_others_with_it():
    order = Order(10)
    second, third, first = Counted(12, 1), Counted(13, 1), Counted(11, 1)
    assert taken(order, third, second) == [[], []]
    assert order.is_waiting
    assert taken(order, first) == [[first, second, third]]
    assert not order.is_waiting


def test_what_does_not_move_the_count_is_taken_where_it_stands():
    same, later = Counted(10, 0), Counted(11, 0)
    order = Order(10)
    assert taken(order, same, later) == [[same], []]
    step = Counted(11, 1)
    assert taken(order, step) == [[step, later]]


def test_what_is_not_counted_is_taken_at_once():
    update = Uncounted()
    assert taken(Order(10), Counted(12, 1), update) == [[], [update]]


def test_a_jump_forgets_what_it_covers_and_goes_on_behind_it():
    order = Order(10)
    covered, next_one, far = Counted(12, 1), Counted(14, 1), Counted(20, 1)
    taken(order, covered, next_one, far)
    assert [one.update for one in order.jump(13)] == [next_one]
    assert (order.pts, order.is_waiting) == (14, True)


@given(st.lists(st.integers(0, 3), min_size=1, max_size=12), st.data())
def test_in_any_order_and_with_repetitions_each_is_taken_once_and_in_its_order(counts, data):
    pts, updates = 5, []
    for count in counts:
        pts += count
        updates.append(Counted(pts, count))
    counted = [one for one in updates if one.pts_count]
    told = data.draw(st.permutations(counted * 2))
    order = Order(5)
    found = [one for step in taken(order, *told) for one in step]
    assert found == counted
    assert (order.pts, order.is_waiting) == (pts, False)
