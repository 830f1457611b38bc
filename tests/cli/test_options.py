"""Global options work before and after every command."""

import pytest

from headrace.cli.options import hoist


@pytest.mark.parametrize(
    ("argv", "hoisted"),
    [
        (["status", "--json"], ["--json", "status"]),
        (["--json", "status"], ["--json", "status"]),
        (
            ["import", "@a", "--archive", "x", "--limit", "3"],
            ["--archive", "x", "import", "@a", "--limit", "3"],
        ),
        (["import", "--archive=x", "@a"], ["--archive=x", "import", "@a"]),
        (["import", "--", "--json"], ["import", "--", "--json"]),
        (
            ["import", "-1001234567890", "--limit", "3"],
            ["import", "--limit", "3", "--", "-1001234567890"],
        ),
        (["status", "-1001234567890/5", "--json"], ["--json", "status", "--", "-1001234567890/5"]),
        (["plan", "@a", "--proxy", "socks5://h:1"], ["--proxy", "socks5://h:1", "plan", "@a"]),
        (["import", "--archive"], ["--archive", "import"]),
    ],
)
def test_hoist(argv, hoisted):
    assert hoist(argv) == hoisted
