"""Times as people type them."""

import pytest

from headrace.transform.moments import parse_moment

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
