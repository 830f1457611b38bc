"""Policies of refreshing, as they are typed."""

import pytest

from headrace.model.coverage import IdRange, contains
from headrace.model.refresh import Refresh, parse_refresh


@pytest.mark.parametrize(
    ("typed", "seconds"),
    [("7d", 604_800), ("12h", 43_200), ("2w", 1_209_600), (" ALL ", None), ("none", 0), ("0d", 0)],
)
def test_a_policy(typed, seconds):
    assert parse_refresh(typed) == Refresh(seconds=seconds)


@pytest.mark.parametrize("typed", ["", "7", "d", "-1d", "7 days", "some", "1.5d", "7m"])
def test_what_is_no_policy(typed):
    with pytest.raises(ValueError, match="7d"):
        parse_refresh(typed)


def test_since_when():
    assert Refresh().since(1_000_000) == 1_000_000 - 604_800
    assert Refresh(seconds=None).since(1_000_000) is None
    assert Refresh(seconds=0).is_off
    assert not Refresh(seconds=None).is_off


def test_ids_in_ranges():
    ranges = [IdRange(lo=3, hi=5), IdRange(lo=9, hi=9)]
    assert [one for one in range(12) if contains(ranges, one)] == [3, 4, 5, 9]
    assert not contains([], 1)
