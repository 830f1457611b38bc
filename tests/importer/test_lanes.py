"""Lanes: every id is read once, whatever the order in which lanes move and are split."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from headrace.importer.lanes import LanePool
from headrace.importer.plan import PAGE_SIZE, plan_import
from headrace.model.chat import Chat, Probe
from headrace.model.coverage import IdRange

CHAT = Chat(id=-1000000000001, kind="channel")


def pool(ranges, count):
    top = max(r.hi for r in ranges)
    return LanePool(plan_import(CHAT, Probe(count=count, top_id=top), ranges))


def test_eight_readers_of_a_dense_history_waste_no_page():
    lanes = pool([IdRange(lo=1, hi=5000)], 5000)
    taken = [lane for _ in range(8) if (lane := lanes.take()) is not None]
    assert sum(lane.hi - lane.lo + 1 for lane in taken if lane.lo) > 0
    spans = sorted((lane.lo, lane.cursor - 1) for lane in taken)
    assert spans[0][0] == 1
    assert spans[-1][1] == 5000
    assert all(a[1] + 1 == b[0] for a, b in itertools.pairwise(spans))
    assert sum(-(-(hi - lo + 1) // PAGE_SIZE) for lo, hi in spans) == 50


def test_a_short_history_is_read_by_one_lane():
    lanes = pool([IdRange(lo=1, hi=501)], 499)
    assert lanes.take() is not None
    assert lanes.take() is None


def test_where_no_id_is_missing_a_short_history_is_split_between_pages():
    lanes = pool([IdRange(lo=1, hi=501)], 501)
    taken = [lane for _ in range(8) if (lane := lanes.take()) is not None]
    spans = [(lane.lo, lane.cursor - 1) for lane in taken]
    assert len(spans) > 3
    assert sum(-(-(hi - lo + 1) // PAGE_SIZE) for lo, hi in spans) == 6


def test_a_sparse_history_is_not_split():
    lanes = pool([IdRange(lo=1, hi=1_000_000)], 300)
    assert lanes.take() is not None
    assert lanes.take() is None


def test_ranges_are_taken_newest_first():
    lanes = pool([IdRange(lo=1, hi=10), IdRange(lo=20, hi=30)], 21)
    assert lanes.take().hi == 30
    assert lanes.take().hi == 10


@given(
    top=st.integers(1, 30_000),
    readers=st.integers(1, 8),
    steps=st.lists(st.integers(0, 7), max_size=400),
)
def test_every_id_is_read_exactly_once(top, readers, steps):
    lanes = pool([IdRange(lo=1, hi=top)], top)
    hands = [lanes.take() for _ in range(readers)]
    read = []
    turns = iter(steps + [n % readers for n in range(100_000)])
    while any(hands):
        hand = next(turns) % readers
        lane = hands[hand]
        if lane is None:
            continue
        lo = max(lane.lo, lane.cursor - PAGE_SIZE)
        read.append((lo, lane.cursor - 1))
        lane.cursor = lo
        if lane.done:
            lanes.finish(lane)
            hands[hand] = lanes.take()
    assert sum(hi - lo + 1 for lo, hi in read) == top
    read.sort()
    assert all(a[1] + 1 == b[0] for a, b in itertools.pairwise(read))
    assert len(read) <= top // PAGE_SIZE + 1 + top // 400
