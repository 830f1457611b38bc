"""Times as people type them."""

import pytest

from headrace.transform.moments import parse_moment, parse_size

NOW = 1_700_000_000


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-01-31", 1706659200),
        ("2024-01-31T18:00", 1706724000),
        ("2024-01-31T18:00+03:00", 1706713200),
        ("2024-01-31T18:00:00Z", 1706724000),
        ("30d", NOW - 30 * 86400),
        ("12h", NOW - 12 * 3600),
        ("2w", NOW - 14 * 86400),
    ],
)
def test_known_forms(text, moment):
    assert parse_moment(text, NOW) == moment


@pytest.mark.parametrize("text", ["", "yesterday", "31.01.2024", "2024-13-01", "30x"])
def test_other_forms_say_what_is_understood(text):
    with pytest.raises(ValueError, match="write 2024-01-31"):
        parse_moment(text, NOW)


@pytest.mark.parametrize(
    ("typed", "size"),
    [
        ("100MB", 100_000_000),
        ("1.5 gb", 1_500_000_000),
        ("700KiB", 716_800),
        ("4g", 4_000_000_000),
        ("123", 123),
        ("0", 0),
    ],
)
def test_sizes(typed, size):
    assert parse_size(typed) == size


@pytest.mark.parametrize("typed", ["", "MB", "-1", "1,5GB", "10 apples", "1e9"])
def test_what_is_no_size(typed):
    with pytest.raises(ValueError, match="is no size"):
        parse_size(typed)
