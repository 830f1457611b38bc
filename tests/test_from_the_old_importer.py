# ruff: noqa: RUF001 -- the phrases are in two languages
"""The page for those who come from the old importer: whole, the same in both languages, true."""

import ast
import itertools
import re
from pathlib import Path

import pytest
import typer

from headrace.cli.main import app
from headrace.cli.options import FLAGS, VALUED

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "docs" / "explanation"
#: Each language's page, and its words for what is not built yet.
PAGES = {
    "from-the-old-importer.md": "with the site",
    "from-the-old-importer.ru.md": "вместе с сайтом",
}
ENGLISH, RUSSIAN = (FOLDER.joinpath(name).read_text() for name in PAGES)
#: The numbered tables, by their place: causes, steps of the plan, shortcomings, worth keeping.
ROWS = {1: 9, 2: 7, 3: 17, 4: 2}
PROOFS = range(1, 5)
GROUP = typer.main.get_command(app)
BENCH = (ROOT / "benchmarks" / "__main__.py").read_text()


def tables(text):
    """The tables of a page, without their heads: cells, stripped."""
    blocks = re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE)
    return [
        [[cell.strip() for cell in line.strip("|").split("|")] for line in block.splitlines()[2:]]
        for block in blocks
    ]


def named_in(text):
    return re.findall(r"`(tests/[^`]*)`", text)


def exists(name):
    """Whether a test ``path::function`` is there to be run."""
    path, _, function = name.partition("::")
    file = ROOT / path
    pattern = rf"^(async )?def {re.escape(function)}\("
    is_test = function.startswith("test_") and file.is_file()
    return is_test and re.search(pattern, file.read_text(), re.MULTILINE) is not None


def code(text):
    return re.findall(r"`([^`\n]+)`", text)


def unknown(command):
    """What of a command is not known: itself, an option, a part of the bench, a test."""
    program, name, *words = re.sub('"|ARGS=', "", command).split()
    if (program, name) == ("make", "bench"):
        return [word for word in words if f'"{word}"' not in BENCH]
    if program == "make":
        return [one for one in words if one.startswith("test_") and name not in targets(one)]
    known = GROUP.commands.get(name)
    if known is None:
        return [name]
    options = {one for given in known.params for one in given.opts} | set(VALUED) | FLAGS
    return [word for word in words if word.startswith("--") and word not in options]


def targets(function):
    """The targets of make that run the tests of a name."""
    return {
        "soak" if "pytest.mark.soak" in map(ast.unparse, node.decorator_list) else "test"
        for path in (ROOT / "tests").rglob("test_*.py")
        if f"def {function}(" in (text := path.read_text())
        for node in ast.parse(text).body
        if getattr(node, "name", "") == function
    }


@pytest.mark.parametrize("page", PAGES)
def test_every_test_that_is_named_exists(page):
    named = named_in((FOLDER / page).read_text())
    assert len(named) > 50
    assert [one for one in named if not exists(one)] == []


@pytest.mark.parametrize(
    "name",
    [
        "tests/test_docs.py::test_that_nobody_wrote",
        "tests/test_docs.py::test_reference_pages",
        "tests/test_docs.py",
        "tests/test_docs.py::generate",
        "tests/nowhere/test_docs.py::test_reference_pages_are_fresh",
    ],
)
def test_a_test_that_does_not_exist_is_noticed(name):
    assert not exists(name)
    assert exists("tests/test_docs.py::test_reference_pages_are_fresh")


@pytest.mark.parametrize("page", PAGES)
def test_every_cause_step_and_shortcoming_has_its_row(page):
    found = tables((FOLDER / page).read_text())
    numbers = {place: [int(row[0]) for row in found[place]] for place in PROOFS}
    assert numbers == {place: list(range(1, count + 1)) for place, count in ROWS.items()}


@pytest.mark.parametrize(("page", "later"), PAGES.items())
def test_every_row_has_a_test_and_a_figure_or_says_when_they_come(page, later):
    for place in PROOFS:
        for row in tables((FOLDER / page).read_text())[place]:
            assert len(row) == 5, row
            assert all(row), row
            assert named_in(row[3]) or later in row[2], row
            assert re.search(r"[\d`]", row[4]) or row[4] == later, row


def test_both_languages_say_the_same():
    """The same tables and rows, and in each row the same tests, commands, settings, numbers."""
    one, other = tables(ENGLISH), tables(RUSSIAN)
    assert [len(table) for table in one] == [len(table) for table in other]
    for row, twin in zip(*map(itertools.chain.from_iterable, (one, other)), strict=True):
        assert [code(cell) for cell in row] == [code(cell) for cell in twin], twin
        assert numbers(row, ",", ".") == numbers(twin, " ", ","), twin
    assert named_in(ENGLISH) == named_in(RUSSIAN)
    assert code(ENGLISH) == code(RUSSIAN)
    assert re.findall(r"```sh\n.*?```", ENGLISH, re.DOTALL) == re.findall(
        r"```sh\n.*?```", RUSSIAN, re.DOTALL
    )


def numbers(row, thousands, point):
    """The numbers of a row outside of code, sorted, however its language writes them."""
    plain = re.sub(r"`[^`]*`", "", " | ".join(row))
    whole = re.sub(rf"(?<=\d){thousands}(?=\d{{3}}\b)", "", plain)
    found = re.findall(rf"\d+(?:{re.escape(point)}\d+)?", whole)
    return sorted(float(one.replace(point, ".")) for one in found)


@pytest.mark.parametrize("page", PAGES)
def test_the_commands_exist(page):
    shown = [one for one in code((FOLDER / page).read_text()) if re.match("(headrace|make) ", one)]
    assert len(shown) > 20
    assert {one: unknown(one) for one in shown if unknown(one)} == {}


@pytest.mark.parametrize(
    "command",
    [
        "make bench ARGS=nothing",
        'make bench ARGS="reference nothing"',
        'make soak ARGS="-s -k test_that_nobody_wrote"',
        'make test ARGS="-k test_twenty_thousand_albums"',
        "headrace nothing @name",
        "headrace import @name --nothing",
    ],
)
def test_a_command_that_does_not_exist_is_noticed(command):
    assert unknown(command)


@pytest.mark.parametrize("page", PAGES)
def test_options_that_took_the_place_of_settings_exist(page):
    options = {one for given in GROUP.commands["import"].params for one in given.opts}
    found = [one.split()[0] for one in code((FOLDER / page).read_text()) if one.startswith("--")]
    assert "--comments" in found
    assert set(found) <= options


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page):
    found = re.findall(r"\]\(([^)#:]+)\)", (FOLDER / page).read_text())
    assert len(found) == 4
    assert [target for target in found if not (FOLDER / target).exists()] == []
