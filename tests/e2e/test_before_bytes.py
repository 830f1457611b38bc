"""Before bytes: what a plan says of files, and the question before very many of them."""

import pytest
from tests.e2e import processes
from tests.e2e.terminal import ended, terminal

pytestmark = pytest.mark.media


def test_a_plan_tells_files_and_bytes_of_each_kind(headrace):
    with processes.sandbox("files:30x200k,2x6m") as box:
        ran = headrace("plan", "@millstore", *box.options(), "--json")
        assert ran.code == 0, ran
        plan = ran.json
        assert {k: (v["files"], v["error"]) for k, v in plan["files"].items()} == {
            "photo": (30, 0), "file": (2, 0),
        }  # fmt: skip
        assert plan["bytes"] == 30 * 200_000 + 2 * 6_000_000
        assert (plan["bytes_error"], plan["fits"]) == (0, True)
        assert plan["free"] > 0 < plan["reserve"]
        assert "18.0 MB" in ran.out
        counted = box.ask("/counters")["methods"]
        assert counted["messages.getSearchCounters"] == 1
        assert counted["messages.search"] == 2
        small = headrace("plan", "@millstore", *box.options(), "--max-size", "1MB", "--json").json
        assert small["bytes"] == 6_000_000
        imported = headrace("import", "@millstore", *box.options(), "--max-size", "1MB", "--json")
        assert imported.json["files"]["bytes"] == small["bytes"]
        left = headrace("plan", "@millstore", *box.options(), "--json").json
        assert left["bytes"] == 12_000_000
        none = headrace("plan", "@millstore", *box.options(), "--media", "none", "--json").json
        assert (none["files"], none["bytes"]) == ({}, 0)


def test_a_plan_of_many_states_its_error(headrace):
    with processes.sandbox("files:800x200k,400x300k") as box:
        plan = headrace("plan", "@millstore", *box.options(), "--json").json
        true = 800 * 200_000 + 400 * 300_000
        assert abs(plan["bytes"] - true) <= plan["bytes_error"] * 2
        assert 0 < plan["bytes_error"] < true / 5


@pytest.fixture(scope="module")
def huge():
    """25 GB in 250 files, none of which has to exist before it is asked for."""
    with processes.sandbox("files:250x100m") as box:
        yield box


def test_very_much_is_refused_where_nobody_can_be_asked(headrace, huge):
    ran = headrace("import", "@millstore", *huge.options())
    assert ran.code == 2, ran
    assert "25.0 GB" in ran.err
    assert "250 files" in ran.err
    assert "--yes" in ran.err
    assert "upload.getFile" not in huge.ask("/counters")["methods"]
    text = headrace("import", "@millstore", *huge.options(), "--media", "none", "--json")
    assert (text.code, text.json["files"]["wanted"]) == (0, 250)


@pytest.mark.parametrize("answer", ["n", ""])
def test_on_a_terminal_it_is_asked(huge, tmp_path, answer):
    command = ["import", "@millstore", *huge.options(), "--archive", tmp_path / "archive"]
    with terminal(*command, config=tmp_path / "config") as typed:
        typed.expect("25.0 GB")
        typed.expect(r"Go on\?")
        typed.sendline(answer)
        code, said = ended(typed)
        assert code == 130
        assert "Nothing was fetched" in said


def test_who_says_yes_gets_the_files(huge, tmp_path):
    command = ["import", "@millstore", *huge.options(), "--archive", tmp_path / "archive"]
    with terminal(*command, config=tmp_path / "config") as typed:
        typed.expect(r"Go on\?")
        typed.sendline("y")
        typed.expect("of 250 files")
        typed.sendintr()
        code, said = ended(typed)
        assert code == 130
        assert "Go on with: headrace import @millstore" in said


def test_yes_goes_on_without_a_question(headrace):
    """The disk is too small for what is wished, and the wish stands."""
    with processes.sandbox("files:2x100m,210x100m") as box:
        ran = headrace(
            "import", "@millstore", *box.options(), "--yes", "--max-size", "1KB", "--json"
        )
        assert ran.code == 0, ran
        assert ran.json["left_out"] == {"too_large": 212}
