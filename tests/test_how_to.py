"""The how-to pages show commands that exist, the same ones in both languages."""

import re
from pathlib import Path

import pytest
import typer

from headrace import errors
from headrace.cli.main import app
from headrace.cli.options import FLAGS, VALUED
from headrace.settings import Settings

PAGES = Path(__file__).parent.parent / "docs" / "how-to"
GROUP = typer.main.get_command(app)
ENGLISH = sorted(p.name for p in PAGES.glob("*.md") if not p.name.endswith(".ru.md"))


def commands(page):
    """The commands of a page, in order: shell blocks, and code that begins like one."""
    text = (PAGES / page).read_text()
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    found = [line.strip() for block in blocks for line in block.splitlines() if line.strip()]
    return found + re.findall(r"(?<!`)`((?:[A-Z_]+=\S+ )?(?:headrace|make) [^`]+)`", text)


def codes(page):
    """The exit codes of the page's table, as written."""
    return re.findall(r"^\| ([\d, ]+) \|", (PAGES / page).read_text(), re.MULTILINE)


@pytest.mark.parametrize("page", ENGLISH)
def test_both_languages_show_the_same(page):
    other = page.replace(".md", ".ru.md")
    assert commands(page) == commands(other)
    assert codes(page) == codes(other)
    assert (PAGES / page).read_text().count("\n## ") == (PAGES / other).read_text().count("\n## ")


@pytest.mark.parametrize("page", ENGLISH)
def test_the_commands_exist(page):
    shown = [c for c in commands(page) if "headrace " in c]
    assert shown
    for command in shown:
        words = command.split()
        if words[0] == "docker":
            # What it runs stands behind the name of the service.
            words = words[words.index("headrace") :]
            words = words[1:] if words[1] == "headrace" else words
        while "=" in words[0]:
            name = words.pop(0).partition("=")[0]
            assert name.removeprefix("HEADRACE_").lower() in Settings.model_fields, command
        known = GROUP.commands[words[1]]
        options = {o for p in known.params for o in p.opts} | set(VALUED) | FLAGS
        assert {w for w in words[2:] if w.startswith("--")} <= options, command


def test_every_exit_code_has_its_advice():
    shown = {int(code) for row in codes("first-real-run.md") for code in row.split(",")}
    waiting, known = [errors.HeadraceError], {0, 3}
    while waiting:
        kind = waiting.pop()
        known.add(kind.exit_code)
        waiting += [k for k in kind.__subclasses__() if k.__module__ == errors.__name__]
    assert shown == known


@pytest.mark.parametrize("page", sorted(p.name for p in PAGES.glob("*.md")))
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#:]+)\)", (PAGES / page).read_text()):
        assert (PAGES / target).exists(), target
