"""The lines of ``headrace status`` about what is missing."""

import pytest

from headrace.cli.status import print_first, thread_line


@pytest.mark.parametrize(
    ("missing", "why"),
    [
        ({"root_deleted": 1_004}, "out of reach since the copy of their post was deleted"),
        ({"deleted": 4, "not_read": 1_000}, "4 deleted, 1,000 not read yet"),
        ({"of a later version": 1_004}, "of a later version"),
    ],
)
def test_why_comments_of_a_post_are_missing(missing, why):
    found = {"post": 12, "group": -1, "stored": 3_000, "expected": 4_004, "missing": missing}
    assert thread_line(found) == f"post 12: 3,000 of 4,004, {why}"


@pytest.mark.parametrize(("many", "told"), [(0, 0), (10, 10), (11, 10)])
def test_more_than_ten_lines_are_not_printed(capsys, many, told):
    print_first([f"line {number}" for number in range(many)])
    expected = [f"  line {number}" for number in range(told)]
    if many > told:
        expected.append("  … and 1 more: --json lists them")
    assert capsys.readouterr().out.splitlines() == expected
