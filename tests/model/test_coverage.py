"""Ranges of ids behave like the sets they stand for."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from headrace.model.coverage import IdRange, subtract, union

spans = st.lists(
    st.tuples(st.integers(1, 60), st.integers(0, 15)).map(
        lambda t: IdRange(lo=t[0], hi=t[0] + t[1])
    ),
    max_size=8,
)


def ids(ranges):
    return {n for r in ranges for n in range(r.lo, r.hi + 1)}


def is_canonical(ranges):
    return all(a.hi + 1 < b.lo for a, b in itertools.pairwise(ranges))


@given(spans)
def test_union_is_the_set_union(ranges):
    assert ids(union(ranges)) == ids(ranges)
    assert is_canonical(union(ranges))


@given(spans, spans)
def test_subtract_is_the_set_difference(wanted, covered):
    left = subtract(wanted, covered)
    assert ids(left) == ids(wanted) - ids(covered)
    assert is_canonical(left)
